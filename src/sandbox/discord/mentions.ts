import type { AllowedMentions } from './message-schema.ts';
import type { Mentions } from './message-store.ts';
import { PERMISSIONS } from './permissions.ts';
import type { GuildState } from './world.ts';

const USER = /<@!?(\d{1,20})>/g;
const ROLE = /<@&(\d{1,20})>/g;
const EVERYONE = /@(everyone|here)\b/;

export interface MentionInput {
  readonly text: string;
  /** Null in a direct message. */
  readonly guild: GuildState | null;
  readonly isUser: (id: string) => boolean;
  /** What the author may do there. */
  readonly permissions: bigint;
  /** Undefined: the author said nothing, so that all are allowed. */
  readonly allowed: AllowedMentions | undefined;
  /** Who wrote the message that this one answers. */
  readonly repliedUserId: string | null;
}

/** Finds whom a text pings, as far as `allowed_mentions` and the author's permissions let it. */
export function resolveMentions(input: MentionInput): Mentions {
  const { text, guild, allowed, repliedUserId } = input;
  const mayMentionAll = (input.permissions & PERMISSIONS.mentionEveryone) !== 0n;
  const idsIn = (pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1]!);
  const isAllowed = (kind: 'users' | 'roles', id: string) =>
    allowed === undefined || allowed.parse?.includes(kind) === true || allowed[kind]?.includes(id) === true;
  const users = idsIn(USER).filter(id => input.isUser(id) && isAllowed('users', id));
  if (repliedUserId !== null && (allowed === undefined || allowed.replied_user === true)) {
    users.push(repliedUserId);
  }
  const roles = idsIn(ROLE).filter(
    id => mayMentionAll && guild?.roles.some(role => role.id === id) === true && isAllowed('roles', id),
  );
  const everyone =
    guild !== null &&
    mayMentionAll &&
    EVERYONE.test(text) &&
    (allowed === undefined || allowed.parse?.includes('everyone') === true);
  return { users: [...new Set(users)], roles: [...new Set(roles)], everyone };
}

/** Whether a text holds anything that pings unless `allowed_mentions` forbids it. */
export function hasMention(text: string): boolean {
  return text.search(USER) >= 0 || text.search(ROLE) >= 0 || EVERYONE.test(text);
}
