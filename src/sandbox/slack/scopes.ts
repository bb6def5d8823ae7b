import { SlackApiError } from './api-error.ts';
import type { SlackChannel } from './world.ts';

/**
 * The bot scopes that each method needs. The conversations methods need that of the conversation's kind
 * (`requireConversationScope`). Source: the methods' pages under docs.slack.dev/reference/methods.
 */
export const METHOD_SCOPES: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'bots.info': 'users:read',
  'chat.delete': 'chat:write',
  'chat.getPermalink': null,
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': null,
  'conversations.info': null,
  'conversations.join': 'channels:join',
  'conversations.list': null,
  'conversations.members': null,
  'conversations.open': 'im:write',
  'conversations.replies': null,
  'files.completeUploadExternal': 'files:write',
  'files.delete': 'files:write',
  'files.getUploadURLExternal': 'files:write',
  'files.info': 'files:read',
  'reactions.add': 'reactions:write',
  'team.info': 'team:read',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'views.open': null,
  'views.publish': null,
  'views.push': null,
  'views.update': null,
};

const KIND_PREFIX: Readonly<Record<SlackChannel['kind'], string>> = {
  channel: 'channels',
  group: 'groups',
  im: 'im',
};

/** `channels:read`, `groups:history`, … for a conversation's kind. */
export function conversationScope(kind: SlackChannel['kind'], right: 'read' | 'history'): string {
  return `${KIND_PREFIX[kind]}:${right}`;
}

/** The scopes that were granted to the app when it was installed. */
export class GrantedScopes {
  readonly #granted: ReadonlySet<string>;

  constructor(granted: readonly string[]) {
    this.#granted = new Set(granted);
  }

  has(scope: string): boolean {
    return this.#granted.has(scope);
  }

  all(): string {
    return [...this.#granted].join(',');
  }

  /** @throws SlackApiError `missing_scope` with what is needed and provided */
  require(scope: string): void {
    if (!this.has(scope)) {
      throw new SlackApiError('missing_scope', { needed: scope, provided: this.all() });
    }
  }
}

/**
 * The scope that an event needs beside its subscription; events that are not listed need none.
 * Source: the events' pages under docs.slack.dev/reference/events.
 */
export const EVENT_SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  file_change: 'files:read',
  file_deleted: 'files:read',
  file_shared: 'files:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  member_joined_channel: 'channels:read',
};
