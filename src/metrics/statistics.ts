import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A score of a set of samples (images) that depends on each only through a row of numbers, its sufficient
 * statistics, of which the sum over the samples is taken. Resampling needs no second look at the text, and a score
 * that is no mean, such as BLEU, is recomputed for each resample.
 */
export interface CorpusScore {
  /** Numbers a sample. */
  readonly width: number;
  /** `count * width` numbers, sample by sample. */
  readonly rows: Float64Array;
  /** The score from the column sums over some samples and their number. */
  combine(sums: Float64Array, count: number): number;
}

export interface ResamplingOptions {
  /** How many resamples are drawn. */
  readonly resamples: number;
  /** Any whole number: the same seed, the same result. */
  readonly seed: number;
}

export const DEFAULT_RESAMPLING: ResamplingOptions = { resamples: 1000, seed: 1 };
/** The share of intervals that should cover the true value. */
export const CONFIDENCE = 0.95;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  /** Score of b minus score of a, on all samples. */
  readonly difference: number;
  /** Bootstrap interval of the difference. */
  readonly interval: Interval;
  /** Two-sided. Never 0: the smallest is about 1 / resamples. */
  readonly p: number;
}

/** The score that is the mean of one number a sample. */
export function meanScore(values: Float64Array): CorpusScore {
  return { width: 1, rows: values, combine: (sums, count) => sums[0]! / count };
}

/**
 * The score that is a ratio of two sums over the samples: a share of all adjectives, not the mean of the images'
 * shares, in which an image with one adjective would weigh as much as one with twenty.
 *
 * @param pairs numerator and denominator, sample by sample; the denominators above 0, so that no resample divides by 0
 */
export function ratioScore(pairs: Float64Array, scale = 1): CorpusScore {
  return { width: 2, rows: pairs, combine: sums => (scale * sums[0]!) / sums[1]! };
}

/** The same score of some of its samples, in the order of `samples`. */
export function selectSamples(score: CorpusScore, samples: ArrayLike<number>): CorpusScore {
  const { width, rows, combine } = score;
  const selected = new Float64Array(samples.length * width);
  for (let i = 0; i < samples.length; i++) {
    const from = samples[i]! * width;
    for (let column = 0; column < width; column++) selected[i * width + column] = rows[from + column]!;
  }
  return { width, rows: selected, combine };
}

/** How many samples a score is made of. */
export function countSamples(score: CorpusScore): number {
  return score.rows.length / score.width;
}

/** The score of all samples. Their order changes the last digits at most. */
export function scoreAll(score: CorpusScore): number {
  return score.combine(sumAll(score), countSamples(score));
}

/** The column sums of all samples. */
export function sumAll(score: CorpusScore): Float64Array {
  const sums = new Float64Array(score.width);
  for (let i = 0; i < countSamples(score); i++) addRow(sums, score, i);
  return sums;
}

/**
 * @param sorted at least one number, ascending
 * @param share 0 (smallest) to 1 (largest)
 * @returns the quantile, interpolated linearly (Hyndman & Fan 1996, definition 7)
 */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * Percentile bootstrap interval (Efron & Tibshirani 1993, section 13.3): samples are drawn with replacement and the
 * score is computed anew.
 *
 * @returns the interval at {@link CONFIDENCE}; undefined for fewer than two samples, which show no spread
 */
export function bootstrapInterval(score: CorpusScore, options: ResamplingOptions): Interval | undefined {
  if (countSamples(score) < 2) return undefined;
  const [scores] = resample([score], options);
  return percentileInterval(scores!);
}

/**
 * The intervals of several scores on the same draws, which saves drawing for each.
 *
 * @param scores of the same number of samples, at least two
 * @returns one for each, the same as {@link bootstrapInterval}'s
 */
export function bootstrapIntervals(scores: readonly CorpusScore[], options: ResamplingOptions): Interval[] {
  return scores.length === 0 ? [] : resample(scores, options).map(percentileInterval);
}

/**
 * Paired bootstrap (Koehn 2004, section 4; Efron & Tibshirani 1993, section 16.4): both systems are scored on the
 * same resamples. The p-value is twice the share of resamples in which the difference has the other sign or is 0.
 *
 * @param a scores of the same samples in the same order as `b`
 * @throws RangeError where the two hold different numbers of samples, or fewer than two
 */
export function pairedBootstrap(a: CorpusScore, b: CorpusScore, options: ResamplingOptions): Comparison {
  requirePairs(a, b);
  const { differences, interval } = bootstrapDifference(a, b, options);
  let notAbove = 0;
  let notBelow = 0;
  for (const difference of differences) {
    if (difference <= 0) notAbove++;
    if (difference >= 0) notBelow++;
  }
  // The + 1 counts the samples as they are as one resample, so that p is never 0 (Davison & Hinkley 1997, 4.2.1).
  const p = Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (differences.length + 1));
  return { difference: scoreAll(b) - scoreAll(a), interval, p };
}

