import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';

/** `narrator bench list` */
export function benchListCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .summary('the runs, the newest first')
    .option('--json', 'one JSON object a line');
  return addFolderOption(command).action(
    async (options: { readonly json?: boolean; readonly folder?: string }) => {
      const { listRuns } = await import('./show-runs.ts');
      await listRuns(terminal, options);
    },
  );
}
