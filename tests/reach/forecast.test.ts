import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { COVERAGE, forecast as forecastAt, type Point } from '../../src/reach/forecast.ts';
import { drawPoisson } from '../../src/sandbox/reach/launch-curve.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 11, 1);
const RUNS = 600;

/** As of the last point. */
function forecast(points: readonly Point[], target: number) {
  return forecastAt(points, target, points.at(-1)?.at ?? START);
}

interface Process {
  /** Events a day, by day. */
  readonly rate: (day: number) => number;
  /** Events that come at once. */
  readonly size?: number;
  readonly target: number;
  /** Days without a sample. */
  readonly gap?: readonly number[];
  readonly seed?: number;
}

/** The share of runs whose target is exceeded within the interval. Half days are steps: an event has a moment. */
function coverage({ rate, size = 1, target, gap = [], seed = 1 }: Process): number {
  const random = xoroshiro128plus(seed);
  const draw = (mean: number) => size * drawPoisson(mean / size, () => uniformFloat64(random));
  let covered = 0;
  for (let run = 0; run < RUNS; run++) {
    const points: Point[] = [];
    let total = 0;
    for (let day = 0; day <= 7; day++) {
      if (!gap.includes(day)) points.push({ at: START + day * DAY, value: total });
      if (day < 7) total += draw(rate(day));
    }
    const found = forecast(points, total + target);
    if (typeof found === 'string') continue;
    const goal = total + target;
    let at = START + 7 * DAY;
    const step = DAY / 24;
    while (total <= goal && at < START + 200 * DAY) {
      total += draw(rate((at - START) / DAY) / 24);
      at += step;
    }
    // The step that it happened in.
    if (at >= found.earliest && at - step <= (found.latest ?? Number.POSITIVE_INFINITY)) covered++;
  }
  return covered / RUNS;
}

describe('the interval of a forecast', () => {
  it.each<[string, Process]>([
    ['many events', { rate: () => 40, target: 300 }],
    ['few events', { rate: () => 2, target: 10 }],
    ['a target that is near', { rate: () => 10, target: 3 }],
    ['a target that is far', { rate: () => 5, target: 200 }],
    ['a gap of three days', { rate: () => 20, target: 100, gap: [3, 4, 5] }],
  ])('covers as often as it says: %s', (_, process) => {
    const share = coverage(process);
    expect(share).toBeGreaterThan(COVERAGE - 0.05);
    expect(share).toBeLessThan(COVERAGE + 0.12);
  });

  it('is wider where events come in bursts, and covers nearly as often', () => {
    expect(coverage({ rate: () => 40, size: 8, target: 300 })).toBeGreaterThan(COVERAGE - 0.08);
    const width = (values: readonly number[]) => {
      const found = forecast(
        values.map((value, day) => ({ at: START + day * DAY, value })),
        200,
      );
      return typeof found === 'string' ? Number.NaN : found.latest! - found.earliest;
    };
    const even = width([0, 10, 20, 30, 40, 50, 60, 70]);
    expect(width([0, 0, 35, 35, 35, 35, 70, 70])).toBeGreaterThan(1.5 * even);
  });

  it('does not hold that a launch fades: it is then too early', () => {
    expect(coverage({ rate: day => 40 * Math.exp(-day / 5), target: 60 })).toBeLessThan(0.5);
  });
});

describe('a forecast', () => {
  const at = (values: readonly (number | null)[]) =>
    values.flatMap((value, day) => (value === null ? [] : [{ at: START + day * DAY, value }]));

  it('is of the day when the target is exceeded, at the rate of the last seven days', () => {
    // A first day that is not looked at: 5 a day after it.
    const found = forecast(at([0, 1000, 1005, 1010, 1015, 1020, 1025, 1030, 1035]), 1044);
    expect(found).toMatchObject({ perDay: 5, reachedAt: START + 10 * DAY });
    // One more than the target.
    expect(forecast(at([0, 5, 10, 15]), 19)).toMatchObject({ reachedAt: START + 4 * DAY });
  });

  it('takes an increment over a gap for its whole span', () => {
    expect(forecast(at([0, 5, null, null, 20, 25]), 34)).toMatchObject({
      perDay: 5,
      reachedAt: START + 7 * DAY,
    });
  });

  it('is not made of too little, of what does not grow, nor for years ahead', () => {
    expect(forecast([], 10)).toBe('too-few');
    expect(forecast(at([0, 5, 10]), 100)).toBe('too-few');
    const hours = [0, 1, 2, 3, 4].map(hour => ({ at: START + (hour * DAY) / 24, value: hour }));
    expect(forecast(hours, 100)).toBe('too-few');
    expect(forecast(at([5, 5, 5, 5]), 10)).toBe('not-growing');
    expect(forecast(at([9, 8, 7, 6]), 10)).toBe('not-growing');
    expect(forecast(at([0, 0, 0, 0, 0, 0, 0, 1]), 1000)).toBe('too-far');
  });

  it('is not made of old figures, of which it may have come true or not already', () => {
    const points = at([0, 5, 10, 15]);
    expect(forecastAt(points, 19, START + 6 * DAY)).toMatchObject({ perDay: 5 });
    expect(forecastAt(points, 19, START + 6 * DAY + 1)).toBe('too-old');
  });

  it('has no latest moment where next to nothing came', () => {
    const found = forecast(at([0, 0, 0, 0, 0, 0, 0, 1]), 250);
    expect(found).toMatchObject({ latest: null });
  });
});
