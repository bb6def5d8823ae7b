import { permutationP } from '../metrics/permutation.ts';
import {
  adjustHolm,
  bootstrapDifferences,
  countSamples,
  type Interval,
  type ResamplingOptions,
  scoreAll,
} from '../metrics/statistics.ts';
import { giveWay } from './give-way.ts';
import { HEADLINE_MEASURES } from './headline-measures.ts';
import { restrictTo, type Scored, type ScoredItems } from './scored-items.ts';
import type { Measure, PairedComparison } from './scores.ts';

/** Below this adjusted p-value a difference counts as shown. */
export const SIGNIFICANCE = 0.05;

/**
 * Tosses for each comparison of a run. Holm multiplies the smallest p-values by the number of comparisons, and the
 * smallest that a test can give is 1 / tosses: with fewer than 20 for each, nothing could ever be shown. With 100 the
 * smallest adjusted p-value is 0.01.
 */
const TOSSES_A_COMPARISON = 100;

/** A contender with what is measured of it by item, by the measure's key. */
export interface ScoredContender {
  readonly name: string;
  readonly scored: Readonly<Record<string, Scored>>;
}

export interface ComparedContenders {
  readonly comparisons: readonly PairedComparison[];
  /** Tosses of each test. */
  readonly permutations: number;
}

interface Pair {
  readonly measure: Measure;
  readonly a: string;
  readonly b: string;
  readonly ofA: ScoredItems;
  readonly ofB: ScoredItems;
}

/**
 * Compares every two contenders on every measure that has a better side and a number for each item, on the items that
 * both have: paired permutation tests (two-sided), adjusted by Holm (1979) over those of the headline measures and over
 * all others, and paired bootstrap intervals of the differences, which are not adjusted. Percentiles, memory and the like have no number for each item and are not compared.
 *
 * @throws the signal's reason when aborted
 */
export async function compareContenders(
  contenders: readonly ScoredContender[],
  measures: readonly Measure[],
  resampling: ResamplingOptions,
  signal: AbortSignal,
): Promise<ComparedContenders> {
  const pairs = pairUp(contenders, measures);
  const permutations = Math.max(resampling.resamples, TOSSES_A_COMPARISON * pairs.length);
  const intervals = await intervalsOf(pairs, resampling, signal);
  const ps: number[] = [];
  for (const { ofA, ofB } of pairs) {
    await giveWay(signal);
    ps.push(permutationP(ofA.score, ofB.score, { resamples: permutations, seed: resampling.seed }));
  }
  const adjusted = adjustInFamilies(pairs, ps);
  const comparisons = pairs.map(({ measure, a, b, ofA, ofB }, i): PairedComparison => {
    const difference = scoreAll(ofB.score) - scoreAll(ofA.score);
    return {
      measure: measure.key,
      a,
      b,
      difference,
      interval: { ...intervals[i]! },
      p: ps[i]!,
      adjustedP: adjusted[i]!,
      count: countSamples(ofA.score),
      verdict: judge(measure, difference, adjusted[i]!),
    };
  });
  return { comparisons, permutations };
}

/** The headline measures are one family, all others another. */
function adjustInFamilies(pairs: readonly Pair[], ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  const families = Map.groupBy(pairs.keys(), i => HEADLINE_MEASURES.has(pairs[i]!.measure.key));
  for (const places of families.values()) {
    for (const [k, p] of adjustHolm(places.map(i => ps[i]!)).entries()) adjusted[places[k]!] = p;
  }
  return adjusted;
}

function judge({ better }: Measure, difference: number, adjustedP: number): PairedComparison['verdict'] {
  if (!(adjustedP < SIGNIFICANCE) || difference === 0) return 'no-difference-shown';
  return difference > 0 === (better === 'higher') ? 'b-better' : 'a-better';
}

/** By measure, then in the contenders' order; those with fewer than two items in common left out. */
function pairUp(contenders: readonly ScoredContender[], measures: readonly Measure[]): Pair[] {
  return measures
    .filter(({ better }) => better !== 'neither')
    .flatMap(measure =>
      contenders.flatMap((a, i) =>
        contenders.slice(i + 1).flatMap((b): Pair[] => {
          const [scoredA, scoredB] = [a.scored[measure.key], b.scored[measure.key]];
          if (!scoredA || !scoredB || 'reason' in scoredA || 'reason' in scoredB) return [];
          const ofA = restrictTo(scoredA, new Set(scoredB.items));
          const ofB = restrictTo(scoredB, new Set(scoredA.items));
          if (!ofA || !ofB || ofA.items.length < 2) return [];
          return [{ measure, a: a.name, b: b.name, ofA, ofB }];
        }),
      ),
    );
}

/** Pairs on equally many items share their draws. */
async function intervalsOf(
  pairs: readonly Pair[],
  resampling: ResamplingOptions,
  signal: AbortSignal,
): Promise<Interval[]> {
  const intervals = new Array<Interval>(pairs.length);
  const byCount = Map.groupBy(pairs.keys(), i => pairs[i]!.ofA.items.length);
  for (const places of byCount.values()) {
    for (let from = 0; from < places.length; from += PAIRS_AT_ONCE) {
      await giveWay(signal);
      const chunk = places.slice(from, from + PAIRS_AT_ONCE);
      const found = bootstrapDifferences(
        chunk.map(i => [pairs[i]!.ofA.score, pairs[i]!.ofB.score]),
        resampling,
      );
      for (const [k, i] of chunk.entries()) intervals[i] = found[k]!;
    }
  }
  return intervals;
}

/** Pairs that are resampled between two looks at the signal. */
const PAIRS_AT_ONCE = 8;
