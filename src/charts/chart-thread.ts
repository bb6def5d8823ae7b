// The thread that draws charts: takes a chart with a number, answers with the PNG file or with what went wrong.
import { parentPort } from 'node:worker_threads';
import type { ChartAnswer, ChartRequest } from './chart-drawer.ts';
import { renderChart, renderSvg } from './render-chart.ts';

parentPort?.on('message', ({ id, chart, svg }: ChartRequest) => {
  let answer: ChartAnswer;
  try {
    answer = { id, file: svg ? renderSvg(chart, svg) : renderChart(chart) };
  } catch (error) {
    answer = { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
