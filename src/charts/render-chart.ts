import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { dayOf, type TimeChart } from './time-chart.ts';

echarts.use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** The mean width of a letter of DejaVu Sans, in font sizes: ECharts has no canvas to measure on, and guesses too low. */
const LETTER_WIDTH = 0.61;
echarts.setPlatformAPI({
  measureText: (text, font) => ({
    width: text.length * LETTER_WIDTH * Number.parseFloat(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? '12'),
  }),
});

/** Drawn at twice the size that Discord and Slack show in a channel, so that it is sharp there. */
const WIDTH = 560;
const HEIGHT = 340;
const ZOOM = 2;

const FONT = 'DejaVu Sans';
const SOURCE_SIZE = 10;
const SOURCE_LINE = 12;
/** Of the legend: between items, the line and marker before a name with the gap after it, and from row to row. */
const LEGEND_GAP = 14;
const LEGEND_MARK = 41;
const LEGEND_ROW = 28;
const LEGEND_MARGIN = 30;
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/**
 * Colours that differ for colour-blind people too (Okabe and Ito, Color Universal Design, 2008), each with a line and a
 * marker of its own, so that none of it is told by colour alone.
 */
const LOOKS = [
  { color: '#0072b2', type: 'solid', symbol: 'circle' },
  { color: '#d55e00', type: 'dashed', symbol: 'triangle' },
  { color: '#000000', type: 'dotted', symbol: 'rect' },
  { color: '#009e73', type: [8, 3, 2, 3], symbol: 'diamond' },
] as const;

/** Draws a chart as a PNG file, 1,120 by 680 pixels. It blocks its thread, for a second the first time. */
export function renderChart(chart: TimeChart): Uint8Array {
  const image = new Resvg(renderSvg(chart), {
    fitTo: { mode: 'zoom', value: ZOOM },
    // The machine may have no fonts.
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: FONT },
  }).render();
  return image.asPng();
}

/** How an SVG file of a chart looks. */
export interface ChartLook {
  /** In CSS pixels; 560 unless told. The height stays. */
  readonly width?: number;
  readonly isDark?: boolean;
}

const LIGHT = { ground: '#ffffff', ink: '#222222', soft: '#555555', grid: '#dddddd' };
const DARK = { ground: '#1f2226', ink: '#e9eaec', soft: '#a8afb9', grid: '#363a41' };
/** The same hues, light enough for a dark ground. */
const DARK_LINES = ['#56b4e9', '#e69f00', '#ffffff', '#3fc79a'];

/** Draws a chart as the text of an SVG file, 560 by 340 unless told. Its alternative text is `altTextOf`. */
export function renderSvg(
  { title, unit, source, from, until, series }: TimeChart,
  { width = WIDTH, isDark = false }: ChartLook = {},
): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: HEIGHT });
  const { ground, ink, soft, grid } = isDark ? DARK : LIGHT;
  const label = { fontFamily: `${FONT}, sans-serif`, color: ink, fontSize: 12 };
  // In a narrow chart both take more than one line, and the plot makes room for them.
  const legendRows = rowsOf(
    series.map(({ name }) => LEGEND_MARK + widthOf(name, label.fontSize)),
    width - LEGEND_MARGIN,
  );
  const sourceRows = Math.ceil(widthOf(source, SOURCE_SIZE) / (width - 24));
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      // Its own ground: a transparent one would be dark in dark mode.
      backgroundColor: ground,
      textStyle: { fontFamily: `${FONT}, sans-serif` },
      title: [
        {
          text: title,
          left: 12,
          top: 8,
          textStyle: { ...label, fontSize: 15, width: width - 24, overflow: 'truncate' },
        },
        {
          text: source,
          left: 12,
          bottom: 4,
          textStyle: {
            ...label,
            fontSize: SOURCE_SIZE,
            lineHeight: SOURCE_LINE,
            fontWeight: 'normal',
            color: soft,
            width: width - 24,
            overflow: 'break',
          },
        },
      ],
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
        splitNumber: width < 450 ? 3 : 5,
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
        const at = index % LOOKS.length;
        const { type, symbol } = LOOKS[at]!;
        const color = isDark ? DARK_LINES[at]! : LOOKS[at]!.color;
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
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function widthOf(text: string, fontSize: number): number {
  return text.length * LETTER_WIDTH * fontSize;
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
