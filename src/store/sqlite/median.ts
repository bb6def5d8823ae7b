import type { AggregateOptions } from 'node:sqlite';

/** As queries call it where SQLite was built without a median of its own. */
export const MEDIAN_NAME = 'median_of';

const median = {
  start: (): number[] => [],
  step(values: number[], value: unknown): number[] {
    if (value !== null) values.push(Number(value));
    return values;
  },
  result(values: number[]): number | null {
    const sorted = Float64Array.from(values).sort();
    const middle = sorted.length >> 1;
    if (sorted.length === 0) return null;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  },
};

/** The middle value, or the mean of the two in the middle; null where there are none. */
// Node keeps whatever the functions hand on; its types allow for values of the database only.
export const MEDIAN = median as unknown as AggregateOptions;
