import { writeFigure } from './bar-chart.ts';
import { joinAltText } from './join-alt-text.ts';

/** Things by two figures each, a marker and a name for every one. Plain data. */
export interface ScatterChart {
  readonly kind: 'scatter';
  readonly title: string;
  /** Where the figures are from: the line below. */
  readonly source: string;
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  /** At most 20, at least one. */
  readonly points: readonly { readonly name: string; readonly x: number; readonly y: number }[];
}

interface ScatterAxis {
  /** With its unit: "Latency, ms (median)". */
  readonly label: string;
  readonly decimals: number;
  /** Spaced by factors of ten: for values above 0 that span several. */
  readonly isLogarithmic?: boolean;
}

/** What the points show, in words. */
export function altTextOfScatter({ title, x, y, points }: ScatterChart): string {
  return joinAltText([
    `Scatter chart: ${title}. Across: ${x.label}. Up: ${y.label}.`,
    ...points.map(
      point =>
        `${point.name}: ${writeFigure(point.x, x.decimals)} across, ${writeFigure(point.y, y.decimals)} up.`,
    ),
  ]);
}
