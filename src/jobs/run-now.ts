import { randomUUID } from 'node:crypto';
import { announceHealth } from './announce-health.ts';
import type { Job, JobContext } from './job.ts';
import { JobError } from './job-error.ts';
import { type EndedRun, LEASE_MS, runClaimed } from './run-job.ts';
import { nameProcess } from './scheduler.ts';

/**
 * Runs a job once, out of its schedule: its slot is this moment. What it announces waits in the store for a process that
 * has bots.
 *
 * @throws JobError `job-running`; StoreError
 */
export async function runNow(
  job: Job,
  context: Omit<JobContext, 'slot'>,
  signal: AbortSignal,
): Promise<EndedRun> {
  const { store, now, log, tell } = context;
  const slot = now();
  const id = randomUUID();
  const process = nameProcess();
  const claim = { id, job: job.name, slot, process, isRepeatable: false, leaseMs: LEASE_MS, now: slot };
  const { kind } = await store.jobs.claim(claim);
  if (kind !== 'claimed') {
    throw new JobError(
      'job-running',
      `${job.name} is running already: "narrator jobs history ${job.name}" shows where.`,
    );
  }
  const createContext = () => ({ ...context, slot });
  const run = await runClaimed(
    { jobs: store.jobs, process, now, log, createContext },
    { job, slot, id },
    signal,
  );
  await announceHealth(store, { job, slot, run, now: now() }, tell);
  return run;
}

/** @throws JobError `job-unknown` with the names of the jobs that exist */
export function findJob(name: string, jobs: readonly Job[]): Job {
  const job = jobs.find(other => other.name === name);
  if (job) return job;
  const names = jobs.map(other => other.name).join(', ');
  throw new JobError('job-unknown', `There is no job ${name}. The jobs are ${names}.`);
}
