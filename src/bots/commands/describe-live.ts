import type { Style } from '../../inference/engines/engine.ts';
import type { Place, PostedImage, Responder } from './bot-port.ts';
import type { Context } from './context.ts';
import { type ImageOutcome, requireOne } from './describe-images.ts';
import type { Handling } from './event-desk.ts';
import { errorFields } from './explain-error.ts';
import { createLiveReply } from './live-reply.ts';
import { renderGrowing } from './render-description.ts';

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
 * Describes images, showing the texts as they grow. No edit comes after it is done: then the finished reply can be shown.
 *
 * @returns the outcomes, one good at least
 * @throws the first image's error where none was described
 */
export async function describeLive(
  { describeImages, bots, editIntervalMs, log, metrics }: Context,
  { images, style, engine, isFresh, isPrivate, responder, receivedAt, place, handling, restore }: LiveRequest,
): Promise<ImageOutcome[]> {
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
    for (const outcome of outcomes) {
      metrics.described(place.platform, engine, 'error' in outcome ? null : outcome.engineMs);
    }
    requireOne(outcomes);
    for (const outcome of outcomes) {
      if ('error' in outcome)
        log.warn({ id: handling.id, ...errorFields(outcome.error) }, 'one image of several failed');
    }
    await live.stop();
    return outcomes;
  } catch (error) {
    if (await live.stop()) await restore?.();
    throw error;
  }
}
