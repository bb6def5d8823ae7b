import { openRunFolder } from '../../benchmarks/run-folder.ts';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/store.ts';
import { readLaunchFile } from '../launch-file.ts';
import { applyEdit } from '../thread/apply-edit.ts';
import { checkNumbers } from '../thread/check-numbers.ts';
import { DEFAULT_LIMITS } from '../thread/check-run.ts';
import { type Approvals, createApprovals } from './approvals.ts';

/**
 * Decisions over the threads of a store, by the launch file and with the runs that are kept.
 *
 * @param onAnnounced told when there is something to announce
 */
export function openApprovals(
  { launch, benchmarksFolder }: Pick<Config, 'launch' | 'benchmarksFolder'>,
  store: Store,
  onAnnounced?: () => void,
): Approvals {
  const readPlan = async () => (await readLaunchFile(launch.file)).approval;
  const runs = openRunFolder(benchmarksFolder);
  return createApprovals({
    store,
    readRules: readPlan,
    applyEdit,
    async checkNumbers(row) {
      const { staleDays } = await readPlan();
      const limits = { ...DEFAULT_LIMITS, maxAgeDays: staleDays };
      return await checkNumbers(row, { runs, samples: store.samples, now: Date.now(), limits });
    },
    ...(onAnnounced && { onAnnounced }),
  });
}
