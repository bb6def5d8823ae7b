import type { Measure, MeasureResult } from '../scores.ts';

const GIGABYTE = 1e9;

/** The unit that tables show a measure in, with as many digits after the point as every value of it gets. */
export function scaleOf({ unit, family }: Pick<Measure, 'unit' | 'family'>): {
  readonly unit: string;
  readonly divisor: number;
  readonly decimals: number;
} {
  if (unit === 'bytes') return { unit: 'GB', divisor: GIGABYTE, decimals: 2 };
  if (unit === 'ms') return { unit, divisor: 1, decimals: 0 };
  if (unit === 'US$') return { unit, divisor: 1, decimals: 4 };
  if (unit === '' && family === 'captions') return { unit, divisor: 1, decimals: 3 };
  return { unit, divisor: 1, decimals: unit === '' ? 2 : 1 };
}

/** A number in the scale of its measure, without the unit: "1,234.5". */
export function writeValue(value: number, measure: Pick<Measure, 'unit' | 'family'>): string {
  const { divisor, decimals } = scaleOf(measure);
  const scaled = value / divisor;
  return scaled.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A cell of a table: "21.1 (18.2 to 24.0)", or "not computed". */
export function writeResult(result: MeasureResult | undefined, measure: Measure): string {
  if (result?.status !== 'computed') return 'not computed';
  const { score, interval } = result;
  const range = interval
    ? ` (${writeValue(interval.low, measure)} to ${writeValue(interval.high, measure)})`
    : '';
  return `${writeValue(score, measure)}${range}`;
}

/** How a measure is headed in a table: "Supported adjectives, per 100 words ↑". */
export function headMeasure(measure: Measure): string {
  const { unit } = scaleOf(measure);
  const arrow = { higher: ' ↑', lower: ' ↓', neither: '' }[measure.better];
  return `${measure.label}${unit === '' ? '' : `, ${unit}`}${arrow}`;
}
