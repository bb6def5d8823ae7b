import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { NarratorError } from '../../src/errors.ts';
import { announceHealth } from '../../src/jobs/announce-health.ts';
import type { Job } from '../../src/jobs/job.ts';
import { createSchedule, type Schedule } from '../../src/jobs/schedule.ts';
import { createScheduler, type Scheduler, type SchedulerOptions } from '../../src/jobs/scheduler.ts';
import type { Store } from '../../src/store/store.ts';
import { describeOnBothStores } from '../store/both-stores.ts';
import { bareContext, createLog, jobOf, slotsOf, waitForAbort } from './job-stage.ts';

const started: Scheduler[] = [];
// Before the stores are closed: hooks of the file's own run last, so each test stops what it started, too.
afterEach(async () => {
  for (const scheduler of started.splice(0)) await scheduler.stop(1000);
});

async function start(
  store: Store,
  job: Job,
  schedule: Schedule,
  options: Partial<SchedulerOptions> = {},
): Promise<Scheduler> {
  const scheduler = createScheduler({
    ...{ scheduled: [{ job, schedule }], jobs: store.jobs, createContext: bareContext, log: createLog() },
    ...options,
  });
  started.push(scheduler);
  await scheduler.start();
  return scheduler;
}

const runsOf = async (store: Store) =>
  (await store.jobs.history({ limit: 100, now: Date.now() })).toSorted(
    (one, other) => one.slot - other.slot || one.attempt - other.attempt,
  );

const ended = async (store: Store) =>
  (await runsOf(store)).flatMap(({ outcome }) => (outcome === 'running' ? [] : outcome));

