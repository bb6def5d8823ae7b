import {
  coldStart,
  type EfficiencyFigure,
  imagesPerSecond,
  latencyQuantiles,
  peakMemory,
} from '../metrics/efficiency.ts';
import type { ResamplingOptions } from '../metrics/statistics.ts';
import { answeredItems, type ContenderTexts, type RunTexts } from './collect-texts.ts';
import type { StoredPrediction } from './run-record.ts';
import { meanOver, type Scored } from './scored-items.ts';
import type { Measure } from './scores.ts';

const family = 'efficiency';

/** Those with a number for each image: they are compared pairwise. */
const BY_IMAGE = [
  { key: 'describeMsMean', label: 'Time a description, mean', unit: 'ms', better: 'lower', family },
  { key: 'firstTextMsMean', label: 'Time to first words, mean', unit: 'ms', better: 'lower', family },
  { key: 'tokensPerSecond', label: 'Tokens a second', unit: '', better: 'higher', family },
  { key: 'costPer1000', label: 'Cost of 1,000 images', unit: 'US$', better: 'lower', family },
] as const satisfies readonly Measure[];

/** Those of the whole run. */
const OF_RUN = [
  { key: 'describeMsP50', label: 'Time a description, median', unit: 'ms', better: 'lower', family },
  { key: 'describeMsP95', label: 'Time a description, 95th percentile', unit: 'ms', better: 'lower', family },
  { key: 'describeMsP99', label: 'Time a description, 99th percentile', unit: 'ms', better: 'lower', family },
  { key: 'firstTextMsP50', label: 'Time to first words, median', unit: 'ms', better: 'lower', family },
  {
    key: 'firstTextMsP95',
    label: 'Time to first words, 95th percentile',
    unit: 'ms',
    better: 'lower',
    family,
  },
  { key: 'coldStartMs', label: 'Cold start', unit: 'ms', better: 'lower', family },
  { key: 'peakMemoryBytes', label: 'Peak memory, process', unit: 'bytes', better: 'lower', family },
  { key: 'peakGpuMemoryBytes', label: 'Peak memory, graphics card', unit: 'bytes', better: 'lower', family },
] as const satisfies readonly Measure[];

const throughputKey = (concurrency: number) => `imagesPerSecondAt${concurrency}`;

/** All measures of efficiency of a run: images a second once for each concurrency that any contender was tried with. */
export function efficiencyMeasures({ contenders }: Pick<RunTexts, 'contenders'>): Measure[] {
  const throughput = concurrencies(contenders).map(
    (concurrency): Measure => ({
      key: throughputKey(concurrency),
      label: `Images a second, ${concurrency} at once`,
      unit: '',
      better: 'higher',
      family,
    }),
  );
  return [...BY_IMAGE, ...OF_RUN, ...throughput];
}

/** Images a second are at least asked for one by one, so that a run without them says so. */
function concurrencies(contenders: readonly ContenderTexts[]): number[] {
  const tried = contenders.flatMap(({ contender }) =>
    (contender.throughput ?? []).map(({ concurrency }) => concurrency),
  );
  return [...new Set([1, ...tried])].sort((a, b) => a - b);
}

const RECORDED = 'The predictions were recorded elsewhere: nothing was timed here.';

/** The measures with a number for each image. */
export function scoreEfficiency(
  { atOnce }: Pick<RunTexts, 'atOnce'>,
  texts: ContenderTexts,
): Record<(typeof BY_IMAGE)[number]['key'], Scored> {
  const items = answeredItems(texts);
  const predictions = items.map(item => texts.predictions[item]!);
  const together = noteOf(atOnce);
  const mean = (
    of: (prediction: StoredPrediction) => number | null | undefined,
    note: string | null,
    reason: string,
  ) =>
    meanOver(
      items,
      predictions.map(prediction => of(prediction) ?? null),
      note,
      texts.contender.kind === 'recorded' ? RECORDED : reason,
    );
  return {
    describeMsMean: mean(
      ({ describeMs }) => describeMs,
      together ?? 'one after the other',
      'No description was timed.',
    ),
    firstTextMsMean: mean(
      ({ firstTextMs }) => firstTextMs,
      together,
      'It writes all at once, or was not timed.',
    ),
    tokensPerSecond: mean(
      ({ usage }) => usage?.tokensPerSecond,
      'mean over descriptions',
      'It counts no tokens, or does not tell.',
    ),
    costPer1000: mean(
      ({ usage }) => (usage?.costUsd === undefined ? null : 1000 * usage.costUsd),
      'as billed',
      'Nobody told what it costs.',
    ),
  };
}

/** The measures of the whole run. @returns by the measure's key */
export function measureEfficiency(
  { contenders, atOnce }: Pick<RunTexts, 'contenders' | 'atOnce'>,
  texts: ContenderTexts,
  resampling: ResamplingOptions,
): Record<string, EfficiencyFigure> {
  const { contender } = texts;
  const predictions = answeredItems(texts).map(item => texts.predictions[item]!);
  const numbers = (of: (prediction: StoredPrediction) => number | null | undefined) =>
    Float64Array.from(predictions.flatMap(prediction => of(prediction) ?? []));
  const missing = (reason: string) => (contender.kind === 'recorded' ? RECORDED : reason);
  const note = noteOf(atOnce);
  const describe = latencyQuantiles(
    numbers(({ describeMs }) => describeMs),
    resampling,
    { note, missing: missing('No description was timed.') },
  );
  const first = latencyQuantiles(
    numbers(({ firstTextMs }) => firstTextMs),
    resampling,
    { note, missing: missing('It writes all at once, or was not timed.') },
  );
  const memory = [...numbers(({ usage }) => usage?.peakMemoryBytes)];
  return {
    describeMsP50: describe.p50,
    describeMsP95: describe.p95,
    describeMsP99: describe.p99,
    firstTextMsP50: first.p50,
    firstTextMsP95: first.p95,
    coldStartMs: coldStart(contender.coldStartMs, contender.loadsMs),
    peakMemoryBytes: peakMemory(memory, missing('It runs elsewhere, or its memory was not watched.')),
    peakGpuMemoryBytes: gpuMemory(contender.peakGpuMemoryBytes),
    ...Object.fromEntries(
      concurrencies(contenders).map(concurrency => [
        throughputKey(concurrency),
        imagesPerSecond(contender.throughput, concurrency),
      ]),
    ),
  };
}

/** Times of images that waited for each other are not those of one. */
function noteOf(atOnce: number): string | null {
  return atOnce > 1 ? `up to ${atOnce} asked for at once` : null;
}

function gpuMemory(bytes: number | null | undefined): EfficiencyFigure {
  if (bytes === undefined) return { reason: 'The memory of a graphics card was not watched.' };
  if (bytes === null) return { reason: 'No graphics card held more than before.' };
  return peakMemory([bytes], '');
}
