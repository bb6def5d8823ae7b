import { randomUUID } from 'node:crypto';
import { keepLease } from '../keep-lease.ts';
import type { ThreadPartRow, ThreadRow } from '../store/launch-store.ts';
import { OUTBOX_TIMES, type OutboxOptions, type PostingEnd, PostingEnded } from './outbox/outbox-options.ts';
import { postPart } from './outbox/post-part.ts';
import { type Posting, verifyApproval } from './outbox/posting.ts';

/**
 * Posts a thread that was approved and is due, or goes on where another process left it: part by part, each once. What it
 * ends with is stored; a process that dies on the way leaves a lease, after which the next call goes on.
 *
 * @throws StoreError where the store is away: nothing is lost, it goes on after the lease; the signal's reason
 */
export async function postThread(
  threadId: string,
  options: OutboxOptions,
  signal: AbortSignal,
): Promise<PostingEnd> {
  const { launch, now = Date.now, log } = options;
  const times = { ...OUTBOX_TIMES, ...options.times };
  signal.throwIfAborted();
  const holder = `${options.process}:${randomUUID().slice(0, 8)}`;
  const thread = await launch.take(threadId, holder, times.leaseMs, now());
  if (thread === null)
    return { kind: 'not-taken', reason: whyNotTaken(await launch.thread(threadId), now()) };
  const ours = new AbortController();
  const ended = new AbortController();
  const renewing = keepLease(
    {
      leaseMs: times.leaseMs,
      renew: ms => launch.renew(threadId, holder, ms),
      onError: error =>
        log.warn({ thread: threadId, err: error }, 'the lease of a thread could not be renewed'),
      // Let go of: another process may go on with it.
      onLost: () => ours.abort(new PostingEnded({ kind: 'lost' })),
    },
    ended.signal,
  );
  const either = AbortSignal.any([signal, ours.signal]);
  let end: PostingEnd;
  try {
    end = await postParts(thread, { options, times, now, threadId, holder, signal: either });
  } catch (error) {
    if (error instanceof PostingEnded) end = error.end;
    else if (signal.aborted) {
      // Not to wait for the lease: whoever comes next goes on at once.
      await launch.putOff(threadId, holder, now(), 'The program that posted it was told to end.', now());
      throw signal.reason;
    } else throw error;
  } finally {
    ended.abort();
    await renewing;
  }
  return await settle(end, options, { threadId, holder }, now, log);
}

type Held = Pick<Posting, 'threadId' | 'holder'>;

async function settle(
  end: PostingEnd,
  { launch }: OutboxOptions,
  { threadId, holder }: Held,
  now: () => number,
  log: OutboxOptions['log'],
): Promise<PostingEnd> {
  let isOurs = true;
  if (end.kind === 'posted') isOurs = await launch.finish(threadId, holder, 'posted', null, now());
  if (end.kind === 'stopped') isOurs = await launch.finish(threadId, holder, 'stopped', end.reason, now());
  if (end.kind === 'put-off') isOurs = await launch.putOff(threadId, holder, end.until, end.reason, now());
  log.info({ thread: threadId, ...end }, `posting a thread ended: ${end.kind}`);
  // All parts stand, whoever says so.
  return isOurs || end.kind === 'posted' ? end : { kind: 'lost' };
}

async function postParts(thread: ThreadRow, held: Omit<Posting, 'content' | 'parts'>): Promise<PostingEnd> {
  const { options, threadId, signal } = held;
  verifyApproval(thread);
  const { content } = thread;
  const stored = await options.launch.parts(threadId);
  const parts = content.parts.map(
    (_, position): ThreadPartRow =>
      stored.find(part => part.position === position) ?? {
        ...{ threadId, position, state: 'waiting', postId: null, mediaIds: [], sentAt: null },
      },
  );
  // Once the first part is out, the rest belongs to it: a run that became stale since does not cut it off.
  if (parts.every(({ state }) => state === 'waiting')) {
    const faults = await options.checkNumbers(thread, signal);
    if (faults.length > 0) {
      const reason = `Its numbers do not stand any more. ${faults.join(' ')} Draft it anew.`;
      throw new PostingEnded({ kind: 'stopped', reason });
    }
  }
  const posting: Posting = { ...held, content, parts };
  const postIds: string[] = [];
  for (const position of content.parts.keys()) {
    signal.throwIfAborted();
    postIds.push(await postPart(posting, position, postIds.at(-1) ?? null));
  }
  await options.onPosted?.(threadId, postIds);
  return { kind: 'posted', postIds };
}

function whyNotTaken(thread: ThreadRow | null, now: number): string {
  if (thread === null) return 'There is no such thread.';
  const { state, approval, contentHash, postAt } = thread;
  if (state === 'posting') return 'Another process is posting it.';
  if (state !== 'approved') return `It is ${state === 'draft' ? 'a draft that nobody approved yet' : state}.`;
  if (approval?.contentHash !== contentHash) return 'What is stored is not what was approved.';
  if (postAt !== null && postAt > now)
    return `It is not to be posted before ${new Date(postAt).toISOString()}.`;
  return 'Another process just had it.';
}
