import type { Style } from '../../inference/engines/engine.ts';
import { STYLES } from '../../inference/engines/engine.ts';
import type { ChannelSettings, DescriptionRow } from '../../store/store.ts';
import { BotError } from './bot-error.ts';
import type { ImageReference, Person, Place, PostedImage, Responder, SentReply } from './bot-port.ts';
import { checkImages } from './check-limits.ts';
import type { Context } from './context.ts';
import { describedOf, type ImageOutcome, requireOne } from './describe-images.ts';
import type { DescribedImage } from './described-image.ts';
import type { Handling } from './event-desk.ts';
import { errorFields } from './explain-error.ts';
import type { KnownReply } from './known-replies.ts';
import { createLiveReply } from './live-reply.ts';
import { noteAsk } from './note-ask.ts';
import { wantsNoBots } from './remembered-settings.ts';
import { descriptionButtons, renderDescriptions, renderGrowing } from './render-description.ts';
import type { Reply } from './reply.ts';
import { hashText } from './reply-state.ts';

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
  readonly isFresh?: boolean;
  readonly responder: Responder;
  /** By `performance.now()`. */
  readonly receivedAt: number;
  /** Whether images were counted against the limits already. */
  readonly isCounted?: boolean;
  /** Whether the work was noted already, with where to find its images again. */
  readonly isNoted?: boolean;
}

/** What may be kept of a description of this author's images for this requester. */
export interface Keeping {
  readonly isKept: boolean;
  readonly settings: ChannelSettings;
}

/**
 * Checks that these images may be described there. People who opted out can still ask, about their own images too.
 *
 * @throws BotError `no-bots`, `opted-out`
 */
export async function checkWishes(
  { settings }: Context,
  place: Place,
  requester: Pick<Person, 'id'>,
  author: Pick<Person, 'id'>,
): Promise<Keeping> {
  if (wantsNoBots(place.topic)) {
    throw new BotError(
      'no-bots',
      'This channel asks bots to leave its pictures alone (it says so in its topic), so nothing is described here.',
    );
  }
  const [ofChannel, requesterIsOut, authorIsOut] = await Promise.all([
    settings.channel(place),
    settings.hasOptedOut(place.platform, requester.id),
    settings.hasOptedOut(place.platform, author.id),
  ]);
  if (authorIsOut && author.id !== requester.id) {
    throw new BotError(
      'opted-out',
      'Whoever posted this picture has asked not to have their pictures described. Please respect that.',
    );
  }
  // Not known is treated as a wish: nothing is kept.
  return { isKept: requesterIsOut === false && authorIsOut === false, settings: ofChannel };
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

  const answer = async () => {
    const { outcomes, finish } = await describeLive(context, {
      images,
      style,
      engine,
      isFresh: job.isFresh,
      isPrivate: false,
      responder: job.responder,
      receivedAt: job.receivedAt,
      place,
      handling,
    });
    // Somebody may have opted out while the engine worked.
    const { isKept } = await checkWishes(context, place, requester, author);
    const row = newRow(context, job, settings);
    const state = { kind: 'description', ...wanted, textHashes: hashesOf(outcomes) } as const;
    const known: KnownReply = { row, state, images, shown: whole(outcomes) };
    // Before it is shown: its buttons may be pressed at once.
    const isStored = await replies.put(known, isKept);
    const buttons = descriptionButtons(row.id, style, isStored || !isKept);
    let sent: SentReply;
    try {
      sent = await finish(renderDescriptions({ outcomes, leftOut, isPrivate: false, buttons }));
    } catch (error) {
      await context.tryStore('reply', () => replies.delete(row.id));
      throw error;
    }
    logDescription(context, handling, job, outcomes);
    const standing = { ...known, row: { ...row, messageId: sent.messageId } };
    await keep(context, standing, isStored, { outcomes, settings, receivedAt: job.receivedAt });
  };
  // Mentions and watched images are noted by whoever saw them, with where to find them again.
  if (job.isNoted) await answer();
  else await noteAsk(context, place, requester.id, isKept, answer);
}

