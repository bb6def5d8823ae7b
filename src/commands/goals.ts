import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

export interface GoalsOptions {
  readonly json: boolean;
  readonly chart?: string;
}

/** `narrator goals`: how the launch goals stand. */
export function goalsCommand(terminal: Terminal): Command {
  return new Command('goals')
    .summary('show how the launch goals stand')
    .description(
      'Shows each goal of the goals file with what was measured (narrator track), day by day, its pace, and the day that it was or will be met.',
    )
    .option('--json', 'one JSON object with all figures (see docs/reach.md)', false)
    .option(
      '--chart <file>',
      'draw the goals as a chart: a file .svg or .png; its alt text is printed',
      parseFile,
    )
    .action(async (options: GoalsOptions) => {
      const { showGoals } = await import('./show-goals.ts');
      await showGoals(terminal, options);
    });
}

function parseFile(value: string): string {
  if (!/\.(?:svg|png)$/i.test(value)) throw new InvalidArgumentError('It has to end with .svg or .png.');
  return value;
}
