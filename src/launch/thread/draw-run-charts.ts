import { chartsOf } from '../../benchmarks/report/report-charts.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import { measure, type RunScores } from '../../benchmarks/scores.ts';
import { altTextOfChart } from '../../charts/chart.ts';
import { renderChart } from '../../charts/render-chart.ts';
import type { ThreadPicture } from './thread.ts';

/** The charts of a run's report as pictures, named as there. It blocks its thread, for a second or two. */
export async function drawRunCharts(record: RunRecord, scores: RunScores): Promise<ThreadPicture[]> {
  return measure.shape.family.options
    .flatMap(family => chartsOf(record, scores, family))
    .map(({ name, chart }) => ({
      fileName: `${name}.png`,
      pngBase64: Buffer.from(renderChart(chart)).toString('base64'),
      altText: altTextOfChart(chart),
    }));
}
