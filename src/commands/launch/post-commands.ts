import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

const ID = 'a thread: narrator launch draft prints its id';

/** `narrator launch post`: now rather than when its time comes; a dry run unless posting is enabled. */
export function postCommand(terminal: Terminal): Command {
  return new Command('post')
    .summary('post an approved thread on X; a dry run unless posting is enabled')
    .description(
      'Posts an approved thread that is due, part by part, or goes on with one that was left half way. Unless the launch file enables posting, and with --dry-run, nothing is sent: it says what would be. The service does the same every five minutes.',
    )
    .argument('<id>', ID)
    .option('--dry-run', 'check everything and send nothing')
    .action(async (id: string, options: { dryRun?: boolean }) => {
      await (await import('./post.ts')).post(terminal, id, options);
    });
}

/** `narrator launch status`: what became of threads. */
export function statusCommand(terminal: Terminal): Command {
  return new Command('status')
    .summary('show what became of threads, and which parts stand on X')
    .argument('[id]', 'one thread with its parts; the newest threads without it')
    .option('--json', 'one JSON object a thread')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      await (await import('./show-status.ts')).showStatus(terminal, id, options);
    });
}

/** `narrator launch cancel`: for good. */
export function cancelCommand(terminal: Terminal): Command {
  return new Command('cancel')
    .summary('never post a thread, or no more of it')
    .description('Cancels a thread for good. What of it stands on X already stays there.')
    .argument('<id>', ID)
    .action(async (id: string) => {
      await (await import('./post.ts')).cancel(terminal, id);
    });
}

/** `narrator launch resume`: after a person looked. */
export function resumeCommand(terminal: Terminal): Command {
  return new Command('resume')
    .summary('let a thread go on that was stopped')
    .description(
      'Lets a thread be posted on that was stopped, after what stopped it was put right. Parts that stand are not sent again, and those of unknown outcome are looked up first.',
    )
    .argument('<id>', ID)
    .action(async (id: string) => {
      await (await import('./post.ts')).resume(terminal, id);
    });
}
