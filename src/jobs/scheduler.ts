import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobStore } from '../store/job-store.ts';
import type { Job, JobContext, JobLog } from './job.ts';
import type { ScheduledJob } from './read-jobs-file.ts';
import { type EndedRun, LEASE_MS } from './run-job.ts';
import type { Schedule } from './schedule.ts';
import { settleSlot } from './settle-slot.ts';
import { createSlotTimer } from './slot-timer.ts';

export interface SchedulerOptions {
  readonly scheduled: readonly Pick<ScheduledJob, 'job' | 'schedule'>[];
  readonly jobs: Pick<JobStore, 'claim' | 'renew' | 'end' | 'miss'>;
  readonly createContext: (slot: number) => JobContext;
  readonly log: JobLog;
  /** After a slot that this process ran. It may not reject. */
  readonly onEnded?: (job: Job, slot: number, run: EndedRun) => Promise<void>;
  /** The wall clock; the system's unless told. */
  readonly now?: () => number;
  readonly leaseMs?: number;
  /** How this process is named in the history. */
  readonly process?: string;
}

export interface Scheduler {
  /** Sets the timers. Slots of just now that nobody has run yet begin at once. */
  start(): Promise<void>;
  /** Sets no more timers and breaks off what is at work; waits for that, `deadlineMs` at most. Never rejects. */
  stop(deadlineMs: number): Promise<void>;
}

/** A clock that is moved, or a machine that slept, is noticed after this. */
const LOOK_MS = 30_000;

/** A name of this process that no other one has had. */
export function nameProcess(): string {
  return `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
}

/**
 * Runs jobs at their times. Several processes on one store can: each slot is claimed there by one of them.
 *
 * Slots are gone through in order, and each is seen to its end before the next: run here, run elsewhere, or missed.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { scheduled, log, now = Date.now, leaseMs = LEASE_MS, onEnded } = options;
  const runner = { ...options, now, leaseMs, process: options.process ?? nameProcess() };
  const active = scheduled.flatMap(({ job, schedule }) => (schedule ? [{ job, schedule }] : []));
  const begunAt = now();
  const lines = active.map(({ job, schedule }) =>
    // What was due while no process was there is not too late yet.
    createLine(job, schedule, begunAt - job.lateMs),
  );
  const fail = (name: string) => (error: unknown) =>
    log.error({ job: name, err: error }, 'a timer could not be set');
  let timer: Awaited<ReturnType<typeof createSlotTimer>> | undefined;

  function createLine(job: Job, schedule: Schedule, from: number) {
    let slot = schedule.nextAfter(from);
    const line = {
      name: job.name,
      async setTimer() {
        if (slot === null || !timer) return;
        const waitMs = Math.min(Math.max(0, slot - now()), LOOK_MS);
        await timer.setTimer(job.name, Date.now() + waitMs);
      },
      async onDue(signal: AbortSignal) {
        if (slot === null || slot > now()) return;
        const due = slot;
        try {
          const ended = await settleSlot(runner, job, due, signal);
          if (ended) log.info({ job: job.name, slot: new Date(due), ...ended }, 'job ended');
          if (ended) await onEnded?.(job, due, ended);
        } catch (error) {
          log.error({ job: job.name, err: error }, 'a slot could not be settled');
        }
        if (!signal.aborted) slot = schedule.nextAfter(due);
      },
      onThrough() {
        line.setTimer().catch(fail(job.name));
      },
    };
    return line;
  }

  return {
    async start() {
      timer = await createSlotTimer(lines);
      for (const line of lines) await line.setTimer();
    },
    async stop(deadlineMs) {
      try {
        if (timer && !(await timer.stop(deadlineMs))) log.error({}, 'jobs did not end in time');
      } catch (error) {
        log.error({ err: error }, 'jobs did not end as they should');
      }
    },
  };
}
