/**
 * A number of a measure as people read it, with its unit: `0.312`, `412 ms`, `93.1 %`, `1.25 GB`.
 *
 * @param unit as in `Measure`
 */
export function formatAmount(value: number, unit: string): string {
  return `${value < 0 ? '−' : ''}${formatSize(Math.abs(value), unit)}${suffixOf(unit)}`;
}

/** A difference of two with its sign: `+0.012`, `−31 ms`, `+2.4 percentage points`. */
export function formatDifference(value: number, unit: string): string {
  return `${formatBound(value, unit)}${unit === '%' ? ' percentage points' : suffixOf(unit)}`;
}

/** A bound of a difference's interval, without the unit that stands beside the difference. */
export function formatBound(value: number, unit: string): string {
  return `${value < 0 ? '−' : '+'}${formatSize(Math.abs(value), unit)}`;
}

function formatSize(size: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return size.toLocaleString('en', { maximumFractionDigits: size < 10 ? 1 : 0 });
    case '%':
      return size.toFixed(1);
    case 'bytes':
      return (size / 1e9).toFixed(2);
    case 'US$':
      return size.toFixed(size < 1 ? 4 : 2);
    case 'per 100 words':
      return size.toFixed(2);
    default:
      return size.toFixed(3);
  }
}

function suffixOf(unit: string): string {
  if (unit === '') return '';
  return unit === 'bytes' ? ' GB' : ` ${unit}`;
}

/** `< 0.001`, `= 0.032`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`;
}
