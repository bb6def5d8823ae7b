import type { JobRun, JobStore } from '../store/job-store.ts';
import type { ScheduledJob } from './read-jobs-file.ts';

/** How a job stands. */
export interface JobState {
  readonly name: string;
  readonly summary: string;
  /** As people read it: `17 * * * * (Europe/Berlin)`, or `off`. */
  readonly when: string;
  /** When it is due next, in milliseconds since the epoch; null where it is switched off. */
  readonly nextAt: number | null;
  /** Null: it never ran. */
  readonly last: JobRun | null;
  /** Slots in a row, up to now, that failed, timed out or were lost. */
  readonly failures: number;
}

/** @throws StoreError */
export async function readJobStates(
  scheduled: readonly ScheduledJob[],
  jobs: Pick<JobStore, 'history' | 'failuresUntil'>,
  now: number,
): Promise<JobState[]> {
  return await Promise.all(
    scheduled.map(async ({ job: { name, summary }, schedule, when }) => {
      const [last = null] = await jobs.history({ job: name, limit: 1, now });
      const { failures } = await jobs.failuresUntil(name, now);
      return { name, summary, when, nextAt: schedule?.nextAfter(now) ?? null, last, failures };
    }),
  );
}
