import type { LineSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import { type ChartSize, linesOf, MARKS, SOURCE_LINE, styleOf, widthOf } from './chart-style.ts';
import { dayOf, type TimeChart } from './time-chart.ts';

/** Of the legend: between items, the line and marker before a name with the gap after it, and from row to row. */
const LEGEND_GAP = 14;
const LEGEND_MARK = 41;
const LEGEND_ROW = 28;
const LEGEND_MARGIN = 30;

/** Lines over time, with gaps where nothing was measured. */
export function drawTime(
  { title, unit, source, from, until, series }: TimeChart,
  size: ChartSize,
): EChartsCoreOption {
  const { base, label, soft, grid, colorOf } = styleOf(size, title, source);
  // In a narrow chart both take more than one line, and the plot makes room for them.
  const legendRows = rowsOf(
    series.map(({ name }) => LEGEND_MARK + widthOf(name, label.fontSize)),
    size.width - LEGEND_MARGIN,
  );
  const sourceRows = linesOf(source, size.width);
  return {
    ...base,
    legend: { left: 8, top: 34, itemWidth: 36, itemGap: LEGEND_GAP, textStyle: label },
    grid: {
      ...{ left: 44, right: 28 },
      top: 84 + (legendRows - 1) * LEGEND_ROW,
      bottom: 54 + (sourceRows - 1) * SOURCE_LINE,
    },
    xAxis: {
      type: 'time',
      min: from,
      max: until,
      splitNumber: size.width < 450 ? 3 : 5,
      minInterval: 86_400_000,
      axisLabel: { ...label, formatter: (time: number) => dayOf(time).slice(5), hideOverlap: true },
      axisLine: { lineStyle: { color: soft } },
    },
    yAxis: {
      type: 'value',
      name: unit,
      nameLocation: 'end',
      nameTextStyle: { ...label, align: 'left', padding: [0, 0, 0, -32] },
      axisLabel: label,
      splitLine: { lineStyle: { color: grid } },
      min: 0,
    },
    series: series.map(({ name, points }, index): LineSeriesOption => {
      const { type, symbol } = MARKS[index % MARKS.length]!;
      const color = colorOf(index);
      return {
        type: 'line',
        name,
        data: points.map(({ at, value }) => [at, value]),
        symbol,
        symbolSize: points.length > 60 ? 4 : 7,
        showAllSymbol: true,
        itemStyle: { color },
        lineStyle: { color, width: 2, type: typeof type === 'string' ? type : [...type] },
      };
    }),
  };
}

/** Lines that items take which stand side by side where they fit. */
function rowsOf(widths: readonly number[], width: number): number {
  let [rows, left] = [1, width];
  for (const each of widths) {
    if (each > left && left < width) [rows, left] = [rows + 1, width];
    left -= each + LEGEND_GAP;
  }
  return rows;
}
