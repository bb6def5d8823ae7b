import type { Config } from '../config/config.ts';
import { readConfig } from '../config/env.ts';
import { NarratorError } from '../errors.ts';
import { untilAborted } from '../inference/until-aborted.ts';
import type { JobPlan } from '../jobs/read-jobs-file.ts';
import { createLogger } from '../logging/create-logger.ts';
import type { Playground, PlaygroundOptions } from '../sandbox/playground/create-playground.ts';
import type { PretendPlatform } from '../sandbox/pretend-platform.ts';
import type { Service, ServiceLog } from '../service.ts';
import type { ServeOptions } from './serve.ts';
import { paint, type Terminal } from './terminal.ts';

const DEFAULT_PORT = 8787;
/** Ports that are tried after the first one. */
const MORE_PORTS = 20;
/** For what is at hand to be answered; closing all parts takes a little longer. */
const GRACE_MS = 10_000;
const STOP_DEADLINE_MS = 20_000;
const LEFT_OPEN_MS = 3000;

/**
 * Runs until the terminal's signal is aborted.
 *
 * @throws ConfigError; NarratorError where a part cannot start or is lost for good
 */
export async function serve(terminal: Terminal, options: ServeOptions): Promise<void> {
  const config = readConfig(terminal.env);
  if (config.discord || config.slack) await serveCommunities(terminal, config);
  else await servePlayground(terminal, config, options);
}

async function serveCommunities(terminal: Terminal, config: Config): Promise<void> {
  const log = loggerOf(terminal, config);
  const { createService } = await import('../service.ts');
  const service = createService(config, { log, env: terminal.env, warmsUp: true });
  await runUntilStopped(service, terminal.signal, log);
}

export interface SandboxUse {
  /** Done once the bots are ready. */
  readonly visit?: (platforms: readonly PretendPlatform[]) => Promise<void>;
  /** Whether there is a page, which stays until the signal is aborted; without one the visit is all there is. */
  readonly hasPage: boolean;
}

/** Runs the bots against pretend platforms. */
export async function servePlayground(
  terminal: Terminal,
  config: Config,
  options: ServeOptions,
  { visit, hasPage }: SandboxUse = { hasPage: true },
): Promise<void> {
  const { stdout, env, signal } = terminal;
  const { startSandbox } = await import('../sandbox/start-sandbox.ts');
  const sandbox = await startSandbox();
  const ready = Promise.withResolvers<void>();
  let playground: Playground | undefined;
  try {
    const { platforms } = sandbox;
    const connected = sandbox.connect({
      ...config,
      // A newcomer reads what to do, not what happened; faults are still told.
      logLevel: env.NARRATOR_LOG_LEVEL ? config.logLevel : 'warn',
    });
    const log = loggerOf(terminal, connected);
    if (hasPage) {
      playground = await openPlayground(
        { platforms, log, host: options.host, ready: ready.promise },
        options.port,
      );
      stdout.write(welcome(terminal, playground.url));
    }
    const { createService } = await import('../service.ts');
    // Any free port, unless one was asked for.
    const settings = env.NARRATOR_WEB_PORT ? { ...connected, web: config.web } : connected;
    const service = createService(settings, { log, env, warmsUp: true, jobs: await planLocalJobs(config) });
    await runUntilStopped(service, signal, log, async () => {
      ready.resolve();
      if (hasPage)
        stdout.write(`  Dashboard and API: ${paint(stdout, ['cyan', 'underline'], service.webUrl()!)}\n\n`);
      await visit?.(platforms);
      return hasPage;
    });
  } finally {
    await playground?.close();
    await sandbox.close();
  }
}

/** There are no pretend sources beside the pretend platforms, and the real ones are not to be asked from a playground. */
async function planLocalJobs({ jobsFile }: Config): Promise<JobPlan> {
  const { ALL_JOBS } = await import('../jobs/all-jobs.ts');
  const { readJobsFile } = await import('../jobs/read-jobs-file.ts');
  const { scheduled } = await readJobsFile(jobsFile, ALL_JOBS);
  // Its channels are not those of the pretend platforms.
  return { scheduled: scheduled.filter(({ job }) => job.name !== 'collect-reach'), tell: [] };
}

/** At the port that was asked for, or else at the first free one from the usual one on. */
async function openPlayground(
  options: Omit<PlaygroundOptions, 'port'>,
  wanted?: number,
): Promise<Playground> {
  const { createPlayground } = await import('../sandbox/playground/create-playground.ts');
  if (wanted !== undefined) return await createPlayground({ ...options, port: wanted });
  for (let port = DEFAULT_PORT; ; port++) {
    try {
      return await createPlayground({ ...options, port });
    } catch (error) {
      const isTaken = error instanceof NarratorError && error.code === 'port-taken';
      if (!isTaken || port >= DEFAULT_PORT + MORE_PORTS) throw error;
    }
  }
}

function welcome({ stdout }: Terminal, url: string): string {
  return `
  ${paint(stdout, 'bold', 'Visual Narrator playground')}   ${paint(stdout, ['cyan', 'underline'], url)}

  Open it in a browser and press a photograph: the bot describes it, in a pretend Discord
  and a pretend Slack. Nothing leaves this machine, and nothing is kept after Ctrl-C.

  For a real server or workspace, put its tokens into .env and start again:
  ${paint(stdout, 'dim', 'docs/discord.md and docs/slack.md say which, .env.example lists all settings.')}

`;
}

/**
 * Starts the service, waits for the end, and stops it.
 *
 * @param whenReady what to do then; whether the service is to go on after it
 * @throws what the service cannot start with or was lost by
 */
async function runUntilStopped(
  service: Service,
  signal: AbortSignal,
  log: ServiceLog,
  whenReady: () => Promise<boolean> = async () => true,
): Promise<void> {
  try {
    await service.start(signal);
    const goesOn = await Promise.race([whenReady(), service.finished]);
    if (goesOn) await untilAborted(service.finished, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await stopInTime(service, log);
  }
}

/** Stops the service, and sees to it that the process ends soon after. */
async function stopInTime(service: Service, log: ServiceLog): Promise<void> {
  const timer = setTimeout(() => {
    log.error({}, 'not stopped in time: ending all the same');
    process.exit(1);
  }, STOP_DEADLINE_MS);
  await service.stop(GRACE_MS);
  clearTimeout(timer);
  // All is closed: what a library left open (a socket that was just connecting) is no reason to stay.
  setTimeout(() => process.exit(), LEFT_OPEN_MS).unref();
}

function loggerOf({ stdout }: Terminal, config: Config): ReturnType<typeof createLogger> {
  return createLogger(config, stdout, stdout.isTTY === true && paint(stdout, 'bold', 'x') !== 'x');
}