interface LiveRequest {
  readonly images: readonly PostedImage[];
  readonly style: Style;
  readonly engine: string;
  readonly isFresh?: boolean;
  readonly isPrivate: boolean;
  readonly responder: Responder;
  readonly receivedAt: number;
  readonly place: Place;
  readonly handling: Handling;
  /** Undoes edits of what stood there, where nothing could be described. */
  readonly restore?: () => Promise<unknown>;
}

/**
 * Describes images, showing the texts as they grow.
 *
 * @returns the outcomes, one good at least, and the way to show the finished reply
 * @throws the first image's error where none was described
 */
export async function describeLive(
  { describeImages, bots, editIntervalMs, log }: Context,
  { images, style, engine, isFresh, isPrivate, responder, receivedAt, place, handling, restore }: LiveRequest,
): Promise<{ outcomes: ImageOutcome[]; finish: (reply: Reply) => Promise<SentReply> }> {
  const texts = images.map(() => '');
  const live = createLiveReply(responder, () => renderGrowing(texts, isPrivate), {
    intervalMs: editIntervalMs,
    log,
  });
  try {
    const outcomes = await describeImages({
      images,
      style,
      engine,
      isFresh,
      source: `${place.platform}:${place.channelId}`,
      deadlineMs: Math.max(1, bots.deadlineMs - (performance.now() - receivedAt)),
      signal: handling.signal,
      onText(index, text) {
        texts[index] = text;
        live.changed();
      },
    });
    requireOne(outcomes);
    for (const outcome of outcomes) {
      if ('error' in outcome)
        log.warn({ id: handling.id, ...errorFields(outcome.error) }, 'one image of several failed');
    }
    return { outcomes, finish: live.finish };
  } catch (error) {
    if (await live.stop()) await restore?.();
    throw error;
  }
}

export function styleOf({ style }: ChannelSettings): Style {
  return STYLES.find(known => known === style) ?? 'brief';
}

export function hashesOf(outcomes: readonly ImageOutcome[]): string[] {
  return outcomes.map(outcome => ('error' in outcome ? '' : hashText(outcome.text)));
}

/** The outcomes where all of them are descriptions, else null. */
export function whole(outcomes: readonly ImageOutcome[]): DescribedImage[] | null {
  const described = describedOf(outcomes);
  return described.length === outcomes.length ? described : null;
}

/** Keeps the figures of a reply that stands, and what it became. */
export async function keep(
  { store, replies, tryStore, now }: Context,
  known: KnownReply,
  isStored: boolean,
  {
    outcomes,
    settings,
    receivedAt,
  }: { outcomes: readonly ImageOutcome[]; settings: ChannelSettings; receivedAt: number },
): Promise<void> {
  await replies.put(known, isStored);
  if (!isStored) return;
  const { row } = known;
  const describedAt = now();
  const totalMs = performance.now() - receivedAt;
  const rows = outcomes.flatMap((outcome, index): DescriptionRow[] => {
    if ('error' in outcome) return [];
    const { text, style, engine, model, adjectives, words, interpretive, grounding, engineMs } = outcome;
    return [
      {
        id: `${row.id}-${index}`,
        replyId: row.id,
        platform: row.platform,
        serverId: row.serverId,
        channelId: row.channelId,
        requesterId: row.requesterId,
        authorId: row.authorId,
        engine,
        model,
        style,
        words,
        adjectives: adjectives.length,
        supported: grounding?.supported ?? null,
        contradicted: grounding?.contradicted ?? null,
        uncheckable: grounding?.uncheckable ?? null,
        supportedPer100Words: grounding?.supportedPer100Words ?? null,
        interpretive,
        engineMs,
        totalMs,
        describedAt,
        text: settings.keepHistory ? text : null,
        expiresAt: row.expiresAt,
      },
    ];
  });
  await tryStore('descriptions', () => store.descriptions.put(rows));
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
): void {
  const described = describedOf(outcomes);
  const fields = {
    id,
    platform: job.place.platform,
    channelId: job.place.channelId,
    images: outcomes.length,
    described: described.length,
    engine: described[0]?.engine,
    engineMs: described.map(({ engineMs }) => engineMs),
    totalMs: Math.round((performance.now() - job.receivedAt) * 10) / 10,
  };
  log.info(fields, 'described');
}
