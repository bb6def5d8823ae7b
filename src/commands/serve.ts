import { Command, InvalidArgumentError } from 'commander';
import type { Terminal } from './terminal.ts';

export interface ServeOptions {
  readonly port?: number;
  readonly host: string;
}

/** `narrator serve`: the bots, or the playground where no platform is set up. */
export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .summary('run the bots, or the playground where none is set up')
    .description(
      'Runs the Discord and Slack bots that the environment sets up (see .env.example). Where it sets up neither, runs the same bots against pretend platforms on this machine, with a page to try them on.',
    )
    .option('--port <number>', "the playground's port (8787, or the next that is free)", parsePort)
    .option('--host <address>', "the playground's address: of this machine only", '127.0.0.1')
    .addHelpText(
      'after',
      `
Ctrl-C or SIGTERM lets what is at hand be answered and ends within 20 seconds; a second one ends at once.
docs/playground.md, docs/discord.md and docs/slack.md say more.`,
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve-bots.ts');
      await serve(terminal, options);
    });
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new InvalidArgumentError('It has to be a port: 0 to 65535.');
  return port;
}
