import type { TimeChart } from '../charts/time-chart.ts';
import type { DensityDay } from '../store/store.ts';

const DAY_MS = 86_400_000;

/** The density of adjectives by day. A day on which nothing was measured is a gap. */
export function densityChart(days: readonly DensityDay[], from: number, until: number): TimeChart {
  const byDay = new Map(days.map(day => [day.day, day]));
  const first = Math.floor(from / DAY_MS) * DAY_MS;
  const all = Array.from(
    { length: Math.ceil((until - first) / DAY_MS) },
    (_, index) => first + index * DAY_MS,
  );
  const series = (name: string, of: (day: DensityDay) => number | null) => ({
    name,
    points: all.map(at => {
      const day = byDay.get(at);
      return { at, value: day ? of(day) : null };
    }),
  });
  return {
    title: 'Adjectives, as checked',
    unit: 'per 100 words',
    source: 'Measured by this service, means of each day (UTC)',
    from: first,
    until,
    series: [
      series('Supported', day => day.supportedPer100Words),
      series('Contradicted', day => day.contradictedPer100Words),
    ],
  };
}
