import { joinAltText } from './join-alt-text.ts';

/** Figures over time, a point a day. Plain data: it crosses to the thread that draws. */
export interface TimeChart {
  readonly kind?: 'time';
  readonly title: string;
  /** What the figures are in: "per 100 words". */
  readonly unit: string;
  /** Where the figures are from: the line below. */
  readonly source: string;
  /** The span that is shown, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  /** At most four: so many can be told apart without colours. */
  readonly series: readonly TimeSeries[];
}

interface TimeSeries {
  readonly name: string;
  /** In the order of time. Null: not measured then, a gap in the line. */
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
}

/** What a chart shows, in words: of each line its ends and its extremes, from the points that are drawn. */
export function altTextOf({ title, unit, from, until, series }: TimeChart): string {
  const lines = series.map(({ name, points }) => {
    const measured = points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
    const [first, last] = [measured[0], measured.at(-1)];
    if (!first || !last) return `${name}: not measured.`;
    if (measured.length === 1) return `${name}: ${said(first)}.`;
    const sorted = measured.toSorted((one, other) => one.value - other.value);
    const ends = `from ${said(first)} to ${said(last)}`;
    const extremes = `lowest ${said(sorted[0]!)}, highest ${said(sorted.at(-1)!)}`;
    const gaps = points.length - measured.length;
    const gapText = gaps === 0 ? '' : `; ${gaps} ${gaps === 1 ? 'day' : 'days'} not measured`;
    return `${name}, ${measured.length} days: ${ends}; ${extremes}${gapText}.`;
  });
  const head = `Line chart: ${title}, ${unit}, by day from ${dayOf(from)} to ${dayOf(until)}.`;
  return joinAltText([head, ...lines]);
}

function said({ at, value }: { readonly at: number; readonly value: number }): string {
  return `${value.toFixed(1)} on ${dayOf(at)}`;
}

/** A day as `2026-11-25`, in UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
