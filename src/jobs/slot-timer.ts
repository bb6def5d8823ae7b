import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import Bree from 'bree';

/** What is to be done when a timer fires; it may be asked again for the same slot. Never rejects. */
type OnDue = (signal: AbortSignal) => Promise<void>;

export interface SlotTimer {
  /**
   * Calls `onDue` at `dueAt` (by Bree's clock, the system's), soon where that is past, and never while a call of the
   * same name is still at work.
   */
  setTimer(name: string, dueAt: number): Promise<void>;
  /** Clears all timers, aborts what is at work and waits for it, `deadlineMs` at most. False where it did not end. */
  stop(deadlineMs: number): Promise<boolean>;
}

export interface TimedTask {
  readonly name: string;
  readonly onDue: OnDue;
  /** Called when `onDue` is through, unless the timer is being stopped. */
  readonly onThrough: () => void;
}

const SOON_MS = 20;
/** Bree wants a file for every job. This is never run as one. */
const FILE = fileURLToPath(import.meta.url);

/**
 * Bree with runs in this thread. Bree's own worker threads do not suit these jobs: they announce through the bots'
 * connections and describe through the inference processes, which belong to the service; every thread would need a
 * database of its own; and a thread that is terminated in native code takes the process with it. So Bree keeps the timers
 * (of any length) and one run of a name at a time, and `createWorker`, which it has for that, gives it a run of ours in
 * the place of a thread.
 */
export async function createSlotTimer(tasks: readonly TimedTask[]): Promise<SlotTimer> {
  const byName = new Map(tasks.map(task => [task.name, task]));
  const bree = new Bree({
    root: false,
    logger: false,
    // A date for each is set with its timer.
    jobs: tasks.map(({ name }) => ({ name, path: FILE })),
  });
  let isStopping = false;
  bree.createWorker = (_file, { workerData }) => {
    const { name } = (workerData as { job: { name: string } }).job;
    return new RunInPlace(byName.get(name)!.onDue) as unknown as Worker;
  };
  bree.on('worker deleted', (name: string) => {
    if (!isStopping) byName.get(name)!.onThrough();
  });
  // Between our look at the clock and Bree's.
  bree.on('job past', (name: string) => void bree.run(name));

  return {
    async setTimer(name, dueAt) {
      if (isStopping) return;
      // Checks the jobs at the first call.
      await bree.add([]);
      const job = bree.config.jobs.find(other => other.name === name);
      if (!job) throw new TypeError(`no task ${name}`);
      if (dueAt <= Date.now()) {
        await bree.run(name);
        return;
      }
      // A date that passes while Bree looks at it would be a negative wait.
      job.date = new Date(Math.max(Math.ceil(dueAt), Date.now() + SOON_MS));
      await bree.start(name);
    },
    async stop(deadlineMs) {
      isStopping = true;
      const over = new AbortController();
      const late = wait(deadlineMs, false, { signal: over.signal }).catch(() => false);
      try {
        // By itself it waits for ever.
        return await Promise.race([bree.stop().then(() => true), late]);
      } finally {
        over.abort();
      }
    },
  };
}

/** As much of a worker thread as Bree uses. */
class RunInPlace extends EventEmitter {
  readonly #over = new AbortController();

  constructor(onDue: OnDue) {
    super();
    // Later, since Bree listens only after it has this.
    setImmediate(async () => {
      await onDue(this.#over.signal);
      this.emit('exit', 0);
    });
  }

  postMessage(message: unknown): void {
    if (message === 'cancel') this.#over.abort();
  }

  async terminate(): Promise<number> {
    this.#over.abort();
    return 0;
  }
}
