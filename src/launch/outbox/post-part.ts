import type { ThreadPartRow } from '../../store/launch-store.ts';
import { XFault } from '../x/x-fault.ts';
import { checkCaps } from './await-limits.ts';
import { findOwnPost } from './find-own-post.ts';
import { stopFor } from './outbox-options.ts';
import { keep, type Posting, pause, readApproved, waitUntil } from './posting.ts';
import { uploadPictures } from './upload-pictures.ts';

/** Sends of one part in one posting, with a look-up between them where the outcome was unknown. */
const MOST_SENDS = 4;
const MOST_LIMITS = 3;

/**
 * Has one part stand on X, and once: whatever is unknown is looked up before anything is sent, and everything that is known
 * is stored before the next step.
 *
 * @param replyTo X's id of the part before; null for the first one
 * @returns X's id of the post
 * @throws PostingEnded; StoreError; the signal's reason
 */
export async function postPart(posting: Posting, position: number, replyTo: string | null): Promise<string> {
  const { options, times, now, signal, content } = posting;
  const { text } = content.parts[position]!;
  // Of an earlier process: X may have forgotten them since.
  let hasOldPictures = posting.parts[position]!.mediaIds.length > 0;
  let limits = 0;
  let retries = 0;
  for (let sends = 0; ; sends++) {
    let part = posting.parts[position]!;
    if (part.state === 'posted') return part.postId!;
    if (part.state !== 'waiting') {
      const found = await findOwnPost(posting, { text, replyTo, sentAt: part.sentAt! });
      if (found !== null) return await adopt(posting, part, found);
      options.log.info(
        { thread: posting.threadId, part: position + 1 },
        'a part that was sent does not stand',
      );
    }
    if (sends >= MOST_SENDS) {
      throw stopFor(`Part ${position + 1} was sent ${sends} times, and X never said whether it stands.`);
    }
    await checkCaps(posting);
    part = await uploadPictures(posting, part, content.parts[position]!);
    // Last of all before it goes out, and what goes out is what was verified.
    const approved = (await readApproved(posting)).parts[position]!;
    const wasUnknown = part.sentAt !== null;
    part = await keep(posting, { ...part, state: 'sending', sentAt: part.sentAt ?? now() });
    try {
      const { id, nextAt } = await options.x.send(
        { text: approved.text, mediaIds: part.mediaIds, replyTo },
        signal,
      );
      await keep(posting, { ...part, state: 'posted', postId: id });
      options.log.info({ thread: posting.threadId, part: position + 1, post: id }, 'a part stands');
      const isLast = position === content.parts.length - 1;
      if (nextAt !== null && !isLast) await waitUntil(posting, nextAt, 'X lets us post no more for now.');
      return id;
    } catch (error) {
      const isUnsent = signal.aborted && error === signal.reason;
      if (!(error instanceof XFault) && !isUnsent) throw error;
      options.log.warn({ thread: posting.threadId, part: position + 1, err: error }, 'a part was not posted');
      if (error instanceof XFault && (error.code === 'x-unknown' || error.code === 'x-duplicate')) {
        part = await keep(posting, { ...part, state: 'unknown' });
        if (error.code === 'x-unknown') continue;
        const found = await findOwnPost(posting, { text, replyTo, sentAt: part.sentAt! });
        if (found !== null) return await adopt(posting, part, found);
        throw stopFor(
          `X has a post with the text of part ${position + 1} already, and it is not one of this thread. Look at the account: either that post is to go, or the text has to be another.`,
        );
      }
      // Surely not posted: nothing more is known, or unknown, than before.
      part = await keep(
        posting,
        wasUnknown ? { ...part, state: 'unknown' } : { ...part, state: 'waiting', sentAt: null },
      );
      if (!(error instanceof XFault)) throw error;
      if (error.code === 'x-limited' && limits < MOST_LIMITS) {
        limits++;
        sends--;
        await waitUntil(posting, error.until ?? 0, error.message);
      } else if (error.code === 'x-unavailable' && retries < times.retryWaitsMs.length) {
        await pause(times.retryWaitsMs[retries++]!, signal);
      } else if (error.code === 'x-refused' && hasOldPictures) {
        hasOldPictures = false;
        await keep(posting, { ...part, mediaIds: [] });
      } else {
        throw stopFor(`X did not take part ${position + 1}. ${error.message}`);
      }
    }
  }
}

async function adopt(posting: Posting, part: ThreadPartRow, postId: string): Promise<string> {
  await keep(posting, { ...part, state: 'posted', postId });
  posting.options.log.info(
    { thread: posting.threadId, part: part.position + 1, post: postId },
    'a part of unknown outcome was found among our posts',
  );
  return postId;
}
