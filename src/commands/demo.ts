import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export interface DemoOptions {
  readonly once?: boolean;
}

/** `narrator demo`: a scripted visit to the playground. */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .summary('watch a visit to the playground on the terminal')
    .description(
      'Plays a visit to the pretend Discord and Slack: a photograph is posted, buttons are pressed, figures are asked for. Then the playground stays open.',
    )
    .option('--once', 'end after the visit, without the page')
    .addHelpText('after', '\nExit status with --once: 0 where all went as it should, else 1.')
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('./run-demo.ts');
      await runDemo(terminal, options);
    });
}
