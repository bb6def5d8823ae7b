import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import type { SlackChannel } from '../world.ts';
import { channelId, flag, json, readArguments, text, ts } from './arguments.ts';
import { findChannel, findOwnChannel, type Method, type MethodContext } from './method.ts';

/* chat.*: docs.slack.dev/reference/methods?family=chat */

const content = {
  channel: channelId,
  text: text.optional(),
  blocks: json.optional(),
  link_names: flag.optional(),
  parse: z.enum(['none', 'full']).optional(),
};

const postArguments = z.strictObject({
  ...content,
  thread_ts: ts.optional(),
  reply_broadcast: flag.optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
  mrkdwn: flag.optional(),
  metadata: json.optional(),
});

const postMessage: Method = (given, context) => {
  const input = readArguments(postArguments, given);
  const channel = channelToPostIn(context, input.channel);
  const message = context.messages.post({
    channel,
    content: readContent(input),
    where: 'chat.postMessage',
    threadTs: input.thread_ts,
  });
  return { channel: channel.id, ts: message.json.ts, message: message.json };
};

/** `chat:write.public` lets an app post in public channels without joining. */
function channelToPostIn(context: MethodContext, id: string): SlackChannel {
  const channel = findChannel(context, id);
  const mayPost =
    channel.members.has(context.app.botUserId) ||
    (channel.kind === 'channel' && context.app.scopes.has('chat:write.public'));
  if (!mayPost) throw new SlackApiError('not_in_channel');
  return channel;
}

const ephemeralArguments = z.strictObject({ ...content, user: z.string(), thread_ts: ts.optional() });

const postEphemeral: Method = (given, context) => {
  const input = readArguments(ephemeralArguments, given);
  const channel = findOwnChannel(context, input.channel);
  if (!channel.members.has(input.user)) throw new SlackApiError('user_not_in_channel');
  const message = context.messages.post({
    channel,
    content: readContent(input),
    where: 'chat.postEphemeral',
    threadTs: input.thread_ts,
    onlyFor: input.user,
  });
  return { message_ts: message.json.ts };
};

const updateArguments = z.strictObject({
  ...content,
  ts,
  reply_broadcast: flag.optional(),
  metadata: json.optional(),
});

/** Longer texts than this are refused here, where `chat.postMessage` cuts them. */
const MAX_UPDATED_TEXT = 4000;

const update: Method = (given, context) => {
  const input = readArguments(updateArguments, given);
  const channel = findChannel(context, input.channel);
  const message = context.messages.findOwn(channel.id, input.ts, 'cant_update_message');
  if ((input.text?.length ?? 0) > MAX_UPDATED_TEXT) throw new SlackApiError('msg_too_long');
  context.messages.update(message, readContent(input), 'chat.update');
  return { channel: channel.id, ts: input.ts, text: message.json.text, message: message.json };
};

const deleteArguments = z.strictObject({ channel: channelId, ts });

const deleteMessage: Method = (given, context) => {
  const input = readArguments(deleteArguments, given);
  const channel = findChannel(context, input.channel);
  context.messages.delete(context.messages.findOwn(channel.id, input.ts, 'cant_delete_message'));
  return { channel: channel.id, ts: input.ts };
};

const permalinkArguments = z.strictObject({ channel: channelId, message_ts: ts });

const getPermalink: Method = (given, context) => {
  const input = readArguments(permalinkArguments, given);
  const channel = findChannel(context, input.channel);
  if (context.world.findMessage(channel.id, input.message_ts) === undefined) {
    throw new SlackApiError('message_not_found');
  }
  const permalink = `${context.baseUrl}/archives/${channel.id}/p${input.message_ts.replace('.', '')}`;
  return { channel: channel.id, permalink };
};

function readContent(input: {
  readonly text?: string | undefined;
  readonly blocks?: unknown;
  readonly link_names?: boolean | undefined;
  readonly parse?: 'none' | 'full' | undefined;
}) {
  return {
    text: input.text,
    blocks: input.blocks,
    // Said outright, `none` also leaves bare addresses alone. docs.slack.dev/messaging/formatting-message-text
    isVerbatim: input.parse === 'none',
    isLinkingNames: input.link_names === true || input.parse === 'full',
  };
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
  'chat.postEphemeral': postEphemeral,
  'chat.postMessage': postMessage,
  'chat.update': update,
};
