import { writeFile } from 'node:fs/promises';
import { drawSparkline, SPARKLINE_GAP } from '../charts/draw-sparkline.ts';
import { altTextOf, dayOf } from '../charts/time-chart.ts';
import { readConfig } from '../config/env.ts';
import { NarratorError } from '../errors.ts';
import { describeGoal } from '../reach/describe-goal.ts';
import { forecastToJson } from '../reach/forecast-json.ts';
import { goalsChart } from '../reach/goals-chart.ts';
import { type ReachPlan, readGoalsFile } from '../reach/goals-file.ts';
import { SOURCE_TITLES, type SourceName } from '../reach/reading.ts';
import { type GoalReport, reportGoals } from '../reach/report-goals.ts';
import { openStore } from '../store/open-store.ts';
import type { GoalsOptions } from './goals.ts';
import { paint, type Terminal } from './terminal.ts';

const SPARKLINE_WIDTH = 60;

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
        forecast: forecastToJson(forecast),
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
  const chart = goalsChart(reports, `Goals of ${model}`);
  if (chart === null) {
    throw new NarratorError(
      'nothing-measured',
      'Nothing was measured yet, so there is nothing to draw: run narrator track.',
    );
  }
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
