import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { adjectivesCommand } from './commands/adjectives.ts';
import { benchCommand } from './commands/bench.ts';
import { compareCommand } from './commands/compare.ts';
import { demoCommand } from './commands/demo.ts';
import { describeCommand } from './commands/describe.ts';
import { doctorCommand } from './commands/doctor.ts';
import { goalsCommand } from './commands/goals.ts';
import { groundCommand } from './commands/ground.ts';
import { guidelinesCommand } from './commands/guidelines.ts';
import { jobsCommand } from './commands/jobs.ts';
import { launchCommand } from './commands/launch.ts';
import { modelsCommand } from './commands/models.ts';
import { scoreCommand } from './commands/score.ts';
import { serveCommand } from './commands/serve.ts';
import { ExitStatus, paint, type Terminal } from './commands/terminal.ts';
import { trackCommand } from './commands/track.ts';
import { NarratorError } from './errors.ts';

/** Exit statuses: 0 done, 1 failed, 2 used wrongly. */
type Status = 0 | 1 | 2;

function buildProgram(terminal: Terminal): Command {
  const program = new Command('narrator')
    .description('Describes images richly and truthfully, and measures how well it does so.')
    .version(manifest.version)
    .addCommand(describeCommand(terminal))
    .addCommand(modelsCommand(terminal))
    .addCommand(adjectivesCommand(terminal))
    .addCommand(groundCommand(terminal))
    .addCommand(guidelinesCommand(terminal))
    .addCommand(scoreCommand(terminal))
    .addCommand(compareCommand(terminal))
    .addCommand(doctorCommand(terminal))
    .addCommand(jobsCommand(terminal))
    .addCommand(benchCommand(terminal))
    .addCommand(launchCommand(terminal))
    .addCommand(serveCommand(terminal))
    .addCommand(trackCommand(terminal))
    .addCommand(goalsCommand(terminal))
    .addCommand(demoCommand(terminal))
    .addHelpText(
      'after',
      `
Examples:
  narrator describe photo.jpg
  narrator describe --style alt https://example.org/photo.jpg
  narrator describe --json *.jpg > descriptions.jsonl
  narrator score --candidates results.json --references captions.json
  narrator bench run --dataset samples --contender embedded
  narrator doctor
  narrator serve
  narrator track --once
  narrator goals

Exit status: 0 done, 1 failed, 2 used wrongly. Results go to standard output, progress to standard error.`,
    );
  for (const command of allCommands(program)) {
    command
      .exitOverride()
      .showHelpAfterError('(narrator --help shows what there is)')
      .configureOutput({
        writeOut: text => terminal.stdout.write(text),
        writeErr: text => terminal.stderr.write(text),
      });
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** npm passes Ctrl-C on to a process that the terminal has told of it already. */
const SAME_SIGNAL_MS = 500;

/** The first signal aborts, so that the command ends in order; a second one ends the process at once. */
function endOnSignals(interrupt: AbortController): void {
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    first ??= performance.now();
    if (!interrupt.signal.aborted) interrupt.abort(new NarratorError('interrupted', 'Interrupted.'));
    else if (performance.now() - first > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @returns the process's exit status; never throws
 */
export async function main(argv: string[]): Promise<Status> {
  const settings = fileURLToPath(new URL('../.env', import.meta.url));
  if (existsSync(settings)) process.loadEnvFile(settings);
  const interrupt = new AbortController();
  const { stdin, stdout, stderr, env } = process;
  const terminal: Terminal = { stdin, stdout, stderr, env, signal: interrupt.signal };
  // A reader that closed the pipe early (`| head`) has what it wanted.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  endOnSignals(interrupt);
  try {
    await buildProgram(terminal).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof ExitStatus) return error.status;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof NarratorError) {
      stderr.write(`${paint(stderr, 'red', 'narrator:')} ${error.message}\n`);
      return error.code === 'usage' ? 2 : 1;
    }
    stderr.write(`narrator: a fault of its own: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}
