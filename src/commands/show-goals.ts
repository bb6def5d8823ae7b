import { writeFile } from 'node:fs/promises';
import { drawSparkline, SPARKLINE_GAP } from '../charts/draw-sparkline.ts';
import { altTextOf, dayOf, type TimeChart } from '../charts/time-chart.ts';
import { readConfig } from '../config/env.ts';
import { NarratorError } from '../errors.ts';
import { describeGoal } from '../reach/describe-goal.ts';
import { COVERAGE } from '../reach/forecast.ts';
import { type ReachPlan, readGoalsFile } from '../reach/goals-file.ts';
import { SOURCE_TITLES, type SourceName } from '../reach/reading.ts';
import { type GoalReport, reportGoals } from '../reach/report-goals.ts';
import { openStore } from '../store/open-store.ts';
import type { GoalsOptions } from './goals.ts';
import { paint, type Terminal } from './terminal.ts';

const SPARKLINE_WIDTH = 60;
/** A chart holds four lines that can be told apart. */
const MAX_LINES = 4;

/** @throws ConfigError; GoalsError; StoreError; NarratorError where there is nothing to draw, or the file cannot be written */
export async function showGoals({ env, stdout }: Terminal, { json, chart }: GoalsOptions): Promise<void> {
  const { store: storeConfig, reach } = readConfig(env);
  const plan = await readGoalsFile(reach.goalsFile);
  const store = await openStore(storeConfig);
  let reports: GoalReport[];
  try {
    reports = await reportGoals(plan, store.samples, Date.now());
  } finally {
    await store.close();
  }
  if (json) stdout.write(`${JSON.stringify(toJson(plan, reports), null, 2)}\n`);
  else stdout.write(toText(plan, reports, stdout));
  if (chart !== undefined) {
    const altText = await drawChart(plan, reports, chart);
    if (!json) stdout.write(`\n${chart}\nAlt text: ${altText}\n`);
  }
}

function toText(
  { model, launchAt }: ReachPlan,
  reports: readonly GoalReport[],
  stdout: Terminal['stdout'],
): string {
  const launch = launchAt === null ? 'day not set' : momentOf(launchAt);
  const blocks = reports.map(report => {
    const { goal, latest, days } = report;
    const wanted = `more than ${goal.moreThan.toLocaleString('en')} ${goal.unit}`;
    const share =
      latest && goal.moreThan > 0 ? ` (${Math.floor((100 * latest.value) / goal.moreThan)} %)` : '';
    const sources = latest?.sources.map(source => SOURCE_TITLES[source as SourceName]).join(', ');
    const standing = latest
      ? `${latest.value.toLocaleString('en')} of ${wanted}${share}, measured ${momentOf(latest.takenAt)} (${sources})`
      : `not measured yet, of ${wanted}`;
    return [
      paint(stdout, 'bold', goal.name),
      `  ${standing}`,
      ...sparklineOf(days),
      ...describeGoal(report).map(sentence => `  ${sentence}`),
      ...(goal.tell.length > 0 ? [`  Told to: ${goal.tell.join(', ')}`] : []),
    ].join('\n');
  });
  const goals = blocks.length > 0 ? blocks.join('\n\n') : 'No goals are set.';
  return `Goals of ${model}, launch: ${launch}\n\n${goals}\n`;
}

function sparklineOf(days: GoalReport['days']): string[] {
  const shown = days.slice(-SPARKLINE_WIDTH);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return [];
  const values = shown.map(({ value }) => value);
  const legend = values.includes(null) ? `, ${SPARKLINE_GAP} not measured` : '';
  return [
    `  ${drawSparkline(values, SPARKLINE_WIDTH)}  by day, ${dayOf(first.day)} to ${dayOf(last.day)}${legend}`,
  ];
}

function toJson({ model, launchAt }: ReachPlan, reports: readonly GoalReport[]): object {
  return {
    model,
    launch: launchAt === null ? null : new Date(launchAt).toISOString(),
    goals: reports.map(report => {
      const { goal, state, window, latest, met, forecast, days, unmeasured, lateStarts, gaps, drops } =
        report;
      return {
        id: goal.id,
        name: goal.name,
        moreThan: goal.moreThan,
        unit: goal.unit,
        tell: goal.tell,
        state,
        until: window && new Date(window.until).toISOString(),
        value: latest?.value ?? null,
        takenAt: latest && new Date(latest.takenAt).toISOString(),
        metOn: met && dayOf(met.day),
        notYetOn: met?.notYetOn ? dayOf(met.notYetOn) : null,
        forecast:
          forecast !== null && typeof forecast !== 'string'
            ? {
                perDay: forecast.perDay,
                reachedOn: dayOf(forecast.reachedAt),
                earliest: dayOf(forecast.earliest),
                latest: forecast.latest === null ? null : dayOf(forecast.latest),
                coverage: COVERAGE,
              }
            : null,
        noForecast: typeof forecast === 'string' ? forecast : null,
        days: days.map(({ day, value }) => ({ day: dayOf(day), value })),
        unmeasured,
        lateStarts,
        gaps,
        drops: drops.map(({ day, ...key }) => ({ ...key, day: dayOf(day) })),
        remarks: describeGoal(report),
      };
    }),
  };
}

/** @returns the chart's alternative text */
async function drawChart(
  { model }: ReachPlan,
  reports: readonly GoalReport[],
  file: string,
): Promise<string> {
  const drawn = reports.filter(({ days }) => days.some(({ value }) => value !== null)).slice(0, MAX_LINES);
  const times = drawn.flatMap(({ days }) => days.map(({ day }) => day));
  if (times.length === 0) {
    throw new NarratorError(
      'nothing-measured',
      'Nothing was measured yet, so there is nothing to draw: run narrator track.',
    );
  }
  const sources = new Set(drawn.flatMap(({ latest }) => latest?.sources ?? []));
  const titles = [...sources].map(source => SOURCE_TITLES[source as SourceName]);
  const chart: TimeChart = {
    title: `Goals of ${model}`,
    unit: '% of the goal',
    source: `Source: ${titles.join(', ')}, asked by this service · days in UTC`,
    from: Math.min(...times),
    until: Math.max(...times),
    series: drawn.map(({ goal, days }) => ({
      name: goal.id,
      points: days.map(({ day, value }) => ({
        at: day,
        value: value === null ? null : (100 * value) / Math.max(1, goal.moreThan),
      })),
    })),
  };
  const { renderChart, renderSvg } = await import('../charts/render-chart.ts');
  const content = /\.svg$/i.test(file) ? renderSvg(chart) : renderChart(chart);
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new NarratorError('write-failed', `${file} cannot be written: check the folder.`, { cause: error });
  }
  return altTextOf(chart);
}

function momentOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
