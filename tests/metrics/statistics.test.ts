import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { pairedPermutation } from '../../src/metrics/permutation.ts';
import {
  bootstrapInterval,
  type CorpusScore,
  DEFAULT_RESAMPLING,
  meanScore,
  pairedBootstrap,
  quantile,
  scoreAll,
} from '../../src/metrics/statistics.ts';

/** Numbers from 0 to 1, always the same. */
function uniform(count: number, seed: number): Float64Array {
  const random = xoroshiro128plus(seed);
  return Float64Array.from({ length: count }, () => (random.next() >>> 0) / 2 ** 32);
}

test('quantiles are those of R’s type 7 and numpy’s default', () => {
  const values = Float64Array.of(1, 2, 4, 8);
  expect([0, 0.1, 0.5, 0.9, 1].map(share => quantile(values, share))).toEqual([
    1,
    1.3,
    3,
    expect.closeTo(6.8, 12),
    8,
  ]);
});

describe('bootstrapInterval', () => {
  test('the same seed gives the same interval, another seed another', () => {
    const score = meanScore(uniform(50, 3));
    expect(bootstrapInterval(score, { resamples: 200, seed: 5 })).toEqual(
      bootstrapInterval(score, { resamples: 200, seed: 5 }),
    );
    expect(bootstrapInterval(score, { resamples: 200, seed: 6 })).not.toEqual(
      bootstrapInterval(score, { resamples: 200, seed: 5 }),
    );
  });

  test('for a mean it is about mean ± 1.96 standard errors', () => {
    const values = uniform(400, 1);
    const interval = bootstrapInterval(meanScore(values), { resamples: 4000, seed: 1 })!;
    const mean = scoreAll(meanScore(values));
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / 400;
    expect(interval.low).toBeCloseTo(mean - 1.96 * error, 2);
    expect(interval.high).toBeCloseTo(mean + 1.96 * error, 2);
  });

  test('it covers the true mean about as often as it says', () => {
    let covered = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { low, high } = bootstrapInterval(meanScore(uniform(60, seed)), { resamples: 300, seed: 1 })!;
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });

  test('a score that is no mean is computed anew for each resample', () => {
    // A ratio of sums, as BLEU's precisions are.
    const ratio: CorpusScore = { width: 2, rows: Float64Array.of(1, 1, 0, 9), combine: ([a, b]) => a! / b! };
    expect(scoreAll(ratio)).toBe(0.1);
    const interval = bootstrapInterval(ratio, DEFAULT_RESAMPLING);
    expect(interval).toEqual({ low: 0, high: 1 });
  });

  test('one sample shows no spread', () => {
    expect(bootstrapInterval(meanScore(Float64Array.of(1)), DEFAULT_RESAMPLING)).toBeUndefined();
  });
});

describe.each([
  ['pairedBootstrap', pairedBootstrap],
  ['pairedPermutation', pairedPermutation],
])('%s', (_, compare) => {
  const options = { resamples: 1000, seed: 1 };

  test('a small but steady difference is shown, though the two vary widely', () => {
    const a = uniform(200, 1);
    const noise = uniform(200, 2);
    const b = a.map((value, i) => value + 0.02 + 0.02 * (noise[i]! - 0.5));
    const { difference, interval, p } = compare(meanScore(a), meanScore(b), options);
    expect(difference).toBeCloseTo(0.02, 2);
    expect(interval.low).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.005);
  });

  test('the same system twice: no difference, p is 1', () => {
    const a = meanScore(uniform(50, 1));
    expect(compare(a, a, options)).toEqual({ difference: 0, interval: { low: 0, high: 0 }, p: 1 });
  });

  test('without a difference p is seldom small', () => {
    let small = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { p } = compare(meanScore(uniform(40, seed)), meanScore(uniform(40, seed + 1000)), {
        resamples: 300,
        seed: 1,
      });
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
      if (p < 0.05) small++;
    }
    expect(small).toBeLessThanOrEqual(12);
  });

  test('swapping the systems turns the sign and keeps p', () => {
    const a = meanScore(uniform(80, 1));
    const b = meanScore(uniform(80, 2));
    const forth = compare(a, b, options);
    const back = compare(b, a, options);
    expect(back.difference).toBeCloseTo(-forth.difference, 12);
    expect(back.p).toBeCloseTo(forth.p, 12);
  });

  test('other samples are refused', () => {
    expect(() => compare(meanScore(uniform(3, 1)), meanScore(uniform(4, 1)), options)).toThrow(RangeError);
    expect(() => compare(meanScore(uniform(1, 1)), meanScore(uniform(1, 2)), options)).toThrow(RangeError);
  });
});
