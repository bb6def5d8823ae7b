import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from './chart.ts';
import { type ChartSize, FONT, LETTER_WIDTH } from './chart-style.ts';
import { drawBars, heightOfBars } from './draw-bars.ts';
import { drawScatter, heightOfScatter } from './draw-scatter.ts';
import { drawTime } from './draw-time.ts';

echarts.use([
  ...[BarChart, CustomChart, LineChart, ScatterChart],
  ...[GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer],
]);
echarts.setPlatformAPI({
  measureText: (text, font) => ({
    width: text.length * LETTER_WIDTH * Number.parseFloat(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? '12'),
  }),
});

/** Drawn at twice the size that Discord and Slack show in a channel, so that it is sharp there. */
const WIDTH = 560;
const HEIGHT = 340;
const ZOOM = 2;

const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/** How an SVG file of a chart looks. */
export interface ChartLook {
  /** In CSS pixels; 560 unless told. The height stays. */
  readonly width?: number;
  readonly isDark?: boolean;
}

/** Draws a chart as a PNG file, 1,120 pixels wide. It blocks its thread, for a second the first time. */
export function renderChart(chart: Chart): Uint8Array {
  const image = new Resvg(renderSvg(chart), {
    fitTo: { mode: 'zoom', value: ZOOM },
    // The machine may have no fonts.
    font: { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: FONT },
  }).render();
  return image.asPng();
}

/**
 * Draws a chart as the text of an SVG file, 560 CSS pixels wide unless told, and 340 high; bars and points need more with
 * their number. Its alternative text is `altTextOfChart`.
 */
export function renderSvg(chart: Chart, { width = WIDTH, isDark = false }: ChartLook = {}): string {
  const height = heightOf(chart, width);
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption(optionOf(chart, { width, isDark }));
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

function heightOf(chart: Chart, width: number): number {
  if (chart.kind === 'bars') return heightOfBars(chart, width);
  return chart.kind === 'scatter' ? heightOfScatter(chart, width) : HEIGHT;
}

function optionOf(chart: Chart, size: ChartSize): echarts.EChartsCoreOption {
  if (chart.kind === 'bars') return drawBars(chart, size);
  if (chart.kind === 'scatter') return drawScatter(chart, size);
  return drawTime(chart, size);
}
