import { deleteReply } from './actions/delete-reply.ts';
import { rewriteReply } from './actions/rewrite-reply.ts';
import { showAdjectives } from './actions/show-adjectives.ts';
import { showAltText } from './actions/show-alt-text.ts';
import { storeReport } from './actions/store-report.ts';
import { tryAgain } from './actions/try-again.ts';
import { approveThread, editThread, rejectThread } from './approval/press-thread.ts';
import type { ActionCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import type { Context } from './context.ts';
import type { Handling } from './event-desk.ts';
import { pressPrivacy } from './privacy-command.ts';
import type { ActionName } from './reply.ts';
import { submitSettings, switchHistory } from './settings-command.ts';

type Press = (context: Context, call: ActionCall, handling: Handling) => Promise<void>;

/** What each button does, and whether its answer is for the person alone. */
export const PRESSES: Readonly<Record<ActionName, { readonly press: Press; readonly isPrivate: boolean }>> = {
  more: { press: (...args) => rewriteReply('vivid', ...args), isPrivate: false },
  shorter: { press: (...args) => rewriteReply('brief', ...args), isPrivate: false },
  again: { press: tryAgain, isPrivate: false },
  delete: { press: deleteReply, isPrivate: false },
  alt: { press: showAltText, isPrivate: true },
  adjectives: { press: showAdjectives, isPrivate: true },
  report: { press: storeReport, isPrivate: true },
  settings: { press: submitSettings, isPrivate: true },
  history: { press: switchHistory, isPrivate: true },
  'opt-out': { press: pressPrivacy, isPrivate: true },
  'opt-in': { press: pressPrivacy, isPrivate: true },
  forget: { press: pressPrivacy, isPrivate: true },
  'forget-confirm': { press: pressPrivacy, isPrivate: true },
  'approve-thread': { press: approveThread, isPrivate: false },
  'edit-thread': { press: editThread, isPrivate: false },
  'reject-thread': { press: rejectThread, isPrivate: false },
};

/** @throws BotError `bad-option` for an action that is none */
export function pressOf(action: ActionName): Press {
  // From a message of an older version, perhaps.
  if (!Object.hasOwn(PRESSES, action)) {
    throw new BotError('bad-option', 'This button is of an older version of the bot: run the command again.');
  }
  return PRESSES[action].press;
}
