import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A figure over time: what it is at a moment, in milliseconds since the epoch. */
export type Curve = (at: number) => number;

export interface LaunchCurve {
  /** Any whole number: the same seed, the same curve. */
  readonly seed: number;
  /** Nothing happens before it. */
  readonly launchAt: number;
  /** How many a day are to be expected, by the day since the launch (0, 1, …). */
  readonly perDay: (day: number) => number;
  readonly days: number;
}

const HOUR_MS = 3_600_000;

/** A counter that begins at 0 and grows by chance: events are independent, as many as expected on average (Poisson). */
export function createLaunchCurve({ seed, launchAt, perDay, days }: LaunchCurve): Curve {
  const random = xoroshiro128plus(seed);
  const totals = [0];
  for (let hour = 0; hour < days * 24; hour++) {
    const expected = perDay(Math.floor(hour / 24)) / 24;
    totals.push(totals[hour]! + drawPoisson(expected, () => uniformFloat64(random)));
  }
  return at => {
    const hour = Math.floor((at - launchAt) / HOUR_MS);
    return hour < 0 ? 0 : totals[Math.min(hour, totals.length - 1)]!;
  };
}

/** Knuth (1997), The Art of Computer Programming, volume 2, section 3.4.1: exact, and quick for small means. */
export function drawPoisson(mean: number, random: () => number): number {
  const floor = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > floor; count++) product *= random();
  return Math.max(0, count);
}
