import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  bootstrapDifferences,
  type Comparison,
  type CorpusScore,
  countSamples,
  type ResamplingOptions,
  requirePairs,
  scoreAll,
  sumAll,
} from './statistics.ts';

/**
 * Paired permutation test (approximate randomization: Noreen 1989; Riezler & Maxwell 2005), see
 * {@link permutationP}. The interval is the paired bootstrap's.
 *
 * @throws RangeError where the two hold different numbers of samples, or fewer than two
 */
export function pairedPermutation(a: CorpusScore, b: CorpusScore, options: ResamplingOptions): Comparison {
  const p = permutationP(a, b, options);
  const [interval] = bootstrapDifferences([[a, b]], options);
  return { difference: scoreAll(b) - scoreAll(a), interval: interval!, p };
}

/**
 * The p-value of a paired permutation test: each sample's two outputs change sides by the toss of a coin, and the
 * corpus scores are computed anew. It is the share of tosses that differ at least as much (Phipson & Smyth 2010),
 * the samples as they are being one of them: never below 1 / (resamples + 1).
 *
 * @throws RangeError where the two hold different numbers of samples, or fewer than two
 */
export function permutationP(a: CorpusScore, b: CorpusScore, { resamples, seed }: ResamplingOptions): number {
  requirePairs(a, b);
  const { width } = a;
  const difference = scoreAll(b) - scoreAll(a);
  const swaps = new SwapSums(a, b);
  // Nothing to swap: all tosses are alike.
  if (swaps.areAllZero) return 1;
  const random = xoroshiro128plus(seed);
  const left = new Float64Array(width);
  const right = new Float64Array(width);
  // Sums in another order differ in the last digits, which must not break a tie.
  const least = Math.abs(difference) * (1 - 1e-9) - 1e-12;
  let atLeast = 0;
  for (let round = 0; round < resamples; round++) {
    swaps.toss(() => random.next(), left, right);
    const swapped = b.combine(right, swaps.count) - a.combine(left, swaps.count);
    if (Math.abs(swapped) >= least) atLeast++;
  }
  return (atLeast + 1) / (resamples + 1);
}

/** Samples whose swaps are looked up together: the table of their 16 sums still fits the processor's cache. */
const SWAPPED_AT_ONCE = 4;

/**
 * The column sums of both sides after some samples have changed sides. What each set of swaps among four samples
 * adds is worked out once, so that a toss costs an addition for four samples.
 */
class SwapSums {
  readonly count: number;
  readonly #width: number;
  readonly #before: readonly [Float64Array, Float64Array];
  /** Block by set of swaps by column: what the left side gains, which is what the right one loses. */
  readonly #gains: Float64Array;

  constructor(a: CorpusScore, b: CorpusScore) {
    this.count = countSamples(a);
    this.#width = a.width;
    this.#before = [sumAll(a), sumAll(b)];
    const sets = 1 << SWAPPED_AT_ONCE;
    const blocks = Math.ceil(this.count / SWAPPED_AT_ONCE);
    this.#gains = new Float64Array(blocks * sets * a.width);
    for (let block = 0; block < blocks; block++) {
      for (let set = 1; set < sets; set++) {
        const to = (block * sets + set) * a.width;
        const lowest = 31 - Math.clz32(set & -set);
        const rest = (block * sets + (set & (set - 1))) * a.width;
        const sample = (block * SWAPPED_AT_ONCE + lowest) * a.width;
        for (let column = 0; column < a.width; column++) {
          // Beyond the last sample there is nothing to swap.
          const gain = (b.rows[sample + column] ?? 0) - (a.rows[sample + column] ?? 0);
          this.#gains[to + column] = this.#gains[rest + column]! + gain;
        }
      }
    }
  }

  /** Whether both sides are the same in every sample. */
  get areAllZero(): boolean {
    return this.#gains.every(gain => gain === 0);
  }

  /** Writes the sums after a toss of coins, 32 of them a call of `coins`. */
  toss(coins: () => number, left: Float64Array, right: Float64Array): void {
    const gains = this.#gains;
    const width = this.#width;
    const step = width << SWAPPED_AT_ONCE;
    left.fill(0);
    let bits = 0;
    let block = 0;
    for (let at = 0; at < gains.length; at += step) {
      if (block++ % (32 / SWAPPED_AT_ONCE) === 0) bits = coins();
      const from = at + (bits & ((1 << SWAPPED_AT_ONCE) - 1)) * width;
      bits >>>= SWAPPED_AT_ONCE;
      for (let column = 0; column < width; column++) left[column]! += gains[from + column]!;
    }
    const [a, b] = this.#before;
    for (let column = 0; column < width; column++) {
      const gain = left[column]!;
      left[column] = a[column]! + gain;
      right[column] = b[column]! - gain;
    }
  }
}
