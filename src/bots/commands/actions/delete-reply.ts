import type { ActionCall } from '../bot-commands.ts';
import { BotError } from '../bot-error.ts';
import type { Context } from '../context.ts';
import { mayChange } from './may-change.ts';

/** Takes a reply off the channel, and its rows out of the store. */
export async function deleteReply(context: Context, call: ActionCall): Promise<void> {
  const { place, port, messageId } = call;
  const known = await context.replies.get(call.target);
  if (!mayChange(known, call.person)) {
    throw new BotError(
      'not-allowed',
      'Only whoever asked for this description, whoever posted the picture, and moderators can delete it. You can report it instead.',
    );
  }
  // The message goes even where the store fails: its row then stands until it expires.
  const stored = await Promise.allSettled([context.replies.delete(call.target)]);
  if (messageId !== null && place.isMember) await port.deleteMessage(place.channelId, messageId);
  else await call.origin.withdraw();
  for (const outcome of stored) if (outcome.status === 'rejected') throw outcome.reason;
}
