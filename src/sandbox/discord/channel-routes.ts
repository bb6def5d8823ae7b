import { z } from 'zod';
import { snowflake } from './form-types.ts';
import { channelMessage, type MessageBody, validateEdit } from './message-schema.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { MESSAGE_TYPE, type Messages, type Uploads } from './messages.ts';
import type { PeopleViews } from './people-views.ts';
import { PERMISSIONS, type PermissionName } from './permissions.ts';
import { renderChannel } from './render.ts';
import type { MessageRenderer } from './render-message.ts';
import { formError, RestError } from './rest-error.ts';
import type { RestAnswer, RestRequest, Route } from './rest-server.ts';
import { validate } from './validate.ts';
import type { ChannelState, World } from './world.ts';

export interface ChannelRoutesOptions {
  readonly world: World;
  readonly store: MessageStore;
  readonly messages: Messages;
  readonly renderer: MessageRenderer;
  readonly people: PeopleViews;
  /** Whether the application may read what others write, as REST decides it: by the switch, not by a session. */
  readonly seesContent: boolean;
}

const FIVE_IN_FIVE_SECONDS = { limit: 5, windowMs: 5000 };
const DEFAULT_PAGE = 50;

const page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE),
  before: snowflake.optional(),
  after: snowflake.optional(),
  around: snowflake.optional(),
});

/** Channels and the messages in them. */
export function channelRoutes(options: ChannelRoutesOptions): Route[] {
  const { world, store, messages, renderer, people, seesContent } = options;

  const channelOf = ({ params }: RestRequest): ChannelState => {
    const channel = world.findChannel(params.channel_id ?? '');
    const isHidden = channel?.guildId != null && world.findGuild(channel.guildId)?.hasBot === false;
    if (channel === undefined || isHidden) throw new RestError('unknownChannel');
    if (!world.canSee(world.bot, channel)) throw new RestError('missingAccess');
    return channel;
  };
  const requirePermission = (channel: ChannelState, ...names: PermissionName[]): void => {
    const permissions = world.permissionsIn(channel, world.bot);
    if (names.some(name => (permissions & PERMISSIONS[name]) === 0n))
      throw new RestError('missingPermissions');
  };
  const messageOf = (channel: ChannelState, { params }: RestRequest): StoredMessage => {
    const message = store.find(params.message_id ?? '');
    // What only one person sees can be had through its interaction alone.
    if (message === undefined || message.channel !== channel || message.onlyFor !== null) {
      throw new RestError('unknownMessage');
    }
    return message;
  };
  const show = (message: StoredMessage): RestAnswer => ({
    status: 200,
    body: renderer.render(message, seesContent),
  });
  const requireForBody = (channel: ChannelState, body: MessageBody, uploads: Uploads) => {
    if (uploads.size > 0) requirePermission(channel, 'attachFiles');
    if (body.embeds?.length) requirePermission(channel, 'embedLinks');
  };

  return [
    {
      method: 'GET',
      path: '/channels/{channel_id}',
      serve: request => {
        const channel = channelOf(request);
        return { status: 200, body: renderChannel(channel, world, store.lastId(channel.id)) };
      },
    },
    {
      method: 'POST',
      path: '/channels/{channel_id}/typing',
      limit: FIVE_IN_FIVE_SECONDS,
      serve: request => {
        const channel = channelOf(request);
        requirePermission(channel, 'sendMessages');
        people.tellChannel(channel, null, { type: 'thinking', channelId: channel.id, messageId: null });
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/channels/{channel_id}/messages',
      serve: request => {
        const channel = channelOf(request);
        const query = validate(page, Object.fromEntries(request.query));
        const permissions = world.permissionsIn(channel, world.bot);
        // Without the permission Discord answers with nothing instead of refusing.
        if ((permissions & PERMISSIONS.readMessageHistory) === 0n) return { status: 200, body: [] };
        const visible = store.in(channel.id).filter(message => message.onlyFor === null);
        const found = selectPage(visible, query);
        return { status: 200, body: found.map(message => renderer.render(message, seesContent)) };
      },
    },
    {
      method: 'POST',
      path: '/channels/{channel_id}/messages',
      limit: FIVE_IN_FIVE_SECONDS,
      serve: request => {
        const channel = channelOf(request);
        const body = validate(channelMessage, request.body);
        requirePermission(channel, 'sendMessages');
        requireForBody(channel, body, request.uploads);
        const { message_reference: wanted, ...rest } = body;
        const reference = wanted ? store.find(wanted.message_id) : undefined;
        const isMissing =
          reference === undefined || reference.channel !== channel || reference.onlyFor !== null;
        if (wanted && isMissing && wanted.fail_if_not_exists !== false) {
          throw formError(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
        }
        if (wanted) requirePermission(channel, 'readMessageHistory');
        const sentBefore = findSameNonce(store.in(channel.id), body);
        if (sentBefore !== undefined) return show(sentBefore);
        const message = messages.createByBot({
          channel,
          type: isMissing ? MESSAGE_TYPE.default : MESSAGE_TYPE.reply,
          body: rest,
          uploads: request.uploads,
          onlyFor: null,
          reference: isMissing ? null : reference,
          interactionMetadata: null,
          where: request.where,
        });
        return show(message);
      },
    },
    {
      method: 'GET',
      path: '/channels/{channel_id}/messages/{message_id}',
      serve: request => {
        const channel = channelOf(request);
        requirePermission(channel, 'readMessageHistory');
        return show(messageOf(channel, request));
      },
    },
    {
      method: 'PATCH',
      path: '/channels/{channel_id}/messages/{message_id}',
      limit: FIVE_IN_FIVE_SECONDS,
      serve: request => {
        const channel = channelOf(request);
        const message = messageOf(channel, request);
        if (message.author !== world.bot) throw new RestError('notTheAuthor');
        const body = validateEdit(message.flags, request.body);
        requireForBody(channel, body, request.uploads);
        messages.edit(message, body, request.uploads, request.where);
        return show(message);
      },
    },
    {
      method: 'DELETE',
      path: '/channels/{channel_id}/messages/{message_id}',
      limit: { limit: 5, windowMs: 1000 },
      serve: request => {
        const channel = channelOf(request);
        const message = messageOf(channel, request);
        if (message.author !== world.bot) requirePermission(channel, 'manageMessages');
        messages.delete(message);
        return { status: 204 };
      },
    },
  ];
}

/** With `enforce_nonce`, a message that was sent once already is given back instead of being sent twice. */
function findSameNonce(
  list: readonly StoredMessage[],
  { nonce, enforce_nonce: isEnforced }: MessageBody,
): StoredMessage | undefined {
  if (!isEnforced || nonce === undefined || nonce === null) return undefined;
  return list.findLast(message => message.nonce === nonce && message.author.isBot);
}

/** The newest first, as Discord lists them. */
function selectPage(list: readonly StoredMessage[], query: z.infer<typeof page>): StoredMessage[] {
  const { limit, before, after, around } = query;
  const compare = (a: string, b: string) => Number(BigInt(a) - BigInt(b));
  if (around !== undefined) {
    const index = list.findIndex(message => compare(message.id, around) >= 0);
    const from = Math.max(0, (index < 0 ? list.length : index) - Math.floor(limit / 2));
    return list.slice(from, from + limit).toReversed();
  }
  if (after !== undefined) {
    return list
      .filter(message => compare(message.id, after) > 0)
      .slice(0, limit)
      .toReversed();
  }
  const upTo = before === undefined ? list : list.filter(message => compare(message.id, before) < 0);
  return upTo.slice(-limit).toReversed();
}
