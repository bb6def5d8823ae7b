import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export interface DraftOptions {
  readonly run: string;
  readonly template?: string;
  readonly postAt?: string;
  readonly title?: string;
  readonly json?: boolean;
}

/** `narrator launch draft`: a thread from a benchmark run, kept in the store until somebody approves it. */
export function draftCommand(terminal: Terminal): Command {
  return new Command('draft')
    .summary('make a thread of a benchmark run')
    .description(
      'Writes a thread from a benchmark run and a template, and keeps it as a draft. Nothing is posted. Every number comes from the run or a tracked sample.',
    )
    .option('--run <id>', 'the run (narrator bench list), or latest for the newest finished one', 'latest')
    .option('--template <file>', 'the text of the thread; config/thread-template.txt unless told')
    .option('--post-at <time>', 'not to be posted before: "2026-12-01 09:00 Europe/Berlin"')
    .option('--title <title>', 'how lists and approvals name it')
    .option('--json', 'one JSON object')
    .action(async (options: DraftOptions) => {
      const { draft } = await import('./draft.ts');
      await draft(terminal, options);
    });
}
