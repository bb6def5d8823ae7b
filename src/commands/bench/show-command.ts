import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';

/** `narrator bench show` */
export function benchShowCommand(terminal: Terminal): Command {
  const command = new Command('show')
    .summary('what a run is, how far it is, and what it came to')
    .argument('[run]', 'the run’s id, or latest for the newest finished one', 'latest')
    .option('--json', 'the record, the progress and the scores as one JSON object');
  return addFolderOption(command).action(
    async (run: string, options: { readonly json?: boolean; readonly folder?: string }) => {
      const { showRun } = await import('./show-runs.ts');
      await showRun(terminal, run, options);
    },
  );
}
