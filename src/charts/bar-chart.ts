import { joinAltText } from './join-alt-text.ts';

/** Figures side by side, one bar each. Plain data. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  /** What the figures are in: "per 100 words". */
  readonly unit: string;
  /** Where the figures are from: the line below. */
  readonly source: string;
  /** From the top; at most 20. */
  readonly bars: readonly Bar[];
  /** Digits after the point of what is written at the bars. */
  readonly decimals: number;
  /** A value to be reached, or not to be passed: drawn as a line. */
  readonly target?: { readonly label: string; readonly value: number };
}

interface Bar {
  readonly name: string;
  /** 0 or more; null where it was not computed: no bar, and the words "not computed". */
  readonly value: number | null;
  /** The interval at 95 %, where there is one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** As it stands at a bar, and in the words for it. */
export function writeFigure(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** What the bars show, in words. */
export function altTextOfBars({ title, unit, bars, decimals, target }: BarChart): string {
  const figure = (value: number) => writeFigure(value, decimals);
  const inUnit = unit === '' ? '' : `, ${unit}`;
  const hasIntervals = bars.some(({ interval }) => interval !== null);
  return joinAltText([
    `Bar chart: ${title}${inUnit}${hasIntervals ? ', with 95 % intervals' : ''}.`,
    ...(target ? [`${target.label}: ${figure(target.value)}.`] : []),
    ...bars.map(({ name, value, interval }) => {
      if (value === null) return `${name}: not computed.`;
      const range = interval ? ` (${figure(interval.low)} to ${figure(interval.high)})` : '';
      return `${name}: ${figure(value)}${range}.`;
    }),
  ]);
}
