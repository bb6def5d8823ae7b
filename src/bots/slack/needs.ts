/** The Web API methods that the bot calls, each with the scopes that it needs: of those that fit the conversation. */
export const METHOD_SCOPES = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.info': ['files:read'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SlackMethod = keyof typeof METHOD_SCOPES;

/** The events that the bot listens to, each with the scopes that it needs. */
export const EVENT_SCOPES = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  file_shared: ['files:read'],
  'message.im': ['im:history'],
  tokens_revoked: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** For the slash command and the shortcut. */
export const COMMANDS_SCOPE = 'commands';
