import type { Style } from '../../inference/engines/engine.ts';
import type { ChannelSettings } from '../../store/store.ts';
import { BotError } from './bot-error.ts';
import type { ImageReference, Person, Place, PostedImage, Responder, SentReply } from './bot-port.ts';
import { checkImages } from './check-limits.ts';
import { checkWishes } from './check-wishes.ts';
import type { Context } from './context.ts';
import { describedOf, type ImageOutcome } from './describe-images.ts';
import { describeLive } from './describe-live.ts';
import type { Handling } from './event-desk.ts';
import { hashesOf, keepDescription, whole } from './keep-description.ts';
import type { KnownReply } from './known-replies.ts';
import { noteAsk } from './note-ask.ts';
import { styleOf } from './remembered-settings.ts';
import { descriptionButtons, renderDescriptions } from './render-description.ts';

/** Images that somebody wants described, or that were posted in a watched channel. */
export interface DescriptionJob {
  readonly place: Place;
  readonly requester: Pick<Person, 'id'>;
  /** Whose images they are. */
  readonly author: Pick<Person, 'id'>;
  readonly images: readonly PostedImage[];
  readonly reference: ImageReference;
  /** The channel's unless given. */
  readonly style?: Style;
  /** The first unless given. */
  readonly engine?: string;
  readonly responder: Responder;
  /** By `performance.now()`. */
  readonly receivedAt: number;
  /** Whether images were counted against the limits already. */
  readonly isCounted?: boolean;
  /** Under which the work was noted already, with where to find its images again. */
  readonly workId?: string;
}

/**
 * Describes images and answers with the descriptions.
 *
 * @throws BotError, ImageError, ModelError, InferenceError where nothing could be described
 */
export async function answerDescription(
  context: Context,
  job: DescriptionJob,
  handling: Handling,
): Promise<void> {
  const { bots, engines, replies } = context;
  const { place, requester, author } = job;
  const images = job.images.slice(0, bots.maxImages);
  const leftOut = job.images.length - images.length;
  if (images.length === 0) throw new BotError('no-image', 'There is no image here to describe.');
  const { isKept, settings } = await checkWishes(context, place, requester, author);
  if (!job.isCounted) checkImages(context, requester.id, place, images.length);
  const style = job.style ?? styleOf(settings);
  const engine = job.engine ?? engines[0]!;
  const wanted = { reference: job.reference, style, engine, leftOut };
  handling.offerRetry(async () => {
    const row = newRow(context, job, settings);
    const failure = { row, state: { kind: 'failure', ...wanted }, images: job.images, shown: null } as const;
    // What came with a command cannot be found again: the button works as long as this process does.
    const isFindable = job.reference.kind !== 'once';
    const { isKept } = await checkWishes(context, place, requester, author);
    await replies.put(failure, isKept && isFindable);
    return { action: 'again', target: row.id, label: 'Try again', style: 'primary' };
  });

  const answer = async (workId: string) => {
    const responder = notingWhatStands(context, workId, job.responder);
    const outcomes = await describeLive(context, {
      images,
      style,
      engine,
      isPrivate: false,
      responder,
      receivedAt: job.receivedAt,
      place,
      handling,
    });
    // Somebody may have opted out while the engine worked.
    const { isKept } = await checkWishes(context, place, requester, author);
    const row = newRow(context, job, settings);
    const state = { kind: 'description', ...wanted, textHashes: hashesOf(outcomes) } as const;
    const known: KnownReply = { row, state, images, shown: whole(outcomes) };
    // Remembered before it is shown, since its buttons may be pressed at once. The store is waited for where it failed
    // lately: a button to report what it cannot keep is better left out.
    const storing = replies.put(known, isKept);
    const hasReport = !isKept || context.tryStore.isSound() || (await storing);
    const buttons = descriptionButtons(row.id, style, hasReport);
    const describedAt = performance.now();
    let sent: SentReply;
    try {
      sent = await responder.show(renderDescriptions({ outcomes, leftOut, isPrivate: false, buttons }));
    } catch (error) {
      await storing;
      await context.tryStore('reply', () => replies.delete(row.id));
      throw error;
    }
    const shownAt = performance.now();
    const totalMs = shownAt - job.receivedAt;
    context.metrics.replied(job.place.platform, totalMs);
    logDescription(context, handling, job, outcomes, { showMs: shownAt - describedAt, totalMs });
    const isStored = await storing;
    // A button that was pressed before we heard that it stands has changed or deleted it since.
    if (replies.remembered(row.id) !== known) return;
    const standing = { ...known, row: { ...row, messageId: sent.messageId } };
    await keepDescription(context, standing, isStored, { outcomes, settings, totalMs });
  };
  // Mentions and watched images are noted by whoever saw them, with where to find them again.
  if (job.workId !== undefined) await answer(job.workId);
  else await noteAsk(context, place, requester.id, isKept, answer);
}

/** Notes the message with the sign of work, or with a text that grows, for the case that this process crashes. */
function notingWhatStands({ work }: Context, workId: string, responder: Responder): Responder {
  let noted: string | null = null;
  function note(messageId: string | null): void {
    if (messageId === null || messageId === noted) return;
    noted = messageId;
    void work.stands(workId, messageId);
  }
  responder.sign?.then(note, () => {});
  return {
    async show(reply) {
      const sent = await responder.show(reply);
      if (reply.isGrowing) note(sent.messageId);
      return sent;
    },
    withdraw: () => responder.withdraw(),
  };
}

function newRow(
  { replies, now }: Context,
  job: DescriptionJob,
  { retentionDays }: ChannelSettings,
): KnownReply['row'] {
  const { platform, serverId, channelId } = job.place;
  const createdAt = now();
  return {
    id: replies.newId(),
    platform,
    serverId,
    channelId,
    requesterId: job.requester.id,
    authorId: job.author.id,
    messageId: null,
    createdAt,
    expiresAt: createdAt + retentionDays * 86_400_000,
  };
}

function logDescription(
  { log }: Context,
  { id }: Handling,
  job: DescriptionJob,
  outcomes: readonly ImageOutcome[],
  { showMs, totalMs }: { readonly showMs: number; readonly totalMs: number },
): void {
  const tenth = (ms: number) => Math.round(ms * 10) / 10;
  const described = describedOf(outcomes);
  const fields = {
    id,
    platform: job.place.platform,
    channelId: job.place.channelId,
    images: outcomes.length,
    described: described.length,
    engine: described[0]?.engine,
    engineMs: described.map(({ engineMs }) => engineMs),
    readMs: described.map(({ readMs }) => tenth(readMs)),
    inferenceMs: described.map(({ inferenceMs }) => tenth(inferenceMs)),
    showMs: tenth(showMs),
    totalMs: tenth(totalMs),
  };
  log.info(fields, 'described');
}
