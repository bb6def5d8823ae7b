/**
 * A process with a scheduler on the database that is named, as the service has one: two jobs, of which one may be run
 * again. Each run appends a line to the file when it begins and when it ends. Ends with its standard input.
 */
import { appendFileSync } from 'node:fs';
import { argv, stdin, stdout } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, JobContext } from '../../src/jobs/job.ts';
import { createScheduler } from '../../src/jobs/scheduler.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { SlotPlay } from './play-slots.ts';

const { config, file, from, slots, everyMs, leaseMs } = JSON.parse(argv[2]!) as SlotPlay;
const log = { info: () => {}, warn: console.error, error: console.error };
const store = await openStore(config, { log });

function createJob(name: string, isRepeatable: boolean): Job {
  const note = (what: string, slot: number) =>
    // One write each: lines of several processes do not mix.
    appendFileSync(file, `${JSON.stringify({ what, job: name, slot, pid: process.pid, at: Date.now() })}\n`);
  return {
    ...{ name, summary: '', cron: '* * * * *', timeoutMs: 60_000, lateMs: 600_000, isRepeatable },
    async run({ slot }) {
      note('begin', slot);
      await wait(5 + Math.random() * 20);
      note('end', slot);
    },
  };
}

const schedule = {
  nextAfter(time: number) {
    const index = Math.max(0, Math.floor((time - from) / everyMs) + 1);
    return index < slots ? from + index * everyMs : null;
  },
};
const scheduler = createScheduler({
  scheduled: [
    { job: createJob('once', false), schedule },
    { job: createJob('again', true), schedule },
  ],
  jobs: store.jobs,
  createContext: slot => ({ slot }) as JobContext,
  log,
  leaseMs,
  process: String(process.pid),
});
await scheduler.start();
stdout.write('started');
stdin.resume().on('end', async () => {
  await scheduler.stop(5000);
  await store.close();
});
