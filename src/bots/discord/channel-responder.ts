import { randomBytes } from 'node:crypto';
import type { Client, SendableChannels } from 'discord.js';
import { BotError } from '../commands/bot-error.ts';
import type { Responder } from '../commands/bot-port.ts';
import type { Reply } from '../commands/reply.ts';
import type { Deliver } from './deliver.ts';
import { explainDiscordError, isUnknownMessage } from './discord-error.ts';
import { lackedPermissions, type Need } from './read-place.ts';
import { renderReply } from './render-reply.ts';

export interface ChannelResponderOptions {
  readonly client: Client;
  readonly deliver: Deliver;
  readonly channelId: string;
  /** The message that is replied to, where there is one. */
  readonly replyTo: string | null;
  /** The bot's own message that is edited, where there is one already. */
  readonly messageId?: string | null;
}

/**
 * Answers by a message in a channel, which is edited from then on. Discord has no private messages in channels: what is
 * meant for one person (a refusal after a mention) stands there for all.
 */
export function createChannelResponder({
  client,
  deliver,
  channelId,
  replyTo,
  messageId = null,
}: ChannelResponderOptions): Responder {
  let shownId = messageId;
  // A request that timed out may have arrived: Discord takes a message with the same nonce once.
  const nonce = randomBytes(12).toString('base64url');

  async function send(reply: Reply): Promise<string> {
    const content = renderReply(reply);
    if (shownId !== null) {
      const channel = await sendableChannel(client, channelId);
      return (await channel.messages.edit(shownId, content)).id;
    }
    const channel = await openChannel(client, channelId, content, replyTo);
    const reference =
      replyTo === null ? {} : { reply: { messageReference: replyTo, failIfNotExists: false } };
    const message = await channel.send({ ...content, ...reference, nonce, enforceNonce: true });
    return message.id;
  }

  return {
    async show(reply) {
      try {
        shownId = await deliver(() => send(reply));
        return { messageId: shownId };
      } catch (error) {
        // Somebody deleted it meanwhile: it is not put there again.
        if (shownId !== null && isUnknownMessage(error)) return { messageId: null };
        throw explainDiscordError(error);
      }
    },
    async withdraw() {
      const id = shownId;
      if (id === null) return;
      await deleteOwnMessage(client, deliver, channelId, id);
    },
  };
}

async function sendableChannel(client: Client, channelId: string): Promise<SendableChannels> {
  const channel = await client.channels.fetch(channelId);
  if (!channel?.isSendable()) {
    throw new BotError('not-permitted', 'The bot cannot post in this channel: choose a text channel.');
  }
  return channel;
}

/**
 * Finds a channel and sees to it that a message can be posted there.
 *
 * @throws BotError `not-permitted`; what discord.js threw
 */
export async function openChannel(
  client: Client,
  channelId: string,
  content: ReturnType<typeof renderReply>,
  replyTo: string | null,
): Promise<SendableChannels> {
  const channel = await sendableChannel(client, channelId);
  const needs: Need[] = ['view', channel.isThread() ? 'sendInThreads' : 'send'];
  if (replyTo !== null) needs.push('history');
  if (content.files.length > 0) needs.push('attach');
  if (content.embeds.length > 0) needs.push('embed');
  const lacked = lackedPermissions(client, channel, needs);
  if (lacked.length > 0) {
    throw new BotError(
      'not-permitted',
      `The bot needs ${lacked.map(name => `“${name}”`).join(' and ')} in this channel: ask someone who manages it.`,
    );
  }
  return channel;
}

/** @throws BotError; not where it is gone already */
export async function deleteOwnMessage(
  client: Client,
  deliver: Deliver,
  channelId: string,
  messageId: string,
): Promise<void> {
  try {
    await deliver(async () => {
      const channel = await client.channels.fetch(channelId);
      if (channel?.isTextBased()) await channel.messages.delete(messageId);
    });
  } catch (error) {
    if (!isUnknownMessage(error)) throw explainDiscordError(error);
  }
}
