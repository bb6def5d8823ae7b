import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';

export interface ExportOptions {
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
    // Charts and fonts take a while to load: other commands and --help do without.
    const { exportRun } = await import('./export-run.ts');
    terminal.stdout.write(await exportRun(terminal, run, options));
  });
}
