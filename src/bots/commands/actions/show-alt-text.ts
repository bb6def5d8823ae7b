import type { ActionCall } from '../bot-commands.ts';
import type { Context } from '../context.ts';
import type { Handling } from '../event-desk.ts';
import { renderAltTexts } from '../render-description.ts';
import { describeKnown } from './describe-known.ts';

/** A plain sentence for each image, ready to be copied into the platform's own field for alt text. */
export async function showAltText(context: Context, call: ActionCall, handling: Handling): Promise<void> {
  const known = await context.replies.get(call.target);
  const outcomes = await describeKnown(context, known, call, handling, 'alt');
  await call.responder.show(renderAltTexts(outcomes));
}
