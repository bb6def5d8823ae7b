import { XFault } from '../x/x-fault.ts';
import type { OwnPost } from '../x/x-poster.ts';
import { PostingEnded, stopFor } from './outbox-options.ts';
import { type Posting, pause, waitUntil } from './posting.ts';

export interface Wanted {
  readonly text: string;
  readonly replyTo: string | null;
  /** When it was sent first. */
  readonly sentAt: number;
}

/** Looks with an answer that are needed before a post is taken not to be there. */
const LEAST_LOOKS = 3;
const MOST_LIMITS = 3;

/**
 * Looks for a post of ours whose outcome is unknown, several times over some minutes, since a timeline may lag.
 *
 * @returns its id; null where it is surely not there
 * @throws PostingEnded `put-off` where X did not answer often enough to know, or `stopped`; the signal's reason
 */
export async function findOwnPost(posting: Posting, wanted: Wanted): Promise<string | null> {
  const { options, times, signal } = posting;
  let looks = 0;
  let limits = 0;
  let isLastClean = false;
  for (let turn = 0; turn < times.lookWaitsMs.length; ) {
    await pause(times.lookWaitsMs[turn]!, signal);
    try {
      const posts = await options.x.ownPosts(wanted.sentAt - times.clockSkewMs, signal);
      const found = posts.find(post => isWanted(post, wanted, posting));
      if (found) return found.id;
      looks++;
      isLastClean = true;
    } catch (error) {
      if (!(error instanceof XFault)) throw error;
      isLastClean = false;
      options.log.warn({ thread: posting.threadId, err: error }, 'our own posts could not be looked at');
      if (error.code === 'x-limited' && limits < MOST_LIMITS) {
        limits++;
        await waitUntil(posting, error.until ?? 0, error.message);
        continue;
      }
      if (error.code === 'x-account' || error.code === 'x-refused') {
        throw stopFor(
          `Whether a part stands is unknown, and our own posts cannot be looked at. ${error.message}`,
        );
      }
    }
    turn++;
  }
  if (looks >= Math.min(LEAST_LOOKS, times.lookWaitsMs.length) && isLastClean) return null;
  throw new PostingEnded({
    kind: 'put-off',
    reason: 'Whether a part stands is unknown, since X does not show us our posts. It is looked up again.',
    until: posting.now() + times.putOffMs,
  });
}

function isWanted(post: OwnPost, { text, replyTo }: Wanted, { parts }: Posting): boolean {
  if (parts.some(({ postId }) => postId === post.id)) return false;
  if (!post.says(text)) return false;
  if (post.replyTo !== undefined) return post.replyTo === replyTo;
  // X does not say what it answers: that it is of our conversation is said by the first part's id.
  return replyTo !== null && post.conversation !== undefined && post.conversation === parts[0]?.postId;
}
