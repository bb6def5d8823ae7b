import { buildReport } from '../../benchmarks/report/report-document.ts';
import { toCsv } from '../../benchmarks/report/to-csv.ts';
import { toLatex } from '../../benchmarks/report/to-latex.ts';
import { toJson } from '../../benchmarks/report/write-report.ts';
import { openRunFolder } from '../../benchmarks/run-folder.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import type { ExportOptions } from './export-command.ts';
import { openMeasuredRun } from './open-measured-run.ts';

/** @returns what the command prints */
export async function exportRun(terminal: Terminal, id: string, options: ExportOptions): Promise<string> {
  const { format, contender, folder } = options;
  if (format === 'results') {
    if (contender === undefined) {
      throw new NarratorError(
        'usage',
        'Whose texts? Name one with --contender: narrator bench show lists them.',
      );
    }
    const runs = openRunFolder(folder ?? readBenchmarkSettings(terminal.env).folder);
    const predictions = await runs.predictions(await runs.read(id), contender);
    const rows = predictions.flatMap(({ id: image_id, text: caption }) =>
      caption === null ? [] : [{ image_id, caption }],
    );
    return `${JSON.stringify(rows, null, 1)}\n`;
  }
  const { record, scores } = await openMeasuredRun(terminal, id, folder);
  if (format === 'csv') return toCsv(scores);
  return format === 'json' ? toJson(record, scores) : toLatex(buildReport(record, scores));
}
