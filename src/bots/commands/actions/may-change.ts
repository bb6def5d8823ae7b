import type { ActionCall } from '../bot-commands.ts';
import type { KnownReply } from '../known-replies.ts';

/** Whether the person may change or delete a reply that all see: who asked, whose images they are, or a moderator. */
export function mayChange({ row }: KnownReply, person: ActionCall['person']): boolean {
  return person.mayModerate || person.id === row.requesterId || person.id === row.authorId;
}

/** Whether the reply is to be changed in place: a private one, or by somebody who may change what all see. */
export function isInPlace(known: KnownReply, call: ActionCall): boolean {
  return !isOriginal(call) || mayChange(known, call.person);
}

/** Whether the button stands on the reply itself, which all see, and not on somebody's private copy of it. */
export function isOriginal({ messageId }: ActionCall): boolean {
  return messageId !== null;
}
