import { bootstrapQuantiles, type Interval, type ResamplingOptions } from './statistics.ts';

/** One figure of what a model takes. What is not known is a reason, never 0. */
export type EfficiencyFigure =
  | {
      readonly value: number;
      readonly interval: Interval | null;
      /** How many measurements it is of. */
      readonly count: number;
      readonly note: string | null;
    }
  | { readonly reason: string };

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Quantile = keyof typeof QUANTILES;

/** Below so many the 95th or 99th percentile is about the slowest of all: it is given, and that is said. */
const ENOUGH_FOR: Readonly<Record<Quantile, number>> = { p50: 1, p95: 20, p99: 100 };

const TOO_FEW = 'too few images for more than a hint';

/**
 * Median, 95th and 99th percentile of some times, with bootstrap intervals.
 *
 * @param ms one for each image that it was measured on
 * @param told what a reader has to know of the times, and why there may be none
 */
export function latencyQuantiles(
  ms: Float64Array,
  resampling: ResamplingOptions,
  { note, missing }: { readonly note: string | null; readonly missing: string },
): Readonly<Record<Quantile, EfficiencyFigure>> {
  if (ms.length === 0)
    return { p50: { reason: missing }, p95: { reason: missing }, p99: { reason: missing } };
  const names = Object.keys(QUANTILES) as Quantile[];
  const found = bootstrapQuantiles(
    ms,
    names.map(name => QUANTILES[name]),
    resampling,
  );
  const figure = (i: number): EfficiencyFigure => ({
    value: found[i]!.value,
    interval: found[i]!.interval ?? null,
    count: ms.length,
    note: ms.length < ENOUGH_FOR[names[i]!] ? [TOO_FEW, note].filter(Boolean).join('; ') : note,
  });
  return { p50: figure(0), p95: figure(1), p99: figure(2) };
}

/**
 * Images a second with so many asked for at once.
 *
 * @param measured absent where it was not measured; the last one of a concurrency counts
 */
export function imagesPerSecond(
  measured:
    | readonly { readonly concurrency: number; readonly images: number; readonly ms: number }[]
    | undefined,
  concurrency: number,
): EfficiencyFigure {
  const found = measured?.findLast(run => run.concurrency === concurrency);
  if (!found) return { reason: `It was not measured with ${concurrency} at once.` };
  return {
    value: (1000 * found.images) / found.ms,
    interval: null,
    count: found.images,
    note: `${concurrency} at once`,
  };
}

/**
 * @param measured milliseconds from the start of a process to the end of its first description; undefined where nobody tried
 * @param loadsMs of each load of the run: the first found nothing in memory
 */
export function coldStart(measured: number | undefined, loadsMs: readonly number[]): EfficiencyFigure {
  if (measured !== undefined) {
    return {
      value: measured,
      interval: null,
      count: 1,
      note: 'from the start of a process to its first description',
    };
  }
  const [first] = loadsMs;
  if (first === undefined) return { reason: 'No model was loaded here.' };
  return { value: first, interval: null, count: 1, note: 'loading alone, once' };
}

/** The largest of what was seen. */
export function peakMemory(bytes: readonly number[], missing: string): EfficiencyFigure {
  if (bytes.length === 0) return { reason: missing };
  const value = bytes.reduce((most, next) => Math.max(most, next), 0);
  return { value, interval: null, count: bytes.length, note: 'the largest of all images' };
}
