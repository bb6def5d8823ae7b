import { createChartDrawer } from '../charts/chart-drawer.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/env.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { createNarrationService } from '../inference/narration-service.ts';
import { ALL_JOBS } from '../jobs/all-jobs.ts';
import { readJobStates } from '../jobs/job-states.ts';
import { readJobsFile } from '../jobs/read-jobs-file.ts';
import { findJob, runNow } from '../jobs/run-now.ts';
import { createLogger } from '../logging/create-logger.ts';
import { createAnswerCache } from '../reach/answer-cache.ts';
import type { JobRun } from '../store/job-store.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { formatTable } from './format-table.ts';
import { ExitStatus, paint, type Terminal } from './terminal.ts';

interface Output {
  readonly json?: boolean;
}

const NARRATION_GRACE_MS = 500;

/** @throws JobError where the jobs file cannot be used; StoreError */
export async function listJobs({ stdout, env }: Terminal, { json }: Output): Promise<void> {
  const config = readConfig(env);
  const { scheduled } = await readJobsFile(config.jobsFile, ALL_JOBS);
  const now = Date.now();
  const states = await withStore(config, store => readJobStates(scheduled, store.jobs, now));
  if (json) {
    for (const { name, summary, when, nextAt, last, failures } of states) {
      const next = nextAt === null ? null : isoOf(nextAt);
      const row = { job: name, summary, when, next, last: last && toJson(last), failures };
      stdout.write(`${JSON.stringify(row)}\n`);
    }
    return;
  }
  stdout.write(
    formatTable(
      ['JOB', 'WHEN', 'NEXT', 'LAST', 'WHAT'],
      states.map(({ name, when, nextAt, last, failures, summary }) => [
        name,
        when,
        nextAt === null ? '-' : timeOf(nextAt),
        last
          ? `${last.outcome} ${timeOf(last.startedAt)}${failures > 1 ? `, ${failures} failures in a row` : ''}`
          : 'never ran',
        summary,
      ]),
    ),
  );
}

/**
 * @throws JobError `job-unknown`, `job-running`; ExitStatus 1 where the run did not end as it should
 */
export async function runJob(terminal: Terminal, name: string, { json }: Output): Promise<void> {
  const { stdout, stderr, env, signal } = terminal;
  const job = findJob(name, ALL_JOBS);
  const config = readConfig(env);
  const { tell } = await readJobsFile(config.jobsFile, ALL_JOBS);
  const cacheFolder = defaultCacheFolder(env);
  const log = createLogger(
    { ...config, logLevel: env.NARRATOR_LOG_LEVEL ? config.logLevel : 'warn' },
    stderr,
    false,
  );
  const began = performance.now();
  const run = await withStore(config, async store => {
    const narration = createNarrationService({ engines: config.engines, env, scenes: { cacheFolder } });
    const charts = createChartDrawer();
    try {
      const context = {
        ...{ store, narration, cacheFolder, tell, log, now: Date.now },
        engines: config.engines.map(({ engine }) => engine),
        goalsFile: config.reach.goalsFile,
        reach: config.reach.access,
        launch: config.launch,
        benchmarksFolder: config.benchmarksFolder,
        gitHubAnswers: createAnswerCache(),
        drawChart: charts.draw,
      };
      return await runNow(job, context, signal);
    } finally {
      await charts.close();
      await narration.close(NARRATION_GRACE_MS);
    }
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (json) stdout.write(`${JSON.stringify({ job: name, ...run })}\n`);
  else if (run.outcome === 'done') stdout.write(`${name}: done in ${seconds} s\n`);
  else stderr.write(`${paint(stderr, 'red', 'narrator:')} ${name}: ${run.outcome}. ${run.error ?? ''}\n`);
  if (run.outcome !== 'done') throw new ExitStatus(1);
}

/** @throws JobError `job-unknown`; StoreError */
export async function showHistory(
  { stdout, env }: Terminal,
  name: string | undefined,
  { json, limit }: Output & { readonly limit: number },
): Promise<void> {
  if (name !== undefined) findJob(name, ALL_JOBS);
  const query = { ...(name === undefined ? {} : { job: name }), limit, now: Date.now() };
  const runs = await withStore(readConfig(env), store => store.jobs.history(query));
  if (json) {
    for (const run of runs) stdout.write(`${JSON.stringify(toJson(run))}\n`);
    return;
  }
  if (runs.length === 0) {
    stdout.write('No runs yet.\n');
    return;
  }
  stdout.write(
    formatTable(
      ['JOB', 'SLOT', 'TRY', 'STARTED', 'TOOK', 'OUTCOME', 'PROCESS', 'ERROR'],
      runs.map(({ job, slot, attempt, startedAt, endedAt, outcome, process, error }) => [
        job,
        timeOf(slot),
        String(attempt),
        timeOf(startedAt),
        endedAt === null ? '-' : `${((endedAt - startedAt) / 1000).toFixed(1)} s`,
        outcome,
        process,
        error ?? '',
      ]),
    ),
  );
}

async function withStore<T>(config: Config, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config.store);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function toJson({ id: _, slot, startedAt, endedAt, ...run }: JobRun) {
  return {
    ...run,
    slot: isoOf(slot),
    startedAt: isoOf(startedAt),
    endedAt: endedAt === null ? null : isoOf(endedAt),
  };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** To the second, in UTC. */
function timeOf(time: number): string {
  return isoOf(time)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
