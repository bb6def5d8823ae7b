import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { altTextOfChart } from '../../charts/chart.ts';
import { renderChart, renderSvg } from '../../charts/render-chart.ts';
import { BenchmarkError } from '../benchmark-error.ts';
import type { RunRecord } from '../run-record.ts';
import type { RunScores } from '../scores.ts';
import { buildReport } from './report-document.ts';
import { toCsv } from './to-csv.ts';
import { toHtml } from './to-html.ts';
import { toLatex } from './to-latex.ts';
import { toMarkdown } from './to-markdown.ts';

/**
 * Writes everything that a run comes to into a folder: `report.md`, `report.html` (one file that needs no other),
 * `results.csv`, `results.json`, `tables.tex`, and each chart in `charts/` as SVG and PNG with its alternative text beside
 * it. Files of these names that are there are replaced.
 *
 * @returns the files, relative to the folder
 * @throws BenchmarkError `benchmark-report` where the folder cannot be written to; the signal's reason
 */
export async function writeReport(
  record: RunRecord,
  scores: RunScores,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  const report = buildReport(record, scores);
  const written: string[] = [];
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path.join(folder, name), content);
    written.push(name);
  };
  try {
    await mkdir(path.join(folder, 'charts'), { recursive: true });
    const drawn = new Map<string, string>();
    for (const { name, chart } of report.sections.flatMap(({ charts }) => charts)) {
      signal.throwIfAborted();
      const svg = renderSvg(chart);
      drawn.set(name, svg);
      await write(`charts/${name}.svg`, svg);
      await write(`charts/${name}.png`, renderChart(chart));
      await write(`charts/${name}.txt`, `${altTextOfChart(chart)}\n`);
    }
    await write(
      'report.md',
      toMarkdown(report, name => `charts/${name}.png`),
    );
    await write(
      'report.html',
      toHtml(report, name => drawn.get(name)!),
    );
    await write('results.csv', toCsv(scores));
    await write('results.json', toJson(record, scores));
    await write('tables.tex', toLatex(report));
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause;
    throw new BenchmarkError(
      'benchmark-report',
      `The report cannot be written to ${folder} (${cause.message}). Name another folder with --out.`,
      { cause },
    );
  }
  return written;
}

/** Run and scores in one JSON document, for programs. */
export function toJson(record: RunRecord, scores: RunScores): string {
  return `${JSON.stringify({ run: record, scores }, null, 2)}\n`;
}
