import { setTimeout as wait } from 'node:timers/promises';
import { readLatestTable } from './benchmarks/report/summarise-run.ts';
import { openRunFolder } from './benchmarks/run-folder.ts';
import type { BotAdapter } from './bots/adapter.ts';
import type { BotCommands } from './bots/commands/bot-commands.ts';
import { createBotCommands } from './bots/commands/create-bot-commands.ts';
import type { GoalProgress } from './bots/commands/goal-progress.ts';
import { createDiscordBot } from './bots/discord/discord-bot.ts';
import { createSlackBot } from './bots/slack/create-slack-bot.ts';
import type { Config } from './config/config.ts';
import { drawPng } from './inference/image/encode-png.ts';
import { defaultCacheFolder } from './inference/model-cache.ts';
import {
  createNarrationService,
  type NarrationService,
  type ServiceOptions,
} from './inference/narration-service.ts';
import { ALL_JOBS } from './jobs/all-jobs.ts';
import { type JobPlan, readJobsFile } from './jobs/read-jobs-file.ts';
import { type RunningJobs, startJobs } from './jobs/start-jobs.ts';
import { announceDrafts } from './launch/approval/announce-thread.ts';
import { openApprovals } from './launch/approval/open-approvals.ts';
import { readLaunchFile } from './launch/launch-file.ts';
import { describeGoal } from './reach/describe-goal.ts';
import { readGoalsFile } from './reach/goals-file.ts';
import { SOURCE_TITLES, type SourceName } from './reach/reading.ts';
import { type GoalReport, reportGoals } from './reach/report-goals.ts';
import { openStore } from './store/open-store.ts';
import { createServiceMetrics } from './web/service-metrics.ts';
import { startWeb, type Web } from './web/start-web.ts';

/** The long-running program: everything between the platforms and the models. */
export interface Service {
  /**
   * Opens and connects everything, in order. What was opened is closed again where something fails.
   *
   * @throws NarratorError naming what is wrong; the signal's reason when aborted
   */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Takes no more events, gives what is at hand `graceMs` to be answered, and closes everything in reverse order. Never
   * rejects, and takes little longer than `graceMs`.
   */
  stop(graceMs: number): Promise<void>;
  /** Rejects when a part is lost for good: the process had better end than live on without it. */
  readonly finished: Promise<never>;
  /** Why events cannot be answered now, a sentence for each reason; empty where they can. */
  whyNotReady(): string[];
  /** Where the pages and the API are; null before they are. */
  webUrl(): string | null;
}

export interface ServiceLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ServiceOverrides {
  readonly log: ServiceLog;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The bots to run, where they are not the configured platforms' own. */
  readonly createBots?: (commands: BotCommands) => readonly BotAdapter[];
  /** For the inference processes. */
  readonly inference?: Pick<ServiceOptions, 'entry' | 'limits'>;
  /** What runs when, where it is not what the jobs file says. */
  readonly jobs?: JobPlan;
  /** Loads the embedded engine at once, so that the first image does not wait for it. */
  readonly warmsUp?: boolean;
}

interface Release {
  readonly name: string;
  release(): Promise<void>;
}

/** A part that will not close is left behind after this. */
const RELEASE_MS = 4000;
/** For jobs to come to an end; less than a part gets. */
const JOBS_GRACE_MS = 3000;
/** What is told to end must still be able to say so. */
const NARRATION_GRACE_MS = 500;

