import type { BarChart } from '../../charts/bar-chart.ts';
import type { Chart } from '../../charts/chart.ts';
import type { ScatterChart } from '../../charts/scatter-chart.ts';
import type { RunRecord } from '../run-record.ts';
import type { Measure, RunScores } from '../scores.ts';
import { sourceLine } from './source-line.ts';
import { scaleOf } from './write-score.ts';

export interface ReportChart {
  /** The file's name without its ending. */
  readonly name: string;
  readonly chart: Chart;
}

/** As many as can be told apart. */
const MOST = 20;

interface BarPlan {
  readonly key: string;
  readonly title: string;
  readonly target?: { readonly label: string; readonly value: number };
}

const BARS: Readonly<Record<Measure['family'], readonly BarPlan[]>> = {
  adjectives: [
    { key: 'supportedPer100Words', title: 'Adjectives that the picture bears out' },
    { key: 'contradictedShare', title: 'Claims that the picture contradicts' },
    { key: 'adjectives', title: 'Adjectives a description', target: { label: 'target', value: 9 } },
  ],
  captions: [
    { key: 'cider', title: 'CIDEr-D against the references' },
    { key: 'spice', title: 'SPICE (rule-based) against the references' },
  ],
  'audio-description': [{ key: 'guidelinesKept', title: 'Guidelines of audio description kept' }],
  efficiency: [
    { key: 'describeMsP50', title: 'Time of a description, median', target: { label: 'target', value: 500 } },
    { key: 'peakMemoryBytes', title: 'Peak memory', target: { label: 'target', value: 8e9 } },
  ],
};

interface ScatterPlan {
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly isLogarithmic: boolean;
}

const SCATTERS: Partial<Record<Measure['family'], readonly ScatterPlan[]>> = {
  adjectives: [
    {
      name: 'density-against-grounding',
      title: 'Density against what the pictures bear out',
      x: 'adjectivesPer100Words',
      y: 'supportedPer100Words',
      isLogarithmic: false,
    },
  ],
  efficiency: [
    {
      name: 'latency-against-quality',
      title: 'Time against what the pictures bear out',
      x: 'describeMsP50',
      y: 'supportedPer100Words',
      isLogarithmic: true,
    },
  ],
};

/** The charts of one family of measures: those for which anything was computed. */
export function chartsOf(record: RunRecord, scores: RunScores, family: Measure['family']): ReportChart[] {
  const source = sourceLine(record);
  const bars = BARS[family].flatMap(plan => barsOf(plan, scores, source) ?? []);
  const scatters = (SCATTERS[family] ?? []).flatMap(plan => scatterOf(plan, scores, source) ?? []);
  return [...bars, ...scatters];
}

function barsOf({ key, title, target }: BarPlan, scores: RunScores, source: string): ReportChart | null {
  const measure = scores.measures.find(each => each.key === key);
  if (!measure) return null;
  const { unit, divisor, decimals } = scaleOf(measure);
  const bars = scores.contenders.slice(0, MOST).map(({ name, results }) => {
    const result = results[key];
    if (result?.status !== 'computed') return { name, value: null, interval: null };
    const { score, interval } = result;
    const range = interval && { low: interval.low / divisor, high: interval.high / divisor };
    return { name, value: score / divisor, interval: range };
  });
  if (bars.every(({ value }) => value === null)) return null;
  const chart: BarChart = {
    ...{ kind: 'bars', title, unit, source, bars, decimals },
    ...(target && { target: { label: target.label, value: target.value / divisor } }),
  };
  return { name: key, chart };
}

function scatterOf(plan: ScatterPlan, scores: RunScores, source: string): ReportChart | null {
  const across = scores.measures.find(({ key }) => key === plan.x);
  const up = scores.measures.find(({ key }) => key === plan.y);
  if (!across || !up) return null;
  const points = scores.contenders.slice(0, MOST).flatMap(({ name, results }) => {
    const [x, y] = [results[plan.x], results[plan.y]];
    if (x?.status !== 'computed' || y?.status !== 'computed') return [];
    // There is no logarithm of 0.
    if (plan.isLogarithmic && x.score <= 0) return [];
    return [{ name, x: x.score / scaleOf(across).divisor, y: y.score / scaleOf(up).divisor }];
  });
  // One point shows no relation.
  if (points.length < 2) return null;
  const axis = (measure: Measure) => {
    const { unit, decimals } = scaleOf(measure);
    return { label: unit === '' ? measure.label : `${measure.label}, ${unit}`, decimals };
  };
  const chart: ScatterChart = {
    ...{ kind: 'scatter', title: plan.title, source, points },
    x: { ...axis(across), isLogarithmic: plan.isLogarithmic },
    y: axis(up),
  };
  return { name: plan.name, chart };
}
