import type { Style } from '../../../inference/engines/engine.ts';
import type { ActionCall } from '../bot-commands.ts';
import { BotError } from '../bot-error.ts';
import { checkImages } from '../check-limits.ts';
import { checkWishes } from '../check-wishes.ts';
import type { Context } from '../context.ts';
import type { ImageOutcome } from '../describe-images.ts';
import { describeLive } from '../describe-live.ts';
import type { Handling } from '../event-desk.ts';
import { hashesOf, keepDescription, whole } from '../keep-description.ts';
import type { KnownReply } from '../known-replies.ts';
import { noteAsk } from '../note-ask.ts';
import { copyButtons, descriptionButtons, renderDescriptions } from '../render-description.ts';
import { findReplyImages } from './find-reply-images.ts';
import { isInPlace, isOriginal } from './may-change.ts';

/** More detail or Shorter: changes the reply for those who may, and gives everybody else a private copy. */
export async function rewriteReply(
  style: Style,
  context: Context,
  call: ActionCall,
  handling: Handling,
): Promise<void> {
  const known = await context.replies.get(call.target);
  await rewrite(context, known, call, handling, { style, engine: known.state.engine });
}

/**
 * Describes a reply's images in another way, and shows that in its place or privately.
 *
 * @returns what it says now
 */
export async function rewrite(
  context: Context,
  known: KnownReply,
  call: ActionCall,
  handling: Handling,
  { style, engine, isFresh }: { readonly style: Style; readonly engine: string; readonly isFresh?: boolean },
): Promise<ImageOutcome[]> {
  const { place, person, receivedAt } = call;
  const { row, state } = known;
  const { settings, isKept } = await checkWishes(context, place, person, { id: row.authorId });
  const images = (await findReplyImages(known, call.port, handling.signal)).slice(0, context.bots.maxImages);
  checkImages(context, person.id, place, images.length);
  const inPlace = isInPlace(known, call);
  const responder = inPlace ? call.origin : call.responder;
  const isPrivate = !inPlace || !isOriginal(call);
  const isReplaced = inPlace && isOriginal(call);
  const buttonsFor = (shown: Style) =>
    isReplaced ? descriptionButtons(row.id, shown, true) : copyButtons(row.id, shown);
  const { leftOut } = state;

  return await noteAsk(context, place, person.id, isKept, async () => {
    const outcomes = await describeLive(context, {
      images,
      style,
      engine,
      isFresh,
      isPrivate,
      responder,
      receivedAt,
      place,
      handling,
      restore: async () => {
        if (!inPlace) return;
        const buttons = buttonsFor(state.style);
        const before = known.shown ?? [{ error: new BotError('platform', 'press a button to try again.') }];
        await call.origin.show(renderDescriptions({ outcomes: before, leftOut, isPrivate, buttons }));
      },
    });
    const isStored = isReplaced && (await hasRow(context, known));
    await responder.show(renderDescriptions({ outcomes, leftOut, isPrivate, buttons: buttonsFor(style) }));
    const totalMs = performance.now() - receivedAt;
    if (isReplaced) {
      const { reference } = state;
      const textHashes = hashesOf(outcomes);
      const next = { kind: 'description', reference, style, engine, leftOut, textHashes } as const;
      const standing = { ...row, messageId: call.messageId };
      const changed = { row: standing, state: next, images: known.images, shown: whole(outcomes) };
      await keepDescription(context, changed, isStored, { outcomes, settings, totalMs });
    }
    return outcomes;
  });
}

/** Whether the reply has a row: not where one of its people opted out, or forgot it since. */
async function hasRow({ store, tryStore }: Context, { row }: KnownReply): Promise<boolean> {
  return (await tryStore('reply', () => store.replies.get(row.id)))?.value != null;
}