/** The composition root: store, narration, web pages, commands, bots. Nothing is opened before `start`. */
export function createService(config: Config, overrides: ServiceOverrides): Service {
  const { log, env, inference } = overrides;
  const createBots = overrides.createBots ?? (commands => createConfiguredBots(config, commands, log));
  const releases: Release[] = [];
  const finished = Promise.withResolvers<never>();
  // Whoever runs the service may only begin to listen after a part was lost.
  finished.promise.catch(() => {});
  let bots: readonly BotAdapter[] = [];
  let commands: BotCommands | undefined;
  let web: Web | undefined;
  let stopping: Promise<void> | undefined;

  async function open(signal: AbortSignal): Promise<void> {
    const plan = await readGoalsFile(config.reach.goalsFile);
    // Read again at each decision; a file that cannot be used is told now.
    await readLaunchFile(config.launch.file);
    const jobPlan = overrides.jobs ?? (await readJobsFile(config.jobsFile, ALL_JOBS));
    const metrics = createServiceMetrics();
    const store = await openStore(config.store, { log, onError: ({ code }) => metrics.storeFailed(code) });
    releases.push({ name: 'store', release: () => store.close() });
    signal.throwIfAborted();

    const narration = createNarrationService({
      engines: config.engines,
      env,
      scenes: { cacheFolder: defaultCacheFolder(env) },
      ...inference,
      onEvent: ({ type, ...event }) => {
        if (type === 'started') metrics.inferenceStarted(event.engine);
        if ('reason' in event) metrics.inferenceEnded(event.engine, event.reason);
        const isFault =
          type === 'fault' || (type === 'ended' && 'reason' in event && event.reason === 'crashed');
        log[isFault ? 'error' : type === 'warning' ? 'warn' : 'info'](event, `inference: ${type}`);
      },
    });
    releases.push({ name: 'narration', release: () => narration.close(NARRATION_GRACE_MS) });

    const runs = openRunFolder(config.benchmarksFolder);
    const readBenchmark = () => readLatestTable(runs);
    const engines = config.engines.map(({ engine }) => engine);
    const readReports = () => reportGoals(plan, store.samples, Date.now());
    metrics.watch({ status: () => narration.status(), isReady: () => whyNotReady().length === 0 });
    // Before the bots connect: who asks meanwhile hears why nothing is ready yet.
    web = await startWeb({
      config: config.web,
      limits: config.bots,
      allowedAddresses: config.allowedAddresses,
      readGoals: readReports,
      readBenchmark,
      scheduled: jobPlan.scheduled,
      ...{ store, narration, engines, metrics, whyNotReady, log },
    });
    const opened = web;
    releases.push({ name: 'web', release: () => opened.close() });
    signal.throwIfAborted();

    let jobs: RunningJobs | undefined;
    commands = createBotCommands({
      ...{ store, narration, engines, metrics, log },
      approvals: openApprovals(config, store, () => jobs?.wake()),
      bots: config.bots,
      readGoals: async () => (await readReports()).map(toProgress),
      readBenchmark,
    });

    bots = createBots(commands);
    for (const bot of bots) {
      releases.push({ name: bot.name, release: () => bot.stop() });
      bot.finished.catch((error: unknown) => finished.reject(error));
    }
    await Promise.all(bots.map(bot => bot.start(signal)));
    signal.throwIfAborted();
    jobs = await startJobs(
      jobPlan,
      {
        store,
        narration,
        engines,
        cacheFolder: defaultCacheFolder(env),
        goalsFile: config.reach.goalsFile,
        reach: config.reach.access,
        launch: config.launch,
        benchmarksFolder: config.benchmarksFolder,
        log,
      },
      {
        ports: () => bots.flatMap(bot => bot.port() ?? []),
        async gather() {
          const { approval } = await readLaunchFile(config.launch.file);
          await announceDrafts(store, approval.channels, Date.now());
        },
      },
    );
    const running = jobs;
    releases.push({ name: 'jobs', release: () => running.stop(JOBS_GRACE_MS) });
    if (overrides.warmsUp && config.engines[0]?.engine === 'embedded') warmUp(narration, log);
    log.info({ bots: bots.map(({ name }) => name), engines, web: web.url }, 'ready');
  }

  async function close(graceMs: number): Promise<void> {
    await Promise.all(bots.map(bot => bounded(bot.name, () => bot.pause())));
    // Bounded by itself; its answers still go out by the bots.
    await bounded('commands', () => commands?.stop(graceMs) ?? Promise.resolve(), graceMs + RELEASE_MS);
    for (const { name, release } of releases.splice(0).reverse()) await bounded(name, release);
    log.info({}, 'stopped');
  }

  async function bounded(part: string, task: () => Promise<void>, ms = RELEASE_MS): Promise<void> {
    const over = new AbortController();
    const late = wait(ms, 'late', { signal: over.signal }).catch(() => 'done');
    try {
      if ((await Promise.race([task(), late])) === 'late') log.error({ part }, 'did not stop in time');
    } catch (error) {
      log.error({ part, err: error }, 'did not stop as it should');
    } finally {
      over.abort();
    }
  }

  function whyNotReady(): string[] {
    if (stopping) return ['The service is being stopped.'];
    if (bots.length === 0) return ['The service has not been started.'];
    return bots.flatMap(bot => bot.whyNotReady() ?? []);
  }

  function stop(graceMs: number): Promise<void> {
    stopping ??= close(graceMs);
    return stopping;
  }

  return {
    async start(signal) {
      try {
        await open(signal);
      } catch (error) {
        await stop(0);
        throw error;
      }
    },
    stop,
    finished: finished.promise,
    whyNotReady,
    webUrl: () => web?.url ?? null,
  };
}

function createConfiguredBots(config: Config, commands: BotCommands, log: ServiceLog): BotAdapter[] {
  const { discord, slack, allowedAddresses } = config;
  return [
    ...(discord ? [createDiscordBot({ config: discord, commands, log, allowedAddresses })] : []),
    ...(slack ? [createSlackBot({ config: slack, commands, log, allowedAddresses })] : []),
  ];
}

function toProgress(report: GoalReport): GoalProgress {
  const { goal, window, latest } = report;
  return {
    name: goal.name,
    target: goal.moreThan,
    unit: goal.unit,
    dueAt: window?.until ?? null,
    latest: latest && {
      value: latest.value,
      takenAt: latest.takenAt,
      source: latest.sources.map(source => SOURCE_TITLES[source as SourceName]).join(', '),
    },
    remarks: describeGoal(report),
  };
}

/** Describes a picture that nobody asked about. Not with other engines: those may cost money, or fill the memory. */
function warmUp(narration: NarrationService, log: ServiceLog): void {
  const bytes = drawPng(64, 64, (x, y) => [255 * x, 255 * y, 128]);
  narration
    .describe({ bytes, source: 'warm-up', style: 'brief', deadlineMs: 60_000 })
    .catch((error: unknown) => log.debug({ err: error }, 'not warmed up'));
}
