import type { AnnouncementChannel } from '../store/announcement-store.ts';
import type { Store } from '../store/store.ts';
import type { Job } from './job.ts';
import type { EndedRun } from './run-job.ts';

/** One failure may pass by itself. */
const FAILURES = 3;

/**
 * Tells, once, that a job keeps failing, and once that it works again. What counts is in the store: whichever process ran
 * it.
 *
 * @throws StoreError
 */
export async function announceHealth(
  store: Pick<Store, 'jobs' | 'announcements'>,
  {
    job,
    slot,
    run,
    now,
  }: { readonly job: Job; readonly slot: number; readonly run: EndedRun; readonly now: number },
  tell: readonly AnnouncementChannel[],
): Promise<void> {
  // Broken off by us: that says nothing about the job.
  if (run.outcome === 'stopped') return;
  const { failures, since } = await store.jobs.failuresUntil(job.name, slot);
  if (failures < FAILURES) return;
  const failing = `job-failing:${job.name}:${since}`;
  if (run.outcome !== 'done') {
    const message = {
      heading: `The job ${job.name} keeps failing`,
      texts: [
        `${failures} times in a row. The last time: ${run.error ?? run.outcome}`,
        `"narrator jobs history ${job.name}" shows more. You are told when it works again.`,
      ],
      picture: null,
    };
    await store.announcements.add(failing, message, tell, now);
    return;
  }
  if (!(await store.announcements.known([failing])).has(failing)) return;
  const message = {
    heading: `The job ${job.name} works again`,
    texts: [`It had failed ${failures} times in a row.`],
    picture: null,
  };
  await store.announcements.add(`job-recovered:${job.name}:${since}`, message, tell, now);
}
