import { announceMilestonesJob } from './announce-milestones.ts';
import { checkModelsJob } from './check-models.ts';
import { collectReachJob } from './collect-reach.ts';
import type { Job } from './job.ts';
import { postBenchmarkThreadJob } from './post-benchmark-thread.ts';
import { pruneJob } from './prune.ts';
import { weeklyDigestJob } from './weekly-digest.ts';

/** Every job that there is. */
export const ALL_JOBS: readonly Job[] = [
  pruneJob,
  checkModelsJob,
  collectReachJob,
  announceMilestonesJob,
  postBenchmarkThreadJob,
  weeklyDigestJob,
];
