import { ACTIONS, type ActionName } from '../commands/reply.ts';

const TARGET = /^[\w-]{1,64}$/;

/** The `custom_id` of a button or modal: `action:target`, at most 79 characters of the 100 that Discord allows. */
export function customIdOf({ action, target }: { action: ActionName; target: string }): string {
  return `${action}:${target}`;
}

/** Null for what no version of ours that is still spoken has made. */
export function readCustomId(customId: string): { action: ActionName; target: string } | null {
  const colon = customId.indexOf(':');
  const action = ACTIONS.find(name => name === customId.slice(0, colon));
  const target = customId.slice(colon + 1);
  return colon > 0 && action && TARGET.test(target) ? { action, target } : null;
}
