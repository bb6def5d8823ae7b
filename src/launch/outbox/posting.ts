import { setTimeout as wait } from 'node:timers/promises';
import type { ThreadPartRow, ThreadRow } from '../../store/launch-store.ts';
import { hashContent } from '../thread/hash-content.ts';
import type { ThreadContent } from '../thread/thread.ts';
import { type OutboxOptions, type OutboxTimes, PostingEnded, stopFor } from './outbox-options.ts';

/** A thread that this process holds, while it posts it. */
export interface Posting {
  readonly options: OutboxOptions;
  readonly times: OutboxTimes;
  readonly now: () => number;
  readonly threadId: string;
  readonly holder: string;
  /** What was approved: verified as it was taken. */
  readonly content: ThreadContent;
  /** What is known of each part, as it is stored. */
  readonly parts: ThreadPartRow[];
  /** Aborted where the process is to end, or the thread is ours no longer. */
  readonly signal: AbortSignal;
}

/**
 * Stores what is known of a part, before anything else happens.
 *
 * @throws PostingEnded `lost` where the thread is ours no longer
 */
export async function keep(posting: Posting, part: ThreadPartRow): Promise<ThreadPartRow> {
  const { options, holder, parts } = posting;
  if (!(await options.launch.putPart(part, holder))) throw new PostingEnded({ kind: 'lost' });
  parts[part.position] = part;
  return part;
}

/**
 * Reads the thread anew and gives its content, if that is to the byte what was approved.
 *
 * @throws PostingEnded `lost`, `stopped`
 */
export async function readApproved({
  options,
  threadId,
}: Pick<Posting, 'options' | 'threadId'>): Promise<ThreadContent> {
  const thread = await options.launch.thread(threadId);
  if (thread?.state !== 'posting') throw new PostingEnded({ kind: 'lost' });
  verifyApproval(thread);
  return thread.content;
}

/** @throws PostingEnded `stopped` where the content is not what was approved */
export function verifyApproval({ content, contentHash, approval }: ThreadRow): void {
  const hash = hashContent(content);
  if (approval !== null && hash === approval.contentHash && contentHash === hash) return;
  throw stopFor(
    `What is stored is not what was approved: its hash is ${hash.slice(0, 12)}, approved was ${approval?.contentHash.slice(0, 12) ?? 'nothing'}. Find out who changed the database; then draft the thread anew.`,
  );
}

/** @throws the signal's reason */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/**
 * Waits until a moment, or ends the posting for now where that is too far away.
 *
 * @throws PostingEnded `put-off`; the signal's reason
 */
export async function waitUntil(posting: Posting, until: number, reason: string): Promise<void> {
  const { now, times, signal } = posting;
  const ms = until - now();
  if (ms > times.longestWaitMs) throw new PostingEnded({ kind: 'put-off', reason, until });
  if (ms > 0) await pause(ms, signal);
}
