import { scaleOf, writeValue } from '../../benchmarks/report/write-score.ts';
import type { Measure } from '../../benchmarks/scores.ts';

/** A measured value with its unit, as the run's report writes it: "412 ms", "0.313". */
export function formatResult(value: number, measure: Pick<Measure, 'unit' | 'family'>): string {
  const { unit } = scaleOf(measure);
  return `${writeValue(value, measure)}${unit === '' ? '' : ` ${unit}`}`;
}

/** A count: "12,345". */
export function formatCount(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
