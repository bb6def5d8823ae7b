import { altTextOfBars, type BarChart } from './bar-chart.ts';
import { altTextOfScatter, type ScatterChart } from './scatter-chart.ts';
import { altTextOf as altTextOfTime, type TimeChart } from './time-chart.ts';

/** Whatever can be drawn. Plain data: it crosses to the thread that draws. */
export type Chart = TimeChart | BarChart | ScatterChart;

/** What a chart shows, in words, from the data that is drawn: 1,000 characters at most, cut at an item's end. */
export function altTextOfChart(chart: Chart): string {
  if (chart.kind === 'bars') return altTextOfBars(chart);
  if (chart.kind === 'scatter') return altTextOfScatter(chart);
  return altTextOfTime(chart);
}