/**
 * Paired bootstrap intervals of several differences on the same draws, which saves drawing for each.
 *
 * @param pairs scores of a and b, all of the same samples in the same order
 * @throws RangeError where two hold different numbers of samples, or fewer than two
 */
export function bootstrapDifferences(
  pairs: readonly (readonly [CorpusScore, CorpusScore])[],
  options: ResamplingOptions,
): Interval[] {
  for (const [a, b] of pairs) requirePairs(a, b);
  const scores = resample(pairs.flat(), options);
  return pairs.map((_, i) =>
    percentileInterval(scores[2 * i + 1]!.map((value, r) => value - scores[2 * i]![r]!)),
  );
}

/**
 * Adjusts p-values for their number so that the chance of any false "better" among them stays below the level
 * (Holm 1979).
 *
 * @returns in the order of `ps`, each from its own value to 1
 */
export function adjustHolm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).toSorted((one, other) => ps[one]! - ps[other]!);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[i]!));
    adjusted[i] = largest;
  }
  return adjusted;
}

/**
 * Quantiles of some values with their bootstrap intervals.
 *
 * @param values at least one, in any order
 * @param shares each 0 (smallest) to 1 (largest)
 * @returns one for each share; without an interval for fewer than two values
 */
export function bootstrapQuantiles(
  values: Float64Array,
  shares: readonly number[],
  { resamples, seed }: ResamplingOptions,
): { readonly value: number; readonly interval: Interval | undefined }[] {
  const sorted = values.toSorted();
  const { length } = sorted;
  if (length < 2) return shares.map(share => ({ value: quantile(sorted, share), interval: undefined }));
  const random = xoroshiro128plus(seed);
  const times = new Int32Array(length);
  const drawn = new Float64Array(length);
  const found = shares.map(() => new Float64Array(resamples));
  for (let round = 0; round < resamples; round++) {
    times.fill(0);
    for (let i = 0; i < length; i++) times[uniformInt(random, 0, length - 1)]!++;
    // Values in order, each as often as it was drawn: no sorting.
    for (let i = 0, to = 0; i < length; i++) {
      drawn.fill(sorted[i]!, to, to + times[i]!);
      to += times[i]!;
    }
    for (const [s, share] of shares.entries()) found[s]![round] = quantile(drawn, share);
  }
  return shares.map((share, s) => ({
    value: quantile(sorted, share),
    interval: percentileInterval(found[s]!),
  }));
}

/** @throws RangeError where the two hold different numbers of samples, or fewer than two */
export function requirePairs(a: CorpusScore, b: CorpusScore): void {
  if (countSamples(a) !== countSamples(b)) throw new RangeError('a paired test needs the same samples twice');
  if (countSamples(a) < 2) throw new RangeError('a paired test needs at least two samples');
}

function bootstrapDifference(a: CorpusScore, b: CorpusScore, options: ResamplingOptions) {
  const [ofA, ofB] = resample([a, b], options);
  const differences = ofB!.map((value, i) => value - ofA![i]!);
  return { differences, interval: percentileInterval(differences) };
}

function percentileInterval(scores: Float64Array): Interval {
  const sorted = scores.toSorted();
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Scores of resamples, all of them on the same draws. */
function resample(scores: readonly CorpusScore[], { resamples, seed }: ResamplingOptions): Float64Array[] {
  const count = countSamples(scores[0]!);
  const random = xoroshiro128plus(seed);
  const times = new Int32Array(count);
  const results = scores.map(() => new Float64Array(resamples));
  const sums = scores.map(({ width }) => new Float64Array(width));
  for (let round = 0; round < resamples; round++) {
    times.fill(0);
    for (let i = 0; i < count; i++) times[uniformInt(random, 0, count - 1)]!++;
    for (let s = 0; s < scores.length; s++) {
      addTimes(sums[s]!, scores[s]!, times);
      results[s]![round] = scores[s]!.combine(sums[s]!, count);
    }
  }
  return results;
}

/** Sets `sums` to the column sums with each sample as often as `times` says: in order, which is what memory likes. */
function addTimes(sums: Float64Array, { rows, width }: CorpusScore, times: Int32Array): void {
  sums.fill(0);
  if (width === 1) {
    let sum = 0;
    for (let i = 0; i < times.length; i++) sum += times[i]! * rows[i]!;
    sums[0] = sum;
    return;
  }
  for (let i = 0, at = 0; i < times.length; i++, at += width) {
    const factor = times[i]!;
    if (factor === 0) continue;
    for (let column = 0; column < width; column++) sums[column]! += factor * rows[at + column]!;
  }
}

function addRow(sums: Float64Array, { rows, width }: CorpusScore, i: number): void {
  for (let column = 0; column < width; column++) sums[column]! += rows[i * width + column]!;
}
