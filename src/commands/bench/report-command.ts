import path from 'node:path';
import { Command } from 'commander';
import { writeReport } from '../../benchmarks/report/write-report.ts';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';
import { openMeasuredRun } from './open-measured-run.ts';

/** `narrator bench report`: everything that a run comes to, in a folder. */
export function benchReportCommand(terminal: Terminal): Command {
  return addFolderOption(
    new Command('report')
      .summary('write a run’s report: tables and charts')
      .description(
        'Writes the report of a run: report.md, report.html, results.csv, results.json, tables.tex, and charts as SVG and PNG with their alternative texts.',
      )
      .argument('[run]', 'the run (narrator bench list), or latest for the newest finished one', 'latest')
      .option('--out <folder>', 'where to; a folder report/ in the run’s own unless told'),
  ).action(async (run: string, options: { readonly out?: string; readonly folder?: string }) => {
    const { runs, record, scores } = await openMeasuredRun(terminal, run, options.folder);
    const folder = path.resolve(options.out ?? path.join(runs.pathOf(record.id), 'report'));
    const files = await writeReport(record, scores, folder, terminal.signal);
    terminal.stdout.write(files.map(file => `${path.join(folder, file)}\n`).join(''));
  });
}
