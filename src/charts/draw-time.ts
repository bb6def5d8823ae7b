import type { LineSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import { type ChartSize, MARKS, styleOf } from './chart-style.ts';
import { dayOf, type TimeChart } from './time-chart.ts';

/** Lines over time, with gaps where nothing was measured. */
export function drawTime(
  { title, unit, source, from, until, series }: TimeChart,
  size: ChartSize,
): EChartsCoreOption {
  const { base, label, soft, grid, colorOf } = styleOf(size, title, source);
  return {
    ...base,
    legend: { left: 8, top: 34, itemWidth: 36, itemGap: 14, textStyle: label },
    grid: { left: 44, right: 28, top: 84, bottom: 54 },
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
