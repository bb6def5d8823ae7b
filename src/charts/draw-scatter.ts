import type { EChartsCoreOption } from 'echarts/core';
import { writeFigure } from './bar-chart.ts';
import { type ChartSize, LETTER_WIDTH, linesOf, SOURCE_LINE, styleOf } from './chart-style.ts';
import type { ScatterChart } from './scatter-chart.ts';

const PLOT = 330;
const LINE = 18;
const BELOW = 26;

export function heightOfScatter({ points, source }: ScatterChart, width: number): number {
  return PLOT + LINE * points.length + BELOW + (linesOf(source, width) - 1) * SOURCE_LINE;
}

/** Numbered points, and below them what each number is: names beside the points would cover each other. */
export function drawScatter(
  { title, source, x, y, points }: ScatterChart,
  size: ChartSize,
): EChartsCoreOption {
  const { base, label, ground, soft, grid, colorOf } = styleOf(size, title, source);
  const most = Math.floor((size.width - 24) / (label.fontSize * LETTER_WIDTH));
  return {
    ...base,
    title: [
      ...base.title,
      ...points.map((point, index) => ({
        text: `${index + 1}  ${shorten(point.name, `: ${writeFigure(point.x, x.decimals)} · ${writeFigure(point.y, y.decimals)}`, most - 4)}`,
        left: 12,
        top: PLOT + LINE * index,
        padding: 0,
        textStyle: { ...label, fontWeight: 'normal' as const },
      })),
    ],
    grid: { left: 56, right: 28, top: 70, height: PLOT - 130 },
    xAxis: {
      type: x.isLogarithmic ? 'log' : 'value',
      scale: true,
      name: x.label,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: label,
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { onZero: false, lineStyle: { color: soft } },
      splitLine: { lineStyle: { color: grid } },
      splitNumber: size.width < 450 ? 3 : 5,
    },
    yAxis: {
      type: y.isLogarithmic ? 'log' : 'value',
      scale: true,
      name: y.label,
      nameLocation: 'end',
      nameTextStyle: { ...label, align: 'left', padding: [0, 0, 0, -44] },
      axisLabel: label,
      axisLine: { onZero: false },
      splitLine: { lineStyle: { color: grid } },
    },
    series: [
      {
        type: 'scatter',
        symbol: 'circle',
        symbolSize: 20,
        clip: false,
        // Points that cover each other are still told apart.
        itemStyle: { color: colorOf(0), opacity: 1, borderColor: ground, borderWidth: 1.5 },
        data: points.map(point => [point.x, point.y]),
        label: {
          ...label,
          show: true,
          position: 'inside',
          color: ground,
          fontWeight: 'bold',
          formatter: ({ dataIndex }: { dataIndex: number }) => String(dataIndex + 1),
        },
      },
    ],
  };
}

/** Of a name too long for the line, the middle is left out: its end tells models of one maker apart. */
function shorten(name: string, rest: string, most: number): string {
  const room = most - rest.length;
  if (name.length <= room) return `${name}${rest}`;
  const half = Math.max(2, Math.floor((room - 1) / 2));
  return `${name.slice(0, half)}…${name.slice(-half)}${rest}`;
}
