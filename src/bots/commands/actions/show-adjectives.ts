import type { ActionCall } from '../bot-commands.ts';
import type { Context } from '../context.ts';
import type { Handling } from '../event-desk.ts';
import { hashesOf } from '../keep-description.ts';
import { renderAdjectives } from '../render-description.ts';
import { describeKnown } from './describe-known.ts';

/** The reply's texts with their adjectives marked by kind. */
export async function showAdjectives(context: Context, call: ActionCall, handling: Handling): Promise<void> {
  const known = await context.replies.get(call.target);
  const { state, shown } = known;
  const outcomes = shown ?? (await describeKnown(context, known, call, handling, state.style));
  const hashes = state.kind === 'description' ? state.textHashes : [];
  // An image that failed once and is described now is no other text.
  const isAnew = hashesOf(outcomes).some((hash, index) => hashes[index] !== '' && hashes[index] !== hash);
  await call.responder.show(renderAdjectives(outcomes, isAnew));
}
