import type { TimeChart } from '../charts/time-chart.ts';
import { DAY_MS } from '../store/day.ts';
import { SOURCE_TITLES, type SourceName } from './reading.ts';
import type { GoalReport } from './report-goals.ts';

/** As many as a chart can tell apart. */
const MOST_LINES = 4;

/**
 * How goals went by day, each in per cent of its target, since their figures have no scale in common. Goals beyond the fourth
 * that was measured are left out, and so are those that are met by anything above 0.
 *
 * @param span what is shown; all that was measured unless told
 * @returns null where nothing was measured in it
 */
export function goalsChart(
  reports: readonly GoalReport[],
  title: string,
  span: { readonly from: number; readonly until: number } | null = null,
): TimeChart | null {
  const lines = reports
    .filter(({ goal }) => goal.moreThan > 0)
    .map(report => ({ ...report, days: report.days.filter(({ day }) => isWithin(day, span)) }))
    .filter(({ days }) => days.some(({ value }) => value !== null))
    .slice(0, MOST_LINES);
  if (lines.length === 0) return null;
  const sources = new Set(lines.flatMap(({ latest }) => latest?.sources ?? []));
  const titles = [...sources].map(source => SOURCE_TITLES[source as SourceName]);
  const times = lines.flatMap(({ days }) => days.map(({ day }) => day));
  return {
    title,
    unit: '% of the goal',
    source: `Source: ${titles.join(', ')}, asked by this service · days in UTC`,
    from: span?.from ?? Math.min(...times),
    until: span?.until ?? Math.max(...times),
    series: lines.map(({ goal, days }) => ({
      // Short, so that four stand side by side above the chart.
      name: goal.id,
      points: days.map(({ day, value }) => ({
        at: day,
        value: value === null ? null : (100 * value) / goal.moreThan,
      })),
    })),
  };
}

function isWithin(day: number, span: { readonly from: number; readonly until: number } | null): boolean {
  return span === null || (day >= span.from - DAY_MS && day <= span.until);
}
