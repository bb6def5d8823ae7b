import type { AcceptedWork, PostWork } from './accepted-work.ts';
import { answerDescription } from './answer-description.ts';
import { BotError } from './bot-error.ts';
import type { PlatformPort, PostedImage } from './bot-port.ts';
import { takeImages } from './check-limits.ts';
import { checkWishes } from './check-wishes.ts';
import type { Context } from './context.ts';
import { narrowReference } from './reply-state.ts';
import { mentionId } from './see-post.ts';

/** Posts that wait for their grace period, or for their turn. */
const MAX_WAITING = 2000;
/** How long a post waits for its turn under the limits. */
const MAX_TURN_MS = 300_000;

export interface WatchMode {
  /** Describes the images when the work is due. */
  plan(accepted: AcceptedWork, port: PlatformPort): void;
  /** What still waits is left in the store, for the next process. */
  stop(): void;
}

/** Describes images in watched channels that have no alt text when their author had time to add one. */
export function createWatchMode(context: Context): WatchMode {
  const { log, work: workBook, desk, now } = context;
  const waiting = new Map<string, NodeJS.Timeout>();

  function plan(accepted: AcceptedWork, port: PlatformPort, giveUpAt = accepted.dueAt + MAX_TURN_MS): void {
    const { id, work, dueAt } = accepted;
    if (work.kind !== 'watch') return;
    if (desk.isStopping) {
      workBook.leave(id);
      return;
    }
    if (waiting.size >= MAX_WAITING) {
      log.warn({ id, waiting: waiting.size }, 'too many watched images wait: this one is left out');
      void workBook.done(id);
      return;
    }
    const timer = setTimeout(
      () => {
        waiting.delete(id);
        void describeWatched(accepted, work, port, giveUpAt);
      },
      Math.max(0, dueAt - now()),
    );
    waiting.set(id, timer);
  }

  async function describeWatched(
    accepted: AcceptedWork,
    work: PostWork,
    port: PlatformPort,
    giveUpAt: number,
  ): Promise<void> {
    const { place, requesterId, authorId, postId } = work;
    const [requester, author] = [{ id: requesterId }, { id: authorId }];
    const receivedAt = performance.now();
    let isDone = true;
    await desk.handle({ what: 'watch', person: requester, place, responder: null }, async handling => {
      try {
        // The author, or somebody, has asked for it meanwhile.
        if (workBook.isClaimed(mentionId({ id: postId, place }))) return;
        if (!context.settings.isWatched(place)) return;
        const { isKept } = await checkWishes(context, place, requester, author);
        if (!isKept)
          throw new BotError('opted-out', 'Its author opted out, or it is not known whether they did.');
        const images = await findBare(port, work, handling.signal);
        if (images.length === 0) return;
        const waitMs = takeImages(context, authorId, place, Math.min(images.length, context.bots.maxImages));
        if (waitMs > 0 && now() + waitMs > giveUpAt) {
          log.warn(
            { id: handling.id, postId, channelId: place.channelId },
            'a watched image waited too long for its turn',
          );
          return;
        }
        if (waitMs > 0) {
          isDone = false;
          plan({ ...accepted, dueAt: now() + waitMs }, port, giveUpAt);
          return;
        }
        const reference = narrowReference(
          work.reference,
          images.map(({ id }) => id),
        );
        const responder = port.respondIn(place.channelId, postId);
        const job = { place, requester, author, images, reference, responder, receivedAt };
        await answerDescription(context, { ...job, isCounted: true, isNoted: true }, handling);
      } catch (error) {
        // Stopped in the middle: the next process goes on with it.
        isDone = !handling.signal.aborted;
        throw error;
      } finally {
        if (isDone) await workBook.done(accepted.id);
        else if (handling.signal.aborted) workBook.leave(accepted.id);
      }
    });
  }

  return {
    plan,
    stop() {
      for (const [id, timer] of waiting) {
        clearTimeout(timer);
        workBook.leave(id);
      }
      waiting.clear();
    },
  };
}

/** The images as they are now, without those that have alt text by now or are gone. */
async function findBare(
  port: PlatformPort,
  { reference }: PostWork,
  signal: AbortSignal,
): Promise<PostedImage[]> {
  try {
    const images = await port.findImages(reference, signal);
    return images.filter(({ altText }) => !altText?.trim());
  } catch (error) {
    if (error instanceof BotError && error.code === 'image-gone') return [];
    throw error;
  }
}
