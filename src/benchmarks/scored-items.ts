import { type CorpusScore, meanScore, ratioScore, selectSamples } from '../metrics/statistics.ts';

/** A measure of one contender, item by item, so that any part of the items can be scored and resampled. */
export interface ScoredItems {
  readonly score: CorpusScore;
  /** Which of the run's items the score's samples are, ascending. */
  readonly items: readonly number[];
  /** What a reader has to know of the number. */
  readonly note: string | null;
}

/** Why there is no score: a sentence. */
interface Unscored {
  readonly reason: string;
}

export type Scored = ScoredItems | Unscored;

/**
 * The mean of a number over those items that have one.
 *
 * @param values one for each of `items`; null where the measure says nothing of the item
 */
export function meanOver(
  items: readonly number[],
  values: readonly (number | null)[],
  note: string | null,
  reason: string,
): Scored {
  const defined = items.flatMap((item, i) => {
    const value = values[i] ?? null;
    return value === null ? [] : [{ item, value }];
  });
  if (defined.length === 0) return { reason };
  return {
    score: meanScore(Float64Array.from(defined, ({ value }) => value)),
    items: defined.map(({ item }) => item),
    note,
  };
}

/** The sum of one number as a share of the sum of another, in per cent, over the items whose other is not 0. */
export function percentOver(
  items: readonly number[],
  pairs: readonly (readonly [part: number, whole: number] | null)[],
  note: string | null,
  reason: string,
): Scored {
  const defined = items.flatMap((item, i) => {
    const pair = pairs[i] ?? null;
    return pair === null || pair[1] === 0 ? [] : [{ item, pair }];
  });
  if (defined.length === 0) return { reason };
  return {
    score: ratioScore(Float64Array.from(defined.flatMap(({ pair }) => pair)), 100),
    items: defined.map(({ item }) => item),
    note,
  };
}

/** The measure on those of its items that `wanted` holds; null where there are none. */
export function restrictTo(scored: ScoredItems, wanted: ReadonlySet<number>): ScoredItems | null {
  const kept = scored.items.flatMap((item, i) => (wanted.has(item) ? [i] : []));
  if (kept.length === scored.items.length) return scored;
  if (kept.length === 0) return null;
  return {
    score: selectSamples(scored.score, kept),
    items: kept.map(i => scored.items[i]!),
    note: scored.note,
  };
}
