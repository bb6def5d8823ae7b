import { dayOf } from '../charts/time-chart.ts';
import { COVERAGE } from './forecast.ts';
import type { GoalReport } from './report-goals.ts';

/** A forecast as programs read it, in days of UTC; null where there is none. */
export function forecastToJson(forecast: GoalReport['forecast']) {
  if (forecast === null || typeof forecast === 'string') return null;
  const { perDay, reachedAt, earliest, latest } = forecast;
  return {
    perDay,
    reachedOn: dayOf(reachedAt),
    earliest: dayOf(earliest),
    latest: latest === null ? null : dayOf(latest),
    coverage: COVERAGE,
  };
}
