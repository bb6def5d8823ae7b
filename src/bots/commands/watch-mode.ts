import { StoreError } from '../../store/store-error.ts';
import type { AcceptedWork, PostWork } from './accepted-work.ts';
import { answerDescription } from './answer-description.ts';
import { BotError } from './bot-error.ts';
import type { Place, PlatformPort, PostedImage, Responder } from './bot-port.ts';
import { takeImages } from './check-limits.ts';
import { checkWishes } from './check-wishes.ts';
import type { Context } from './context.ts';
import { errorFields, explainError } from './explain-error.ts';
import { narrowReference } from './reply-state.ts';
import { mentionId } from './see-post.ts';

/** Posts that wait for their grace period, or for their turn. */
const MAX_WAITING = 2000;
/** How long a post waits: for its turn under the limits, or for a fault to pass. */
const MAX_TURN_MS = 300_000;
/** After a fault that may pass: nobody asked, so that nobody would try again. It doubles each time. */
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 15_000;

export interface WatchMode {
  /**
   * Describes the images when the work is due.
   *
   * @param noticedMs from the event until now; 0 where that is not known
   */
  plan(accepted: AcceptedWork, port: PlatformPort, noticedMs: number): void;
  /** What still waits is left in the store, for the next process. */
  stop(): void;
}

/** A post with what became of it so far. */
interface Waiting {
  readonly accepted: AcceptedWork;
  readonly work: PostWork;
  readonly port: PlatformPort;
  readonly giveUpAt: number;
  /** Counts as time until the reply; the wait for the author's alt text does not. */
  readonly noticedMs: number;
  /** How often it failed. */
  readonly failures: number;
  /** Whether its images were counted against the limits. */
  readonly isCounted: boolean;
}

/** Describes images in watched channels that have no alt text when their author had time to add one. */
export function createWatchMode(context: Context): WatchMode {
  const { log, work: workBook, desk, now } = context;
  const timers = new Map<string, NodeJS.Timeout>();

  function schedule(post: Waiting, dueAt: number): void {
    const { id } = post.accepted;
    if (desk.isStopping) {
      workBook.leave(id);
      return;
    }
    if (timers.size >= MAX_WAITING) {
      log.warn({ id, waiting: timers.size }, 'too many watched images wait: this one is left out');
      void workBook.done(id);
      return;
    }
    const timer = setTimeout(
      () => {
        timers.delete(id);
        void describeWatched(post);
      },
      Math.max(0, dueAt - now()),
    );
    timers.set(id, timer);
  }

  async function describeWatched(post: Waiting): Promise<void> {
    const { accepted, work, port } = post;
    const { place, requesterId, authorId, postId } = work;
    const receivedAt = performance.now() - post.noticedMs;
    let responder: Responder | undefined;
    const event = { what: 'watch', person: { id: requesterId }, place, responder: null };
    let { isCounted, failures } = post;
    /** Stopped in the middle: the next process goes on with it. */
    let isLeft = false;
    /** When it is looked at again. */
    let nextAt: number | null = null;
    await desk.handle(event, async handling => {
      try {
        // The author, or somebody, has asked for it meanwhile.
        if (workBook.isClaimed(mentionId({ id: postId, place }))) return;
        if (!context.settings.isWatched(place)) return;
        await checkAuthor(context, place, authorId);
        const images = await findBare(port, work, handling.signal);
        if (images.length === 0) return;
        const waitMs = isCounted
          ? 0
          : takeImages(context, authorId, place, Math.min(images.length, context.bots.maxImages));
        if (waitMs > 0) {
          nextAt = nextTurn(post, waitMs);
          return;
        }
        isCounted = true;
        const reference = narrowReference(
          work.reference,
          images.map(({ id }) => id),
        );
        const [requester, author] = [{ id: requesterId }, { id: authorId }];
        responder = port.respondIn(place.channelId, postId);
        const job = { place, requester, author, images, reference, responder, receivedAt };
        await answerDescription(context, { ...job, isCounted, workId: accepted.id }, handling);
      } catch (error) {
        // A text that was growing must not stay as it is.
        await responder
          ?.withdraw()
          .catch(cause => log.warn(errorFields(cause), 'a text could not be withdrawn'));
        const retryMs = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++);
        isLeft = handling.signal.aborted;
        if (!isLeft && explainError(error).mayPass) nextAt = nextTurn(post, retryMs);
        throw error;
      } finally {
        if (isLeft) workBook.leave(accepted.id);
        else if (nextAt === null) await workBook.done(accepted.id);
      }
    });
    if (nextAt !== null) schedule({ ...post, isCounted, failures }, nextAt);
  }

  /** Null where it has waited long enough. */
  function nextTurn({ work, giveUpAt }: Waiting, waitMs: number): number | null {
    if (now() + waitMs <= giveUpAt) return now() + waitMs;
    const { postId, place } = work;
    log.warn({ postId, channelId: place.channelId }, 'a watched image has waited too long and is left out');
    return null;
  }

  return {
    plan(accepted, port, noticedMs) {
      const { work, dueAt } = accepted;
      if (work.kind !== 'watch') return;
      const giveUpAt = Math.max(dueAt, now()) + MAX_TURN_MS;
      schedule({ accepted, work, port, giveUpAt, noticedMs, failures: 0, isCounted: false }, dueAt);
    },
    stop() {
      for (const [id, timer] of timers) {
        clearTimeout(timer);
        workBook.leave(id);
      }
      timers.clear();
    },
  };
}

/**
 * Nobody asked: where the author opted out, their pictures are left alone, and where that is not known they wait.
 *
 * @throws BotError `no-bots`, `opted-out`; StoreError `store-unavailable`
 */
async function checkAuthor(context: Context, place: Place, authorId: string): Promise<void> {
  const author = { id: authorId };
  if ((await checkWishes(context, place, author, author)).isKept) return;
  if (await context.settings.hasOptedOut(place.platform, authorId))
    throw new BotError('opted-out', 'Its author opted out.');
  throw new StoreError('store-unavailable', 'It is not known whether its author opted out.');
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
