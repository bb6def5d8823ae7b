import type { Config } from '../config/config.ts';
import { NarratorError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { createNumberCheck } from './approval/open-approvals.ts';
import type { LaunchPlan } from './launch-file.ts';
import { announcePosted, announceStopped } from './outbox/announce-end.ts';
import type { OutboxLog, PostingEnd } from './outbox/outbox-options.ts';
import { postThread } from './outbox.ts';
import { createXPoster } from './x/create-x-poster.ts';

export interface OutboxContext {
  readonly config: Pick<Config, 'launch' | 'benchmarksFolder'>;
  readonly plan: LaunchPlan;
  readonly store: Store;
  readonly log: OutboxLog;
  /** Names this process in the audit. */
  readonly process: string;
  readonly now?: () => number;
}

export interface Outbox {
  /**
   * Posts a thread that was approved, and tells the channels how that ended.
   *
   * @throws StoreError; the signal's reason
   */
  post(threadId: string, signal: AbortSignal): Promise<PostingEnd>;
}

/**
 * The outbox as it is set up.
 *
 * @throws NarratorError `posting-off` where the launch file does not let anything be posted, `posting-account` without an
 *   account on X
 */
export function openOutbox({ config, plan, store, log, process, now = Date.now }: OutboxContext): Outbox {
  if (!plan.posting.enabled) {
    throw new NarratorError(
      'posting-off',
      `Posting is off: ${config.launch.file} lets it happen with "posting": { "enabled": true }.`,
    );
  }
  if (config.launch.x === null) {
    throw new NarratorError(
      'posting-account',
      'There is no account to post from: set X_API_KEY, X_API_SECRET, X_ACCESS_TOKEN and X_ACCESS_SECRET.',
    );
  }
  const { launch, announcements } = store;
  const options = {
    ...{ launch, log, process, now, limits: plan.posting },
    x: createXPoster(config.launch.x, { now }),
    checkNumbers: createNumberCheck(config, store),
    onPosted: async (threadId: string, postIds: readonly string[]) => {
      const thread = await launch.thread(threadId);
      if (thread) await announcePosted(announcements, thread, postIds, plan.announce, now());
    },
  };
  return {
    async post(threadId, signal) {
      const end = await postThread(threadId, options, signal);
      if (end.kind === 'stopped') {
        const thread = await launch.thread(threadId);
        if (thread) {
          await announceStopped(announcements, thread, end.reason, plan.approval.channels, now());
        }
      }
      return end;
    },
  };
}