await describeOnBothStores('the scheduler', stores => {
  it('runs each slot at its time, once, in the order of time, also where several share the store', async () => {
    const config = await stores.makeDatabase();
    const opened = [await stores.open({}, config), await stores.open({}, config)];
    const slots: number[] = [];
    const job = jobOf(async ({ slot }) => {
      expect(Date.now()).toBeGreaterThanOrEqual(slot);
      slots.push(slot);
    });
    const from = Date.now() + 100;
    const schedulers: Scheduler[] = [];
    for (const store of opened) {
      schedulers.push(await start(store, job, slotsOf(from, 60, 6), { leaseMs: 400 }));
    }
    await expect.poll(() => ended(opened[0]!), { timeout: 5000 }).toEqual(Array(6).fill('done'));
    for (const scheduler of schedulers) await scheduler.stop(1000);
    expect(slots).toEqual(Array.from({ length: 6 }, (_, index) => from + 60 * index));
    expect((await runsOf(opened[0]!))[0]).toMatchObject({
      job: 'test',
      attempt: 1,
      error: null,
      endedAt: expect.any(Number),
    });
  });

  it('never begins a run while another is on: the next slots wait, and are missed when that is too long', async () => {
    const store = await stores.open();
    let running = 0;
    const job = jobOf(
      async ({ slot }) => {
        expect(++running).toBe(1);
        if (slot === from) await wait(600);
        running--;
      },
      { lateMs: 300 },
    );
    const from = Date.now() + 50;
    const scheduler = await start(store, job, slotsOf(from, 150, 5));
    await expect.poll(() => ended(store), { timeout: 5000 }).toHaveLength(5);
    await scheduler.stop(1000);
    expect((await ended(store)).slice(0, 2)).toEqual(['done', 'missed']);
    expect((await ended(store)).at(-1)).toBe('done');
  });

  it('bounds the time of a run, and notes what failed and why', async () => {
    const store = await stores.open();
    const from = Date.now() + 20;
    const job = jobOf(
      async ({ slot }, signal) => {
        if (slot === from) await waitForAbort(signal);
        if (slot === from + 30) throw new NarratorError('x', 'The disk is full.');
        throw new Error('postgres://me:secret@host');
      },
      { timeoutMs: 200 },
    );
    const log = createLog();
    const scheduler = await start(store, job, slotsOf(from, 30, 3), { log });
    await expect.poll(() => ended(store), { timeout: 5000 }).toEqual(['timed-out', 'failed', 'failed']);
    await scheduler.stop(1000);
    expect((await runsOf(store)).map(({ error }) => error)).toEqual([
      'It took longer than 0.2 seconds.',
      'The disk is full.',
      // What others throw may hold anything.
      'A fault of the program: its log has the details.',
    ]);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('breaks off what is at work when it is stopped, and the next one runs it again', async () => {
    const store = await stores.open();
    const from = Date.now();
    let attempts = 0;
    const job = jobOf(async (_, signal) => {
      if (++attempts === 1) await waitForAbort(signal);
    });
    const first = await start(store, job, slotsOf(from, 1, 1));
    await expect.poll(() => attempts, { timeout: 2000 }).toBe(1);
    const before = performance.now();
    await first.stop(5000);
    expect(performance.now() - before).toBeLessThan(1500);
    expect(await runsOf(store)).toMatchObject([
      { outcome: 'stopped', error: 'The program was told to end.' },
    ]);
    const second = await start(store, job, slotsOf(from, 1, 1));
    await expect.poll(() => ended(store), { timeout: 3000 }).toEqual(['stopped', 'done']);
    await second.stop(1000);
  });

  it('stops in time where a job does not obey', async () => {
    const store = await stores.open();
    const release = Promise.withResolvers<void>();
    let hasBegun = false;
    const job = jobOf(async () => {
      hasBegun = true;
      await release.promise;
    });
    const log = createLog();
    const scheduler = await start(store, job, slotsOf(Date.now(), 1, 1), { log });
    await expect.poll(() => hasBegun, { timeout: 2000 }).toBe(true);
    const before = performance.now();
    await scheduler.stop(200);
    expect(performance.now() - before).toBeLessThan(1500);
    expect(log.lines).toContainEqual(expect.objectContaining({ message: 'jobs did not end in time' }));
    release.resolve();
    await expect.poll(() => ended(store), { timeout: 3000 }).toEqual(['done']);
  });

  it('breaks off a run that another took for lost, and leaves its end as the other saw it', async () => {
    const store = await stores.open();
    let isBrokenOff = false;
    const job = jobOf(
      async (_, signal) => {
        // As if this process had slept: its lease is over.
        await store.jobs.renew((await runsOf(store))[0]!.id, -1000);
        await store.jobs.history({ limit: 1, now: Date.now() });
        await waitForAbort(signal).catch(() => {
          isBrokenOff = true;
        });
      },
      { isRepeatable: false },
    );
    const scheduler = await start(store, job, slotsOf(Date.now(), 1, 1), { leaseMs: 300 });
    await expect.poll(() => isBrokenOff, { timeout: 3000 }).toBe(true);
    await scheduler.stop(1000);
    expect(await ended(store)).toEqual(['lost']);
  });

  it.each([
    ['begins', '2026-03-29T01:00:00Z'],
    ['ends', '2026-10-25T00:30:00Z'],
  ])('runs what is due at 02:30 in Berlin once on the day that summer %s', async (_, due) => {
    const store = await stores.open();
    // The clock is moved to just before; what is due is in the future by the system's clock, or long past.
    const ahead = Date.parse(due) - 200 - Date.now();
    const slots: number[] = [];
    const job = jobOf(async ({ slot }) => {
      slots.push(slot);
    });
    const scheduler = await start(store, job, createSchedule('30 2 * * *', 'Europe/Berlin'), {
      now: () => Date.now() + ahead,
    });
    expect(slots).toEqual([]);
    await expect.poll(() => slots, { timeout: 3000 }).toEqual([Date.parse(due)]);
    await scheduler.stop(1000);
  });

  it('runs at its start what came due just before, but not what is too late', async () => {
    const store = await stores.open();
    const from = Date.now() - 10_000;
    const slots: number[] = [];
    const job = jobOf(async ({ slot }) => void slots.push(slot), { lateMs: 5000 });
    const scheduler = await start(store, job, slotsOf(from, 3000, 4));
    await expect.poll(() => slots, { timeout: 3000 }).toEqual([from + 6000, from + 9000]);
    await scheduler.stop(1000);
  });

  it('tells once that a job keeps failing, and once that it works again', async () => {
    const store = await stores.open();
    const from = Date.now();
    const failing = [true, true, true, true, true, false, false, true, true, true];
    const job = jobOf(async ({ slot }) => {
      if (failing[(slot - from) / 10]) throw new NarratorError('x', 'The disk is full.');
    });
    const tell = [{ platform: 'discord', channelId: '12345' }] as const;
    const scheduler = await start(store, job, slotsOf(from, 10, failing.length), {
      onEnded: (ofJob, slot, run) => announceHealth(store, { job: ofJob, slot, run, now: slot }, tell),
    });
    await expect.poll(() => ended(store), { timeout: 5000 }).toHaveLength(failing.length);
    await scheduler.stop(1000);
    const told: unknown[] = [];
    for (let one = await store.announcements.take(['discord'], from); one; ) {
      told.push((one.message as { heading: string }).heading);
      one = await store.announcements.take(['discord'], from);
    }
    expect(told).toEqual([
      'The job test keeps failing',
      'The job test works again',
      'The job test keeps failing',
    ]);
  });
});
