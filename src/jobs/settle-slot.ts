import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreError } from '../store/store-error.ts';
import type { Job } from './job.ts';
import { type EndedRun, LEASE_MS, type RunnerOptions, runClaimed } from './run-job.ts';

/** Looks that are taken at a run of another process in the time of a lease. */
const LOOKS = 4;

/**
 * Sees to it that a slot is run: by this process, or by another one whose run is watched to its end, so that it is known
 * for lost soon. While another run of the job is on the slot waits, at most `lateMs` after its time.
 *
 * @returns how it ended where this process ran it; null where another did, or where it was missed or the process is to end
 */
export async function settleSlot(
  options: RunnerOptions,
  job: Job,
  slot: number,
  stop: AbortSignal,
): Promise<EndedRun | null> {
  const { jobs, process, now, log, leaseMs = LEASE_MS } = options;
  const { name, isRepeatable, lateMs } = job;
  while (!stop.aborted) {
    const id = randomUUID();
    try {
      if (now() - slot > lateMs) {
        await jobs.miss({ id, job: name, slot, process, now: now() });
        return null;
      }
      const claim = { id, job: name, slot, process, isRepeatable, leaseMs, now: now() };
      const answer = await jobs.claim(claim);
      if (answer.kind === 'settled') return null;
      if (answer.kind === 'claimed') return await runClaimed(options, { job, slot, id }, stop);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn({ job: name, err: error }, 'the store does not answer: the job waits');
      // Beyond that even a store that is away lets the next slot come.
      if (now() - slot > lateMs) return null;
    }
    // Drawn by lot, so that processes do not all look at the same moment.
    await wait((leaseMs / LOOKS) * (0.5 + Math.random()), undefined, { signal: stop }).catch(() => {});
  }
  return null;
}
