import { collectReach } from '../reach/collect-reach.ts';
import { readGoalsFile } from '../reach/goals-file.ts';
import type { Job } from './job.ts';

export const collectReachJob: Job = {
  name: 'collect-reach',
  summary: 'ask Hugging Face, GitHub, X and Reddit for the figures of the goals file',
  cron: '5 * * * *',
  timeoutMs: 600_000,
  // Its samples belong to the hour in which they are taken.
  lateMs: 3_000_000,
  // A sample of an hour is written once, and a value stays.
  isRepeatable: true,
  async run({ goalsFile, reach, gitHubAnswers, store, now, log }, signal) {
    const { subjects } = await readGoalsFile(goalsFile);
    const samples = await collectReach({
      access: reach,
      subjects,
      store: store.samples,
      now,
      signal,
      log,
      gitHubAnswers,
    });
    const values = samples.filter(({ outcome }) => outcome === 'value').length;
    // That a source gives nothing is a sample, too, and no fault of the job.
    log.info({ values, without: samples.length - values }, 'collected reach');
  },
};
