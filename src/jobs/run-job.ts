import { setTimeout as wait } from 'node:timers/promises';
import { NarratorError } from '../errors.ts';
import { untilAborted } from '../inference/until-aborted.ts';
import { keepLease } from '../keep-lease.ts';
import type { EndedOutcome, JobStore } from '../store/job-store.ts';
import type { Job, JobContext, JobLog } from './job.ts';
import { JobError } from './job-error.ts';

export interface RunnerOptions {
  readonly jobs: Pick<JobStore, 'claim' | 'renew' | 'end' | 'miss'>;
  /** Names this process in the history. */
  readonly process: string;
  readonly now: () => number;
  readonly log: JobLog;
  readonly createContext: (slot: number) => JobContext;
  /** How long a run is taken to be alive without a word; it is renewed three times as often. A minute unless told. */
  readonly leaseMs?: number;
  /** How long a run that is broken off may take to end. */
  readonly graceMs?: number;
}

export interface EndedRun {
  readonly outcome: EndedOutcome | 'lost';
  readonly error: string | null;
}

export const LEASE_MS = 60_000;
const GRACE_MS = 2000;

/**
 * Runs a job whose slot was claimed, and notes how it ended. Its time is bounded; a job that does not obey its signal is
 * left behind after the grace.
 *
 * @param id of the claim
 * @param stop aborted where the process is to end
 * @throws StoreError where the end cannot be noted: the run is then lost when its lease is over
 */
export async function runClaimed(
  options: RunnerOptions,
  { job, slot, id }: { readonly job: Job; readonly slot: number; readonly id: string },
  stop: AbortSignal,
): Promise<EndedRun> {
  const { jobs, now, log, createContext, leaseMs = LEASE_MS, graceMs = GRACE_MS } = options;
  const breakOff = new AbortController();
  const onStop = () => breakOff.abort(new JobError('job-stopped', 'The program was told to end.'));
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const deadline = setTimeout(
    () =>
      breakOff.abort(new JobError('job-timed-out', `It took longer than ${job.timeoutMs / 1000} seconds.`)),
    job.timeoutMs,
  );
  const ended = new AbortController();
  const renewing = keepLease(
    {
      leaseMs,
      renew: ms => jobs.renew(id, ms),
      onError: error => log.warn({ err: error }, 'a lease could not be renewed'),
      // Another run may begin.
      onLost: () =>
        breakOff.abort(new JobError('job-lease-lost', 'The store was out of reach for too long.')),
    },
    ended.signal,
  );
  let run: EndedRun;
  try {
    run = await perform(job, createContext(slot), breakOff.signal, graceMs, log);
  } finally {
    clearTimeout(deadline);
    stop.removeEventListener('abort', onStop);
    ended.abort();
    await renewing;
  }
  if (run.outcome === 'lost') return run;
  // Whoever took the run for lost has the last word.
  return (await jobs.end(id, run.outcome, run.error, now())) ? run : { ...run, outcome: 'lost' };
}

async function perform(
  job: Job,
  context: JobContext,
  signal: AbortSignal,
  graceMs: number,
  log: JobLog,
): Promise<EndedRun> {
  const work = (async () => await job.run(context, signal))();
  const over = new AbortController();
  const late = () => wait(graceMs, undefined, { signal: over.signal }).catch(() => {});
  try {
    // Aborted, it has the grace to end by itself, and its own end counts.
    await untilAborted(work, signal).catch(async error => {
      if (!signal.aborted) throw error;
      let isEnded = false;
      const ending = work.finally(() => {
        isEnded = true;
      });
      ending.catch(() => {});
      await Promise.race([ending, late()]);
      if (!isEnded) {
        log.error({ job: job.name }, 'a job does not obey its signal and is left behind');
        throw signal.reason;
      }
    });
    return { outcome: 'done', error: null };
  } catch (error) {
    if (signal.aborted) {
      const reason = signal.reason as JobError;
      const outcome =
        reason.code === 'job-stopped' ? 'stopped' : reason.code === 'job-timed-out' ? 'timed-out' : 'lost';
      return { outcome, error: reason.message };
    }
    log.error({ job: job.name, err: error }, 'a job failed');
    return { outcome: 'failed', error: sentenceOf(error) };
  } finally {
    over.abort();
  }
}

/** What the history may say: the message of an error that is not ours may hold anything. */
function sentenceOf(error: unknown): string {
  return error instanceof NarratorError
    ? error.message.slice(0, 1000)
    : 'A fault of the program: its log has the details.';
}
