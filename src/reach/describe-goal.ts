import { dayOf } from '../charts/time-chart.ts';
import { COVERAGE, FORECAST_DAYS, type NoForecast } from './forecast.ts';
import { SOURCE_TITLES, type SourceName } from './reading.ts';
import type { GoalReport } from './report-goals.ts';

const WHY_NO_FORECAST: Readonly<Record<NoForecast, string>> = {
  'too-few': 'Too early for a forecast: it takes figures of four days.',
  'too-old': 'No forecast: it was not wholly measured in the last three days.',
  'not-growing': `No forecast: it did not grow in the last ${FORECAST_DAYS} days.`,
  'too-far': 'At this rate it is not reached within five years.',
};

/** How a goal stands, in sentences: whether and when it was met, the pace, and what is not known. */
export function describeGoal(report: GoalReport): string[] {
  return [...describeState(report), ...describeDoubts(report)];
}

function describeState({ state, goal, window, met, latest, forecast }: GoalReport): string[] {
  switch (state) {
    case 'no-subjects':
      return ['The goals file names nothing to measure for it yet.'];
    case 'no-launch':
      return ['It counts from the launch, and the goals file does not say when that is.'];
    case 'before-launch':
      return ['The launch is still to come.'];
    case 'missed':
      return [`Not met within the ${goal.firstDays} days that ended on ${dayOf(window!.until)}.`];
    case 'undecided':
      return [`Its time ended on ${dayOf(window!.until)}, and too little was measured around then to tell.`];
    case 'met':
      return [describeMet(met!)];
    case 'under-way':
      if (!latest || forecast === null) return [];
      if (typeof forecast === 'string') return [WHY_NO_FORECAST[forecast]];
      return [describePace(forecast, window)];
  }
}

function describeMet({ day, notYetOn }: NonNullable<GoalReport['met']>): string {
  const isNextDay = notYetOn !== null && day - notYetOn <= 86_400_000;
  if (notYetOn === null) return `Met: on ${dayOf(day)} it was, when it was first measured.`;
  return isNextDay
    ? `Met on ${dayOf(day)}.`
    : `Met by ${dayOf(day)}; not yet on ${dayOf(notYetOn)}, and not measured in between.`;
}

function describePace(
  { perDay, reachedAt, earliest, latest }: Exclude<GoalReport['forecast'], null | string>,
  window: GoalReport['window'],
): string {
  const rate = perDay >= 10 ? Math.round(perDay).toLocaleString('en') : perDay.toFixed(1);
  const span =
    latest === null
      ? `not before ${dayOf(earliest)}, and possibly never`
      : `${COVERAGE * 100} % interval ${dayOf(earliest)} to ${dayOf(latest)}`;
  const late = window && reachedAt >= window.until ? `, after its time ends on ${dayOf(window.until)}` : '';
  return `${rate} a day: at this rate on ${dayOf(reachedAt)}${late} (${span}).`;
}

function describeDoubts({ unmeasured, lateStarts, gaps, drops }: GoalReport): string[] {
  const doubts: string[] = [];
  const named = ({ source, subject }: { readonly source: string; readonly subject: string }) =>
    `${SOURCE_TITLES[source as SourceName]}: ${subject}`;
  if (unmeasured.length > 0)
    doubts.push(`Never measured, and not in the figure: ${listed(unmeasured.map(named))}.`);
  if (lateStarts.length > 0) {
    doubts.push(
      `First measured after the launch, so that earlier ones are not counted: ${listed(lateStarts.map(named))}.`,
    );
  }
  const reasons = [...new Set(gaps.map(({ reason }) => reason))];
  if (reasons.length > 0) doubts.push(`Not measured lately: ${listed(reasons, ' ')}`);
  if (drops.length > 0) {
    doubts.push(`Went down: ${listed(drops.map(drop => `${named(drop)} on ${dayOf(drop.day)}`))}.`);
  }
  return doubts;
}

function listed(items: readonly string[], between = ', '): string {
  const most = 3;
  const more = items.length > most ? `${between}and ${items.length - most} more` : '';
  return `${items.slice(0, most).join(between)}${more}`;
}
