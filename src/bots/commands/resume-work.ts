import { type PostWork, readWork } from './accepted-work.ts';
import { answerDescription } from './answer-description.ts';
import type { PlatformPort } from './bot-port.ts';
import type { Context } from './context.ts';
import { errorFields } from './explain-error.ts';
import { counted } from './shown-text.ts';
import type { WatchMode } from './watch-mode.ts';

/** Work older than this is no longer waited for. */
const MAX_AGE_MS = 900_000;
const MAX_ROWS = 500;

/** Takes up the work that a process before left: does what can still be done, and says so where it cannot. */
export async function resumeWork(context: Context, watch: WatchMode, port: PlatformPort): Promise<void> {
  const { store, log, now, work: workBook, tryStore } = context;
  const rows = await tryStore('pending work', () => store.pending.list(port.platform, MAX_ROWS));
  const interrupted = new Map<string, string[]>();
  const mentions: Promise<void>[] = [];
  for (const { id, work: stored, createdAt, dueAt, personId } of rows?.value ?? []) {
    if (!workBook.claim(id)) continue;
    const work = readWork(stored);
    const isYoung = now() - createdAt <= MAX_AGE_MS;
    if (!work) {
      log.warn({ id }, 'work of an unknown shape is dropped');
      await workBook.done(id);
    } else if (work.kind === 'watch' && isYoung) {
      watch.plan({ id, platform: port.platform, personId, work, dueAt }, port);
    } else if (work.kind === 'mention' && isYoung) {
      mentions.push(answerLate(context, work, id, port));
    } else {
      const { channelId, isMember } = work.kind === 'ask' ? work : work.place;
      // Where the bot is no member it has no way to say so.
      if (isMember) interrupted.set(channelId, [...(interrupted.get(channelId) ?? []), id]);
      else await workBook.done(id);
    }
  }
  if (rows && rows.value.length > 0) {
    log.info(
      { platform: port.platform, rows: rows.value.length, mentions: mentions.length },
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

async function answerLate(context: Context, work: PostWork, id: string, port: PlatformPort): Promise<void> {
  const { place, postId, requesterId, authorId, reference } = work;
  const responder = port.respondIn(place.channelId, postId);
  const [requester, author] = [{ id: requesterId }, { id: authorId }];
  await context.desk.handle({ what: 'mention', person: requester, place, responder }, async handling => {
    const images = await port.findImages(reference, handling.signal);
    const job = { place, requester, author, images, reference, responder, receivedAt: performance.now() };
    await answerDescription(context, { ...job, isNoted: true }, handling);
  });
  await context.work.done(id);
}
