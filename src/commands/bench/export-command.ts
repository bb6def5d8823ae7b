import { Command, Option } from 'commander';
import { buildReport } from '../../benchmarks/report/report-document.ts';
import { toCsv } from '../../benchmarks/report/to-csv.ts';
import { toLatex } from '../../benchmarks/report/to-latex.ts';
import { toJson } from '../../benchmarks/report/write-report.ts';
import { openRunFolder } from '../../benchmarks/run-folder.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';
import { openMeasuredRun } from './open-measured-run.ts';

interface ExportOptions {
  readonly format: 'csv' | 'json' | 'latex' | 'results';
  readonly contender?: string;
  readonly folder?: string;
}

/** `narrator bench export`: one file of a run, on standard output. */
export function benchExportCommand(terminal: Terminal): Command {
  return addFolderOption(
    new Command('export')
      .summary('print a run for another program')
      .description(
        'Prints a run: its figures as CSV, JSON or LaTeX tables, or one contender’s texts in the COCO results format.',
      )
      .argument('[run]', 'the run (narrator bench list), or latest for the newest finished one', 'latest')
      .addOption(
        new Option('--format <format>', 'results: a contender’s texts, [{"image_id", "caption"}]')
          .choices(['csv', 'json', 'latex', 'results'])
          .default('csv'),
      )
      .option('--contender <name>', 'whose texts, for results'),
  ).action(async (run: string, options: ExportOptions) => {
    terminal.stdout.write(await exportRun(terminal, run, options));
  });
}

async function exportRun(terminal: Terminal, id: string, options: ExportOptions): Promise<string> {
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
