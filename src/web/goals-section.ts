import { html } from 'hono/html';
import { dayOf, type TimeChart } from '../charts/time-chart.ts';
import { describeGoal } from '../reach/describe-goal.ts';
import { SOURCE_TITLES, type SourceName } from '../reach/reading.ts';
import type { GoalReport } from '../reach/report-goals.ts';
import { chartFigure } from './chart-figure.ts';
import type { Markup } from './layout.ts';
import { table } from './table.ts';

/** Where it says more than the figure beside it. */
const VERDICTS: Partial<Readonly<Record<GoalReport['state'], string>>> = {
  met: '✓ met',
  missed: '✗ missed',
  undecided: '? undecided',
};

/** Each goal with how far it is, its pace and what is not known. */
export function goalList(goals: readonly GoalReport[]): Markup {
  if (goals.length === 0) return html`<p>No goals are set.</p>`;
  return html`<ul class="goals">${goals.map(goalItem)}</ul>`;
}

function goalItem(report: GoalReport): Markup {
  const { goal, state, window, latest } = report;
  const verdict = VERDICTS[state];
  const wanted = `more than ${goal.moreThan.toLocaleString('en')} ${goal.unit}`;
  const due = window === null ? '' : `, until ${dayOf(window.until)}`;
  return html`<li>
    <h3>${goal.name}${verdict === undefined ? '' : html` <span class="verdict ${state}">${verdict}</span>`}</h3>
    ${
      latest === null
        ? html`<p>Not measured yet; the goal is ${wanted}${due}.</p>`
        : html`<progress value="${clamp(latest.value, goal.moreThan)}" max="${Math.max(1, goal.moreThan)}" aria-label="${goal.name}"></progress>
          <p><strong>${latest.value.toLocaleString('en')}</strong> of ${wanted}${due}.
          <span class="note">Measured on ${dayOf(latest.takenAt)}, ${sourcesOf(latest)}.</span></p>`
    }
    ${describeGoal(report).map(remark => html`<p class="remark">${remark}</p>`)}
  </li>`;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

function sourcesOf({ sources }: NonNullable<GoalReport['latest']>): string {
  return sources.map(source => SOURCE_TITLES[source as SourceName]).join(', ');
}

/** The goals over time, and the figures behind the chart. */
export function reachOverTime(goals: readonly GoalReport[], chart: TimeChart | null): Markup {
  if (chart === null) return html`<p>Nothing has been measured yet.</p>`;
  const measured = goals.filter(({ days }) => days.length > 0);
  const byDay = measured.map(({ days }) => new Map(days.map(({ day, value }) => [day, value])));
  const days = [...new Set(byDay.flatMap(each => [...each.keys()]))]
    .filter(day => day >= chart.from)
    .sort((one, other) => other - one);
  const caption =
    'Each goal in per cent of what is to be exceeded. A gap: that day it was not measured, or not wholly.';
  return html`
    ${chartFigure('goals', chart, caption)}
    <details>
      <summary>The figures behind the chart</summary>
      ${table(
        'By day (UTC), the latest first; –: not counted that day',
        ['Day', ...measured.map(({ goal }) => `${goal.id}, ${goal.unit}`)],
        days.map(day => [dayOf(day), ...byDay.map(values => sayValue(values.get(day)))]),
      )}
    </details>`;
}

function sayValue(value: number | null | undefined): string {
  if (value === undefined) return '–';
  return value === null ? 'not measured' : value.toLocaleString('en');
}
