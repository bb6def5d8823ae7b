import type { ThreadPartRow } from '../../store/launch-store.ts';
import { XFault } from '../x/x-fault.ts';
import type { SentPost } from '../x/x-poster.ts';
import { checkCaps } from './check-caps.ts';
import { findOwnPost } from './find-own-post.ts';
import { PostingEnded, stopFor } from './outbox-options.ts';
import { keep, type Posting, pause, readApproved, waitUntil } from './posting.ts';
import { uploadPictures } from './upload-pictures.ts';

/** Sends of one part that end unknown, in one posting; each is looked up before the next. */
const MOST_UNKNOWN = 3;
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
  const { options, times, now, signal, content, parts, threadId } = posting;
  const { text } = content.parts[position]!;
  const about = { thread: threadId, part: position + 1 };
  // Of an earlier process: X may have forgotten them since.
  let hasOldPictures = parts[position]!.mediaIds.length > 0;
  const tries = { unknown: 0, limited: 0, unavailable: 0 };
  for (;;) {
    const known = parts[position]!;
    if (known.state === 'posted') return known.postId!;
    if (known.state !== 'waiting') {
      const found = await findOwnPost(posting, { text, replyTo, sentAt: known.sentAt! });
      if (found !== null) {
        await keep(posting, { ...known, state: 'posted', postId: found });
        options.log.info({ ...about, post: found }, 'a part of unknown outcome was found among our posts');
        return found;
      }
      if (tries.unknown >= MOST_UNKNOWN) {
        throw stopFor(
          `Part ${position + 1} was sent ${tries.unknown} times, and X neither said that it stands nor shows it. Look at the account.`,
        );
      }
      options.log.info(about, 'a part that was sent does not stand');
    }
    await checkCaps(posting);
    const ready = await uploadPictures(posting, known, content.parts[position]!);
    const answer = await sendOnce(posting, ready, replyTo);
    if (!(answer instanceof XFault)) {
      options.log.info({ ...about, post: answer.id }, 'a part stands');
      const isLast = position === content.parts.length - 1;
      if (answer.nextAt !== null && !isLast) {
        await waitUntil(posting, answer.nextAt, 'X lets us post no more for now.');
      }
      return answer.id;
    }
    options.log.warn({ ...about, err: answer }, 'a part was not posted, as far as is known');
    switch (answer.code) {
      case 'x-unknown':
        tries.unknown++;
        break;
      case 'x-duplicate': {
        const found = await findOwnPost(posting, { text, replyTo, sentAt: parts[position]!.sentAt! });
        if (found === null) {
          throw stopFor(
            `X says that it has the text of part ${position + 1} already, and shows no post that would be that part. Look at the account: if the part stands there, it is found once the thread is resumed; else the other post has to go, or the text has to be another.`,
          );
        }
        await keep(posting, { ...parts[position]!, state: 'posted', postId: found });
        return found;
      }
      case 'x-limited':
        if (++tries.limited > MOST_LIMITS) {
          throw new PostingEnded({ kind: 'put-off', reason: answer.message, until: now() + times.putOffMs });
        }
        await waitUntil(posting, answer.until ?? 0, answer.message);
        break;
      case 'x-unavailable': {
        const ms = times.retryWaitsMs[tries.unavailable++];
        if (ms === undefined) {
          throw new PostingEnded({ kind: 'put-off', reason: answer.message, until: now() + times.putOffMs });
        }
        await pause(ms, signal);
        break;
      }
      case 'x-account':
      case 'x-refused':
        if (answer.code === 'x-account' || !hasOldPictures) {
          throw stopFor(`X did not take part ${position + 1}. ${answer.message}`);
        }
        hasOldPictures = false;
        await keep(posting, { ...parts[position]!, mediaIds: [] });
    }
  }
}

/**
 * Sends a part, with what is known of it stored before and after.
 *
 * @returns what X said, or the fault: the part is `unknown` after `x-unknown` and `x-duplicate`, else as unknown as before
 */
async function sendOnce(
  posting: Posting,
  part: ThreadPartRow,
  replyTo: string | null,
): Promise<SentPost | XFault> {
  const { options, now, signal } = posting;
  // Last of all before it goes out, and what goes out is what was verified.
  const approved = await readApproved(posting);
  const { text } = approved.parts[part.position]!;
  // Of several sends the first counts: any of them may be the one that stands.
  const sending = await keep(posting, { ...part, state: 'sending', sentAt: part.sentAt ?? now() });
  // Surely not posted: no more is known, or unknown, than before.
  const unsent: ThreadPartRow =
    part.sentAt === null ? { ...part, state: 'waiting' } : { ...part, state: 'unknown' };
  let answer: SentPost | XFault;
  try {
    answer = await options.x.send({ text, mediaIds: part.mediaIds, replyTo }, signal);
  } catch (error) {
    // The signal came before anything was sent.
    if (!(error instanceof XFault)) {
      if (signal.aborted) await keep(posting, unsent);
      throw error;
    }
    answer = error;
  }
  if (!(answer instanceof XFault)) await keep(posting, { ...sending, state: 'posted', postId: answer.id });
  else if (['x-unknown', 'x-duplicate'].includes(answer.code)) {
    await keep(posting, { ...sending, state: 'unknown' });
  } else await keep(posting, unsent);
  return answer;
}
