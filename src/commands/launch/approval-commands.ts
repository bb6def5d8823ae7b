import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../terminal.ts';

const ID = 'a thread: narrator launch draft prints its id';
const SAME = 'only where the hash of what stands begins so';
const MOST_ROWS = 1000;

/** `narrator launch approve`: of exactly what the preview showed. */
export function approveCommand(terminal: Terminal): Command {
  return new Command('approve')
    .summary('let a thread be posted, exactly as the preview shows it')
    .description(
      'Approves a thread. Type at least the first 12 digits of the hash that narrator launch preview shows: what was looked at is what is approved. An edit needs an approval of its own.',
    )
    .argument('<id>', ID)
    .requiredOption('--hash <digits>', 'at least the first 12 digits of the content’s hash')
    .action(async (id: string, options: { hash: string }) => {
      const { approveThread } = await import('./decide.ts');
      await approveThread(terminal, id, options);
    });
}

/** `narrator launch reject`: for good. */
export function rejectCommand(terminal: Terminal): Command {
  return new Command('reject')
    .summary('never let a thread be posted')
    .description(
      'Rejects a draft, or a thread that was approved and is not being posted yet. It is for good.',
    )
    .argument('<id>', ID)
    .requiredOption('--reason <text>', 'why: it is kept, and shown in the channels')
    .option('--hash <digits>', SAME)
    .action(async (id: string, options: { reason: string; hash?: string }) => {
      const { rejectThread } = await import('./decide.ts');
      await rejectThread(terminal, id, options);
    });
}

/** `narrator launch edit`: another version, which needs an approval of its own. */
export function editCommand(terminal: Terminal): Command {
  return new Command('edit')
    .summary('change the texts of a thread')
    .description(
      'Puts texts in the place of a thread’s: parts with a line --- between. Pictures stay at their places. Without --file it prints the texts as they are.',
    )
    .argument('<id>', ID)
    .option('--file <file>', 'the texts; - reads standard input')
    .option('--hash <digits>', SAME)
    .action(async (id: string, options: { file?: string; hash?: string }) => {
      const { editThread } = await import('./decide.ts');
      await editThread(terminal, id, options);
    });
}

/** `narrator launch audit`: who did what. */
export function auditCommand(terminal: Terminal): Command {
  return new Command('audit')
    .summary('show who did what to threads, the newest first')
    .argument('[id]', 'one thread; all without it')
    .option('--limit <number>', `at most so many, up to ${MOST_ROWS}`, parseLimit, 50)
    .option('--json', 'one JSON object a line')
    .action(async (id: string | undefined, options: { limit: number; json?: boolean }) => {
      const { showAudit } = await import('./show-audit.ts');
      await showAudit(terminal, id, options);
    });
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (!/^\d+$/.test(value) || limit < 1 || limit > MOST_ROWS)
    throw new InvalidArgumentError(`It should be a number from 1 to ${MOST_ROWS}.`);
  return limit;
}
