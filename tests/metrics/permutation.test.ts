import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { permutationP } from '../../src/metrics/permutation.ts';
import {
  adjustHolm,
  bootstrapDifferences,
  bootstrapInterval,
  bootstrapIntervals,
  bootstrapQuantiles,
  type CorpusScore,
  meanScore,
  pairedBootstrap,
  quantile,
  ratioScore,
  scoreAll,
  selectSamples,
} from '../../src/metrics/statistics.ts';

function uniform(count: number, seed: number): Float64Array {
  const random = xoroshiro128plus(seed);
  return Float64Array.from({ length: count }, () => (random.next() >>> 0) / 2 ** 32);
}

/** All 2^n ways to change sides, one by one. */
function exactP(a: CorpusScore, b: CorpusScore): number {
  const count = a.rows.length / a.width;
  const difference = (mask: number) => {
    const sums = [new Float64Array(a.width), new Float64Array(a.width)] as const;
    for (let i = 0; i < count; i++) {
      const swap = (mask >> i) & 1;
      for (let c = 0; c < a.width; c++) {
        sums[swap]![c]! += a.rows[i * a.width + c]!;
        sums[1 - swap]![c]! += b.rows[i * a.width + c]!;
      }
    }
    return b.combine(sums[1], count) - a.combine(sums[0], count);
  };
  const observed = Math.abs(difference(0));
  let atLeast = 0;
  for (let mask = 0; mask < 2 ** count; mask++) if (Math.abs(difference(mask)) >= observed - 1e-12) atLeast++;
  return atLeast / 2 ** count;
}

test.each([
  ['a mean of 10', meanScore(uniform(10, 1)), meanScore(uniform(10, 2).map(value => value + 0.2))],
  ['a mean of 9, no multiple of four', meanScore(uniform(9, 3)), meanScore(uniform(9, 4))],
  ['a ratio of 11', ratioScore(uniform(22, 5)), ratioScore(uniform(22, 6))],
])('the p-value is the exact one within chance: %s', (_, a, b) => {
  const exact = exactP(a, b);
  const resamples = 20_000;
  const error = Math.sqrt((exact * (1 - exact)) / resamples);
  expect(Math.abs(permutationP(a, b, { resamples, seed: 7 }) - exact)).toBeLessThan(
    4 * error + 2 / resamples,
  );
});

test('the same numbers twice: p is 1, also where sums are large', () => {
  const ms = uniform(50, 1).map(value => value * 1e9);
  expect(permutationP(meanScore(ms), meanScore(ms), { resamples: 100, seed: 1 })).toBe(1);
  // Two swapped images: every toss differs by as much as the samples as they are, or not at all.
  const turned = ms.slice();
  [turned[0], turned[1]] = [ms[1]!, ms[0]!];
  expect(permutationP(meanScore(ms), meanScore(turned), { resamples: 500, seed: 1 })).toBe(1);
});

test('Holm’s adjustment is that of R’s p.adjust', () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm")
  expect(adjustHolm([0.01, 0.04, 0.03, 0.005, 0.5])).toEqual(
    [0.04, 0.09, 0.09, 0.025, 0.5].map(value => expect.closeTo(value, 12)),
  );
  expect(adjustHolm([])).toEqual([]);
  expect(adjustHolm([0.9, 0.8])).toEqual([1, 1]);
});

test('several scores on shared draws have the intervals that each has alone', () => {
  const options = { resamples: 300, seed: 3 };
  const scores = [meanScore(uniform(40, 1)), ratioScore(uniform(80, 2), 100)];
  expect(bootstrapIntervals(scores, options)).toEqual(scores.map(score => bootstrapInterval(score, options)));
  expect(bootstrapIntervals([], options)).toEqual([]);
  const [a, b] = [meanScore(uniform(40, 4)), meanScore(uniform(40, 5))];
  expect(bootstrapDifferences([[a, b]], options)).toEqual([pairedBootstrap(a, b, options).interval]);
});

test('a ratio is of sums, and a selection keeps the rows together', () => {
  const ratio = ratioScore(Float64Array.of(1, 2, 0, 8, 3, 3), 100);
  expect(scoreAll(ratio)).toBeCloseTo((100 * 4) / 13, 12);
  expect(scoreAll(selectSamples(ratio, [2, 0]))).toBeCloseTo(80, 12);
});

test('quantiles have the interval that sorting each resample would give', () => {
  const values = uniform(200, 1);
  const [median, high] = bootstrapQuantiles(values, [0.5, 0.95], { resamples: 2000, seed: 1 });
  expect(median!.value).toBe(quantile(values.toSorted(), 0.5));
  expect(high!.interval!.low).toBeGreaterThan(median!.interval!.high);
  // The median of 200 draws from 0 to 1: its standard error is 1 / (2 * sqrt(200)).
  const width = median!.interval!.high - median!.interval!.low;
  expect(width).toBeGreaterThan(0.08);
  expect(width).toBeLessThan(0.22);
  expect(bootstrapQuantiles(Float64Array.of(5), [0.5], { resamples: 10, seed: 1 })).toEqual([
    { value: 5, interval: undefined },
  ]);
});
