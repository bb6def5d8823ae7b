import { setTimeout as wait } from 'node:timers/promises';
import type { PendingRow } from '../../store/store.ts';
import { type PostWork, readWork, type Work } from './accepted-work.ts';
import { answerDescription } from './answer-description.ts';
import type { Platform, PlatformPort } from './bot-port.ts';
import type { Context } from './context.ts';
import { errorFields } from './explain-error.ts';
import { counted } from './shown-text.ts';
import type { WatchMode } from './watch-mode.ts';

/** Work older than this is no longer waited for. */
const MAX_AGE_MS = 900_000;
const MAX_ROWS = 500;

/** Until the store is asked again what was left; it doubles each time. */
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 30_000;

/** What a process before left, once the store tells; nothing where the service is stopped first. */
export async function findLeftWork(context: Context, platform: Platform): Promise<readonly PendingRow[]> {
  const { store, desk, tryStore } = context;
  for (let waitMs = FIRST_RETRY_MS; !desk.isStopping; waitMs = Math.min(MOST_RETRY_MS, waitMs * 2)) {
    const rows = await tryStore('pending work', () => store.pending.list(platform, MAX_ROWS));
    if (rows) return rows.value;
    await wait(waitMs, undefined, { ref: false });
  }
  return [];
}

/** Takes up work that was left: does what can still be done, and says so where it cannot. */
export async function resumeWork(
  context: Context,
  watch: WatchMode,
  port: PlatformPort,
  rows: readonly PendingRow[],
): Promise<void> {
  const { log, now, work: workBook } = context;
  const interrupted = new Map<string, string[]>();
  const mentions: Promise<void>[] = [];
  for (const { id, work: stored, createdAt, dueAt, personId } of rows) {
    if (!workBook.claim(id)) continue;
    const work = readWork(stored);
    if (work) await takeAway(context, work, port);
    const isYoung = now() - createdAt <= MAX_AGE_MS;
    if (!work) {
      log.warn({ id }, 'work of an unknown shape is dropped');
      await workBook.done(id);
    } else if (work.kind === 'watch' && isYoung) {
      watch.plan({ id, platform: port.platform, personId, work, dueAt }, port, 0);
    } else if (work.kind === 'mention' && isYoung) {
      mentions.push(answerLate(context, work, id, port));
    } else {
      const { channelId, isMember } = work.kind === 'ask' ? work : work.place;
      // Where the bot is no member it has no way to say so.
      if (isMember) interrupted.set(channelId, [...(interrupted.get(channelId) ?? []), id]);
      else await workBook.done(id);
    }
  }
  if (rows.length > 0) {
    log.info(
      { platform: port.platform, rows: rows.length, mentions: mentions.length },
      'took up work that was left',
    );
  }
  for (const [channelId, ids] of interrupted) {
    const what = counted(ids.length, 'request');
    const text = `A restart interrupted ${what} here before ${ids.length === 1 ? 'it was' : 'they were'} answered. Please ask again.`;
    try {
      await port
        .respondIn(channelId, null)
        .show({ isPrivate: false, blocks: [{ type: 'text', text }], actions: [] });
    } catch (error) {
      log.warn({ channelId, ...errorFields(error) }, 'a channel could not be told of an interruption');
    }
    for (const id of ids) await workBook.done(id);
  }
  await Promise.all(mentions);
}

/** A sign of work, or half a text, whose process is no more. */
async function takeAway({ log }: Context, work: Work, port: PlatformPort): Promise<void> {
  const channelId = work.kind === 'ask' ? work.channelId : work.place.channelId;
  if (work.standing === undefined) return;
  try {
    await port.deleteMessage(channelId, work.standing);
  } catch (error) {
    log.warn({ channelId, ...errorFields(error) }, 'half a message could not be taken away');
  }
}

async function answerLate(context: Context, work: PostWork, id: string, port: PlatformPort): Promise<void> {
  const { place, postId, requesterId, authorId, reference } = work;
  const responder = port.respondIn(place.channelId, postId);
  const [requester, author] = [{ id: requesterId }, { id: authorId }];
  await context.desk.handle({ what: 'mention', person: requester, place, responder }, async handling => {
    const images = await port.findImages(reference, handling.signal);
    const job = { place, requester, author, images, reference, responder, receivedAt: performance.now() };
    await answerDescription(context, { ...job, workId: id }, handling);
  });
  await context.work.done(id);
}
