import { untilAborted } from '../inference/until-aborted.ts';
import type { Job } from './job.ts';

export const pruneJob: Job = {
  name: 'prune',
  summary: 'delete what may be kept no longer',
  cron: '17 * * * *',
  timeoutMs: 600_000,
  lateMs: 3_000_000,
  isRepeatable: true,
  async run({ store, now, log }, signal) {
    // In batches that are committed one by one: what is left when the signal comes is the next run's.
    const rows = await untilAborted(store.prune(now()), signal);
    if (rows > 0) log.info({ rows }, 'deleted what may be kept no longer');
  },
};
