import type { Style } from '../../../inference/engines/engine.ts';
import type { ActionCall } from '../bot-commands.ts';
import { checkImages } from '../check-limits.ts';
import { checkWishes } from '../check-wishes.ts';
import type { Context } from '../context.ts';
import { type ImageOutcome, requireOne } from '../describe-images.ts';
import type { Handling } from '../event-desk.ts';
import type { KnownReply } from '../known-replies.ts';
import { noteAsk } from '../note-ask.ts';
import { findReplyImages } from './find-reply-images.ts';

/**
 * Describes a reply's images again, for one person.
 *
 * @throws BotError, ImageError, ModelError, InferenceError where nothing could be described
 */
export async function describeKnown(
  context: Context,
  known: KnownReply,
  call: ActionCall,
  handling: Handling,
  style: Style,
): Promise<ImageOutcome[]> {
  const { place, person } = call;
  const { isKept } = await checkWishes(context, place, person, { id: known.row.authorId });
  const found = await findReplyImages(known, call.port, handling.signal);
  const images = found.slice(0, context.bots.maxImages);
  checkImages(context, person.id, place, images.length);
  const describe = () =>
    context.describeImages({
      images,
      style,
      engine: known.state.engine,
      source: `${place.platform}:${place.channelId}`,
      deadlineMs: context.bots.deadlineMs,
      signal: handling.signal,
    });
  const outcomes = await noteAsk(context, place, person.id, isKept, describe);
  requireOne(outcomes);
  return outcomes;
}
