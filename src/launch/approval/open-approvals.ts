import { openRunFolder } from '../../benchmarks/run-folder.ts';
import type { Config } from '../../config/config.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import type { Store } from '../../store/store.ts';
import { readLaunchFile } from '../launch-file.ts';
import { applyEdit } from '../thread/apply-edit.ts';
import { checkNumbers } from '../thread/check-numbers.ts';
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
  return createApprovals({
    store,
    readRules: async () => (await readLaunchFile(launch.file)).approval,
    applyEdit,
    checkNumbers: createNumberCheck({ launch, benchmarksFolder }, store),
    ...(onAnnounced && { onAnnounced }),
  });
}

/** Looks up what a thread says, by the launch file as it is then. */
export function createNumberCheck(
  { launch, benchmarksFolder }: Pick<Config, 'launch' | 'benchmarksFolder'>,
  { samples }: Pick<Store, 'samples'>,
): (row: ThreadRow) => Promise<string[]> {
  const runs = openRunFolder(benchmarksFolder);
  return async row => {
    const limits = (await readLaunchFile(launch.file)).approval;
    return await checkNumbers(row, { runs, samples, now: Date.now(), limits });
  };
}
