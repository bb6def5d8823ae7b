import { Command } from 'commander';
import { benchCompareCommand } from './bench/compare-command.ts';
import { benchExportCommand } from './bench/export-command.ts';
import { benchListCommand } from './bench/list-command.ts';
import { benchReportCommand } from './bench/report-command.ts';
import { benchRunCommand } from './bench/run-command.ts';
import { benchShowCommand } from './bench/show-command.ts';
import type { Terminal } from './terminal.ts';

/** `narrator bench …`: models side by side on the same images. */
export function benchCommand(terminal: Terminal): Command {
  return new Command('bench')
    .summary('set models side by side on the same images')
    .description(
      'Has models describe the same images, and measures what they write. See docs/benchmarking.md.',
    )
    .addCommand(benchRunCommand(terminal))
    .addCommand(benchListCommand(terminal))
    .addCommand(benchShowCommand(terminal))
    .addCommand(benchCompareCommand(terminal))
    .addCommand(benchReportCommand(terminal))
    .addCommand(benchExportCommand(terminal));
}
