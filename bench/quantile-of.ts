import { quantile } from '../src/metrics/statistics.ts';

/**
 * @param values at least one number, in any order
 * @param share 0 (smallest) to 1 (largest); 0.5 is the median
 */
export function quantileOf(values: readonly number[], share: number): number {
  return quantile(Float64Array.from(values).sort(), share);
}
