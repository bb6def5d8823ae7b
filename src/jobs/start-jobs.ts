import { createChartDrawer } from '../charts/chart-drawer.ts';
import { createAnswerCache } from '../reach/answer-cache.ts';
import { announceHealth } from './announce-health.ts';
import { type AnnouncerOptions, startAnnouncer } from './announcer.ts';
import type { JobContext } from './job.ts';
import type { JobPlan } from './read-jobs-file.ts';
import { createScheduler } from './scheduler.ts';

export interface RunningJobs {
  /** Breaks off what is at work and waits for it, `deadlineMs` at most; then sends no more. Never rejects. */
  stop(deadlineMs: number): Promise<void>;
  /** Something was left to be announced: it is looked for now rather than later. */
  wake(): void;
}

/** Runs the jobs of a plan at their times, and sends what they announce. */
export async function startJobs(
  plan: JobPlan,
  context: Omit<JobContext, 'slot' | 'now' | 'drawChart' | 'tell' | 'gitHubAnswers'>,
  { ports, gather }: Pick<AnnouncerOptions, 'ports' | 'gather'>,
): Promise<RunningJobs> {
  const { store, log } = context;
  const { scheduled, tell } = plan;
  const now = Date.now;
  const charts = createChartDrawer();
  const announcer = startAnnouncer({
    announcements: store.announcements,
    launch: store.launch,
    ports,
    gather,
    log,
  });
  const gitHubAnswers = createAnswerCache();
  const drawChart: JobContext['drawChart'] = chart => charts.draw(chart);
  const scheduler = createScheduler({
    scheduled,
    jobs: store.jobs,
    createContext: slot => ({ ...context, slot, now, drawChart, tell, gitHubAnswers }),
    log,
    async onEnded(job, slot, run) {
      await announceHealth(store, { job, slot, run, now: now() }, tell);
      announcer.wake();
    },
  });
  async function stop(deadlineMs: number): Promise<void> {
    await scheduler.stop(deadlineMs);
    await announcer.stop();
    await charts.close();
  }
  try {
    await scheduler.start();
  } catch (error) {
    await stop(0);
    throw error;
  }
  log.info(
    { schedule: Object.fromEntries(scheduled.map(({ job, when }) => [job.name, when])) },
    'jobs are scheduled',
  );
  return { stop, wake: () => announcer.wake() };
}
