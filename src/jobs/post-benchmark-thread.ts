import { readLaunchFile } from '../launch/launch-file.ts';
import { openOutbox } from '../launch/open-outbox.ts';
import type { Job } from './job.ts';
import { nameProcess } from './scheduler.ts';

/** Of one run; the others wait for the next. */
const MOST_THREADS = 10;

export const postBenchmarkThreadJob: Job = {
  name: 'post-benchmark-thread',
  summary: 'post the threads that were approved and are due, and go on with those that were left half way',
  cron: '*/5 * * * *',
  timeoutMs: 900_000,
  lateMs: 1_200_000,
  // What is out is known part by part, and what is unknown is looked up.
  isRepeatable: true,
  async run({ launch, benchmarksFolder, store, now, log }, signal) {
    const due = await store.launch.due(now(), MOST_THREADS);
    if (due.length === 0) return;
    const plan = await readLaunchFile(launch.file);
    if (!plan.posting.enabled) {
      log.info({ threads: due }, 'threads are approved and due, and posting is off in the launch file');
      return;
    }
    const config = { launch, benchmarksFolder };
    const outbox = openOutbox({ config, plan, store, log, now, process: nameProcess() });
    for (const id of due) {
      signal.throwIfAborted();
      await outbox.post(id, signal);
    }
  },
};
