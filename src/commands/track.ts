import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** `narrator track`: asks the sources for the figures of the launch. */
export function trackCommand(terminal: Terminal): Command {
  return new Command('track')
    .summary('ask Hugging Face, GitHub, X and Reddit for the figures of the launch')
    .description(
      'Asks the sources for all figures of what the goals file names, and keeps them: now and at the beginning of every hour, until it is stopped.',
    )
    .option('--once', 'only now', false)
    .addHelpText(
      'after',
      `
One sample of a figure is kept an hour, however often it is asked for. What cannot be had is kept as missing or
restricted, with the reason. Exit status of --once: 1 where no figure at all could be had. docs/reach.md says more.`,
    )
    .action(async ({ once }: { once: boolean }) => {
      const { track } = await import('./track-reach.ts');
      await track(terminal, once);
    });
}
