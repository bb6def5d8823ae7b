/**
 * A measured value as a thread shows it, with its unit.
 *
 * @param unit of the measure: `''`, `ms`, `per 100 words`, `%`, `bytes`, `US$`; any other is put behind the number
 */
export function formatFigure(value: number, unit: string): string {
  switch (unit) {
    case '':
      return round(value);
    case 'bytes':
      return formatBytes(value);
    case 'US$':
      return `$${value !== 0 && Math.abs(value) < 0.01 ? value.toPrecision(2) : value.toFixed(2)}`;
    default:
      return `${round(value)} ${unit}`;
  }
}

/** A count: "12,345". */
export function formatCount(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

/** Three digits or so that say something; a whole number stays whole. */
function round(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  // What is not nothing is not to look like it.
  return size >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}

/** In decimal units, as disks and makers of graphics cards count. */
function formatBytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(0)} MB`;
  return `${(value / 1e3).toFixed(0)} kB`;
}
