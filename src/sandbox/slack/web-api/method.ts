import { SlackApiError } from '../api-error.ts';
import type { InstalledApp } from '../app.ts';
import type { AppEvents } from '../app-events.ts';
import type { AppMessages } from '../messages.ts';
import { conversationScope } from '../scopes.ts';
import type { InteractionTokens } from '../tokens.ts';
import type { Uploads } from '../uploads.ts';
import type { Views } from '../views.ts';
import type { SlackChannel, World } from '../world.ts';

/** What the methods work on. */
export interface MethodContext {
  readonly world: World;
  readonly app: InstalledApp;
  readonly messages: AppMessages;
  readonly events: AppEvents;
  readonly tokens: InteractionTokens;
  readonly views: Views;
  readonly uploads: Uploads;
  readonly baseUrl: string;
}

/**
 * A Web API method: its arguments in, its answer without `ok` out.
 *
 * @throws SlackApiError for what it refuses
 */
export type Method = (
  given: Readonly<Record<string, unknown>>,
  context: MethodContext,
) => Readonly<Record<string, unknown>>;

/** The conversation with this id; a person's id stands for the direct message with them. */
export function findChannel(context: MethodContext, id: string): SlackChannel {
  const channel = id.startsWith('U') ? context.world.directMessageOf(id) : context.world.channels.get(id);
  if (channel === undefined) throw new SlackApiError('channel_not_found');
  const isHidden = channel.kind !== 'channel' && !channel.members.has(context.app.botUserId);
  if (isHidden) throw new SlackApiError('channel_not_found');
  return channel;
}

/** As `findChannel`, where the app has to be a member. */
export function findOwnChannel(context: MethodContext, id: string): SlackChannel {
  const channel = findChannel(context, id);
  if (!channel.members.has(context.app.botUserId)) throw new SlackApiError('not_in_channel');
  return channel;
}

export function requireConversationScope(
  context: MethodContext,
  channel: SlackChannel,
  right: 'read' | 'history',
): void {
  context.app.scopes.require(conversationScope(channel.kind, right));
}
