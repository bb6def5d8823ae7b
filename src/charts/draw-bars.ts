import type { EChartsCoreOption } from 'echarts/core';
import { type BarChart, writeFigure } from './bar-chart.ts';
import { type ChartSize, linesOf, SOURCE_LINE, styleOf, widthOf } from './chart-style.ts';

const ROW = 34;
const ABOVE = 48;
const BELOW = 62;
/** Of the width, for the names at most. */
const NAMES = 0.36;
const FONT_SIZE = 12;

function belowOf(source: string, width: number): number {
  return BELOW + (linesOf(source, width) - 1) * SOURCE_LINE;
}

export function heightOfBars({ bars, source }: BarChart, width: number): number {
  return ABOVE + belowOf(source, width) + ROW * Math.max(2, bars.length);
}

/** Lying bars with whiskers for their intervals: names may be long, and are read across. */
export function drawBars(chart: BarChart, size: ChartSize): EChartsCoreOption {
  const { title, unit, source, bars, decimals, target } = chart;
  const { base, label, ground, soft, grid, ink, colorOf } = styleOf(size, title, source);
  const longest = Math.max(...bars.map(({ name }) => widthOf(name, FONT_SIZE)), 1);
  const left = Math.ceil(Math.min(longest + 8, size.width * NAMES));
  const top = Math.max(
    ...bars.flatMap(({ value, interval }) => [value ?? 0, interval?.high ?? 0]),
    target?.value ?? 0,
  );
  const written = bars.map(({ value }) => (value === null ? 'not computed' : writeFigure(value, decimals)));
  const right = Math.ceil(Math.max(...written.map(text => widthOf(text, FONT_SIZE)))) + 20;
  return {
    ...base,
    grid: { left: left + 14, right, top: ABOVE, bottom: belowOf(source, size.width) },
    xAxis: {
      type: 'value',
      min: 0,
      // An empty chart still has an axis.
      max: top === 0 ? 1 : undefined,
      name: target ? `${unit === '' ? '' : `${unit}; `}dashed: ${target.label}` : unit,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: label,
      axisLabel: { ...label, hideOverlap: true },
      splitNumber: size.width < 450 ? 3 : 5,
      splitLine: { lineStyle: { color: grid } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { ...label, lineHeight: 14, width: left, overflow: 'breakAll', interval: 0 },
      axisLine: { lineStyle: { color: soft } },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        itemStyle: { color: colorOf(0) },
        data: bars.map(({ value }) => value),
        ...(target && {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: colorOf(1), type: 'dashed', width: 2 },
            data: [{ xAxis: target.value }],
          },
        }),
      },
      {
        // What is written beside a bar begins where its whisker ends, or it would cover it.
        type: 'scatter',
        symbolSize: 0,
        itemStyle: { opacity: 1 },
        z: 6,
        data: bars.map(({ value, interval }, index) => [Math.max(value ?? 0, interval?.high ?? 0), index]),
        label: {
          ...label,
          show: true,
          opacity: 1,
          // Readable where the line of a target passes behind.
          textBorderColor: ground,
          textBorderWidth: 3,
          position: 'right',
          distance: 6,
          formatter: ({ dataIndex }: { dataIndex: number }) => written[dataIndex]!,
        },
      },
      {
        type: 'custom',
        data: bars.map(({ interval }, index) => [interval?.low ?? 0, interval?.high ?? 0, index]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (
          _: unknown,
          api: { value(dimension: number): number; coord(point: number[]): number[] },
        ) => whiskerOf(api, ink),
        z: 5,
      },
    ],
  };
}

function whiskerOf(
  api: { value(dimension: number): number; coord(point: number[]): number[] },
  color: string,
) {
  const row = api.value(2);
  const [from, y] = api.coord([api.value(0), row]) as [number, number];
  const [to] = api.coord([api.value(1), row]) as [number];
  if (to <= from) return { type: 'group', children: [] };
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: color, lineWidth: 1.5 },
  });
  return {
    type: 'group',
    children: [line(from, y, to, y), line(from, y - 5, from, y + 5), line(to, y - 5, to, y + 5)],
  };
}
