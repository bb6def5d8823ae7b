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

/** How many samples a score is made of. */
export function countSamples(score: CorpusScore): number {
  return score.rows.length / score.width;
}

/** The score of all samples. Their order changes the last digits at most. */
export function scoreAll(score: CorpusScore): number {
  const sums = new Float64Array(score.width);
  for (let i = 0; i < countSamples(score); i++) addRow(sums, score, i);
  return score.combine(sums, countSamples(score));
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
 * Paired permutation test (approximate randomization: Noreen 1989; Riezler & Maxwell 2005): each sample's two
 * outputs change sides by the toss of a coin, and the corpus scores are computed anew. The p-value is the share of
 * tosses that differ at least as much (Phipson & Smyth 2010). The interval is the paired bootstrap's.
 *
 * @throws RangeError where the two hold different numbers of samples, or fewer than two
 */
export function pairedPermutation(a: CorpusScore, b: CorpusScore, options: ResamplingOptions): Comparison {
  requirePairs(a, b);
  const count = countSamples(a);
  const difference = scoreAll(b) - scoreAll(a);
  const random = xoroshiro128plus(options.seed);
  const left = new Float64Array(a.width);
  const right = new Float64Array(a.width);
  let atLeast = 0;
  for (let round = 0; round < options.resamples; round++) {
    left.fill(0);
    right.fill(0);
    let coins = 0;
    for (let i = 0; i < count; i++) {
      if (i % 32 === 0) coins = random.next();
      const swap = coins & 1;
      coins >>>= 1;
      addRow(left, swap ? b : a, i);
      addRow(right, swap ? a : b, i);
    }
    const swapped = b.combine(right, count) - a.combine(left, count);
    // Sums in another order differ in the last digits, which must not break a tie.
    if (Math.abs(swapped) >= Math.abs(difference) - 1e-12) atLeast++;
  }
  const { interval } = bootstrapDifference(a, b, options);
  return { difference, interval, p: (atLeast + 1) / (options.resamples + 1) };
}

function requirePairs(a: CorpusScore, b: CorpusScore): void {
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
  const drawn = new Int32Array(count);
  const results = scores.map(() => new Float64Array(resamples));
  for (let round = 0; round < resamples; round++) {
    for (let i = 0; i < count; i++) drawn[i] = uniformInt(random, 0, count - 1);
    scores.forEach((score, s) => {
      const sums = new Float64Array(score.width);
      for (const i of drawn) addRow(sums, score, i);
      results[s]![round] = score.combine(sums, count);
    });
  }
  return results;
}

function addRow(sums: Float64Array, { rows, width }: CorpusScore, i: number): void {
  for (let column = 0; column < width; column++) sums[column]! += rows[i * width + column]!;
}
