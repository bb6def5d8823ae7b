/** A total at a moment, in milliseconds since the epoch. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

export interface Forecast {
  /** How many a day, over the time that it is made from. */
  readonly perDay: number;
  /** When the target is exceeded if it goes on at that rate. */
  readonly reachedAt: number;
  /** With {@link COVERAGE}, not before and not after these. Null: there is no bound. */
  readonly earliest: number;
  readonly latest: number | null;
}

/** Why there is no forecast. */
export type NoForecast = 'too-few' | 'too-old' | 'not-growing' | 'too-far';

/** The share of intervals that cover the moment, where events come independently at an even rate. */
export const COVERAGE = 0.8;
/** The 90 % quantile of the normal distribution: a tenth lies on either side of the interval. */
const Z = 1.2816;
/** What is older says little about a launch that fades. */
export const FORECAST_DAYS = 7;
const MIN_INCREMENTS = 3;
/** Of older figures the moment foretold may have gone by already. */
const MAX_AGE_DAYS = 3;
const MAX_DAYS_AHEAD = 1825;
const DAY_MS = 86_400_000;

/**
 * When a total exceeds a target, if the rate of the last {@link FORECAST_DAYS} days goes on.
 *
 * The events of the past are taken for a Poisson process of unknown rate whose spread is stretched by their dispersion
 * (quasi-Poisson: McCullagh & Nelder 1989, section 6.2), measured by Pearson's statistic over the increments. With G events
 * in D days, and Jeffreys' prior on the rate, the time until n more is D · (n / (G + ½)) · F with 2n and 2G + 1 degrees of
 * freedom, each divided by the dispersion. Quantiles of F are Paulson's (1942, Annals of Mathematical Statistics 13). The
 * interval thus holds both that the rate is not known and that events come by chance; it does not hold that the rate may
 * change, as it does when a launch fades.
 *
 * @param points in the order of time, gaps left out: an increment over a gap counts for its whole span
 * @param now in milliseconds since the epoch
 */
export function forecast(points: readonly Point[], target: number, now: number): Forecast | NoForecast {
  const last = points.at(-1);
  const recent = last ? points.filter(({ at }) => at >= last.at - FORECAST_DAYS * DAY_MS - DAY_MS / 2) : [];
  const first = recent[0];
  if (!last || !first || recent.length <= MIN_INCREMENTS) return 'too-few';
  const days = (last.at - first.at) / DAY_MS;
  const gained = last.value - first.value;
  if (days < MIN_INCREMENTS - 1) return 'too-few';
  if (now - last.at > MAX_AGE_DAYS * DAY_MS) return 'too-old';
  if (gained <= 0) return 'not-growing';
  const needed = Math.max(1, Math.floor(target - last.value) + 1);
  const perDay = gained / days;
  if (needed / perDay > MAX_DAYS_AHEAD) return 'too-far';

  const dispersion = dispersionOf(recent, perDay);
  const events = (gained + 0.5) / dispersion;
  const wanted = needed / dispersion;
  const scale = (days * wanted) / events;
  const bound = (z: number) => {
    const ratio = quantileOfF(2 * wanted, 2 * events, z);
    const ahead = ratio === null ? Number.POSITIVE_INFINITY : ratio * scale;
    return ahead > MAX_DAYS_AHEAD ? null : last.at + ahead * DAY_MS;
  };
  return {
    perDay,
    reachedAt: last.at + (needed / perDay) * DAY_MS,
    earliest: bound(-Z) ?? last.at,
    latest: bound(Z),
  };
}

/** Pearson's statistic by degree of freedom; never below that of a Poisson process, which is 1. */
function dispersionOf(points: readonly Point[], perDay: number): number {
  let sum = 0;
  for (let index = 1; index < points.length; index++) {
    const [before, here] = [points[index - 1]!, points[index]!];
    const expected = (perDay * (here.at - before.at)) / DAY_MS;
    sum += (here.value - before.value - expected) ** 2 / expected;
  }
  return Math.max(1, sum / (points.length - 2));
}

/**
 * Paulson's approximation: the cube root of F is nearly a ratio of two normal variables.
 *
 * @param z the quantile of the normal distribution of the same probability
 * @returns null where the approximation has no bound
 */
function quantileOfF(above: number, below: number, z: number): number | null {
  const [a, b] = [2 / (9 * above), 2 / (9 * below)];
  const square = (1 - b) ** 2 - z ** 2 * b;
  if (square <= 0) return z > 0 ? null : 0;
  const middle = (1 - a) * (1 - b);
  const root = Math.sqrt(Math.max(0, middle ** 2 - square * ((1 - a) ** 2 - z ** 2 * a)));
  return Math.max(0, (middle + Math.sign(z) * root) / square) ** 3;
}
