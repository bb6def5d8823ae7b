import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { conversationScope } from '../scopes.ts';
import type { SlackChannel, StoredMessage } from '../world.ts';
import { channelId, flag, page, paginate, readArguments, text, ts } from './arguments.ts';
import {
  findChannel,
  findOwnChannel,
  type Method,
  type MethodContext,
  requireConversationScope,
} from './method.ts';

/* conversations.*: docs.slack.dev/reference/methods?family=conversations */

const KINDS_BY_TYPE: Readonly<Record<string, SlackChannel['kind'] | null>> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
  mpim: null,
};

const infoArguments = z.strictObject({
  channel: channelId,
  include_locale: flag.optional(),
  include_num_members: flag.optional(),
});

const info: Method = (given, context) => {
  const input = readArguments(infoArguments, given);
  const channel = findChannel(context, input.channel);
  requireConversationScope(context, channel, 'read');
  const count = input.include_num_members === true ? { num_members: channel.members.size } : {};
  return { channel: { ...renderChannel(context, channel), ...count } };
};

const listArguments = z.strictObject({
  ...page,
  types: text.optional(),
  exclude_archived: flag.optional(),
});

const list: Method = (given, context) => {
  const input = readArguments(listArguments, given);
  const types = (input.types ?? 'public_channel').split(',').map(type => type.trim());
  if (types.some(type => !Object.hasOwn(KINDS_BY_TYPE, type))) throw new SlackApiError('invalid_types');
  const kinds = types.map(type => KINDS_BY_TYPE[type]);
  for (const kind of kinds) if (kind) context.app.scopes.require(conversationScope(kind, 'read'));
  const visible = [...context.world.channels.values()].filter(
    channel =>
      kinds.includes(channel.kind) &&
      (channel.kind === 'channel' || channel.members.has(context.app.botUserId)),
  );
  const { items, nextCursor } = paginate(visible, input);
  return {
    channels: items.map(channel => renderChannel(context, channel)),
    response_metadata: { next_cursor: nextCursor },
  };
};

const membersArguments = z.strictObject({ channel: channelId, ...page });

const members: Method = (given, context) => {
  const input = readArguments(membersArguments, given);
  const channel = findChannel(context, input.channel);
  requireConversationScope(context, channel, 'read');
  const { items, nextCursor } = paginate([...channel.members], input);
  return { members: items, response_metadata: { next_cursor: nextCursor } };
};

const range = {
  channel: channelId,
  ...page,
  latest: text.optional(),
  oldest: text.optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
const historyArguments = z.strictObject(range);
const repliesArguments = z.strictObject({ ...range, ts });

const history: Method = (given, context) => {
  const input = readArguments(historyArguments, given);
  const channel = findOwnChannel(context, input.channel);
  requireConversationScope(context, channel, 'history');
  const shown = channel.messages
    .all()
    .filter(message => message.onlyFor === null && isRoot(message) && isInRange(message, input))
    .toReversed();
  const { items, nextCursor } = paginate(shown, input);
  return {
    messages: items.map(message => message.json),
    has_more: nextCursor !== '',
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    ...(nextCursor === '' ? {} : { response_metadata: { next_cursor: nextCursor } }),
  };
};

const replies: Method = (given, context) => {
  const input = readArguments(repliesArguments, given);
  const channel = findOwnChannel(context, input.channel);
  requireConversationScope(context, channel, 'history');
  const asked = context.world.findMessage(channel.id, input.ts);
  if (asked === undefined || asked.onlyFor !== null) throw new SlackApiError('thread_not_found');
  const root = asked.json.thread_ts ?? input.ts;
  const shown = channel.messages
    .all()
    .filter(
      message =>
        message.onlyFor === null &&
        (message.json.ts === root || message.json.thread_ts === root) &&
        isInRange(message, input),
    );
  const { items, nextCursor } = paginate(shown, input);
  return {
    messages: items.map(message => message.json),
    has_more: nextCursor !== '',
    ...(nextCursor === '' ? {} : { response_metadata: { next_cursor: nextCursor } }),
  };
};

const joinArguments = z.strictObject({ channel: channelId });

const join: Method = (given, context) => {
  const channel = findChannel(context, readArguments(joinArguments, given).channel);
  if (channel.kind !== 'channel') throw new SlackApiError('method_not_supported_for_channel_type');
  const isNew = !channel.members.has(context.app.botUserId);
  channel.members.add(context.app.botUserId);
  if (isNew) context.events.memberJoined(channel, context.app.botUserId, context.app.botUserId);
  return { channel: renderChannel(context, channel) };
};

const openArguments = z.strictObject({
  users: text.optional(),
  channel: channelId.optional(),
  return_im: flag.optional(),
  prevent_creation: flag.optional(),
});

const open: Method = (given, context) => {
  const input = readArguments(openArguments, given);
  const id = input.channel ?? input.users;
  if (id === undefined) throw new SlackApiError('users_list_not_supplied');
  if (id.includes(',')) throw new SlackApiError('not_enough_users');
  const channel = id.startsWith('U') ? context.world.directMessageOf(id) : context.world.channels.get(id);
  if (channel === undefined || channel.kind !== 'im') {
    throw new SlackApiError(id.startsWith('U') ? 'user_not_found' : 'channel_not_found');
  }
  return {
    no_op: true,
    already_open: true,
    channel: input.return_im === true ? renderChannel(context, channel) : { id: channel.id },
  };
};

function isRoot({ json }: StoredMessage): boolean {
  return json.thread_ts === undefined || json.thread_ts === json.ts;
}

function isInRange(
  { json }: StoredMessage,
  {
    latest,
    oldest,
    inclusive = false,
  }: { latest?: string | undefined; oldest?: string | undefined; inclusive?: boolean | undefined },
): boolean {
  const at = Number(json.ts);
  const isAfter = oldest === undefined || at > Number(oldest) || (inclusive && json.ts === oldest);
  const isBefore = latest === undefined || at < Number(latest) || (inclusive && json.ts === latest);
  return isAfter && isBefore;
}

/** A conversation object. docs.slack.dev/reference/objects/conversation-object */
function renderChannel({ world, app }: MethodContext, channel: SlackChannel): Record<string, unknown> {
  const isMember = channel.members.has(app.botUserId);
  if (channel.kind === 'im') {
    return {
      id: channel.id,
      created: channel.created,
      is_archived: false,
      is_im: true,
      is_org_shared: false,
      is_user_deleted: false,
      user: channel.partner,
      priority: 0,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'group',
    created: channel.created,
    creator: channel.creator,
    is_archived: false,
    is_general: channel.name === 'general',
    is_member: isMember,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    shared_team_ids: [world.teamId],
    unlinked: 0,
    previous_names: [],
    topic: {
      value: channel.topic,
      creator: channel.topic === '' ? '' : channel.creator,
      last_set: channel.created,
    },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.history': history,
  'conversations.info': info,
  'conversations.join': join,
  'conversations.list': list,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.replies': replies,
};
