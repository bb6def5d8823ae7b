import { ACTIONS, type ActionName } from '../commands/reply.ts';

/** The slash command, as the manifest declares it. Its sub-commands are the commands of `COMMAND_SPECS`. */
export const SLASH_COMMAND = '/narrate';
/** The message shortcut's callback id, as the manifest declares it. */
export const SHORTCUT_ID = 'describe_image';
/** The callback id of every form. */
export const FORM_ID = 'form';

/** What our buttons' action ids look like: unique in a message, also where it has two buttons of one action. */
export const ACTION_ID = /^[a-z-]+:[\w-]{0,64}$/;

export function actionId(action: ActionName, target: string): string {
  return `${action}:${target}`;
}

/** The action and target of a button, or null where it is none of ours. */
export function parseActionId(id: string): { action: ActionName; target: string } | null {
  const at = id.indexOf(':');
  const action = ACTIONS.find(name => name === id.slice(0, at));
  return action && ACTION_ID.test(id) ? { action, target: id.slice(at + 1) } : null;
}
