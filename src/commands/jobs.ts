import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

const MOST_RUNS = 1000;

/** `narrator jobs list | run | history` */
export function jobsCommand(terminal: Terminal): Command {
  const manage = () => import('./manage-jobs.ts');
  return new Command('jobs')
    .summary('see and run what the service does by the clock')
    .description('Shows when the jobs run and how they ended, and runs one. See docs/jobs.md.')
    .addCommand(
      new Command('list')
        .summary('the jobs, when they run next and how they ended last')
        .option('--json', 'one JSON object a line')
        .action(async (options: { json?: boolean }) => {
          await (await manage()).listJobs(terminal, options);
        }),
    )
    .addCommand(
      new Command('run')
        .summary('run a job now, unless it is running already')
        .argument('<name>', 'a job: "narrator jobs list" shows them')
        .option('--json', 'the run as a JSON object')
        .addHelpText(
          'after',
          '\nWhat it announces is sent by the service, within a minute of it running with bots.',
        )
        .action(async (name: string, options: { json?: boolean }) => {
          await (await manage()).runJob(terminal, name, options);
        }),
    )
    .addCommand(
      new Command('history')
        .summary('the runs, the newest first')
        .argument('[name]', 'of this job only')
        .option('--limit <number>', `at most so many, up to ${MOST_RUNS}`, parseLimit, 20)
        .option('--json', 'one JSON object a line')
        .action(async (name: string | undefined, options: { json?: boolean; limit: number }) => {
          await (await manage()).showHistory(terminal, name, options);
        }),
    );
}

function parseLimit(value: string): number {
  const limit = Number(value);
  if (!/^\d+$/.test(value) || limit < 1 || limit > MOST_RUNS)
    throw new InvalidArgumentError(`It has to be a number from 1 to ${MOST_RUNS}.`);
  return limit;
}
