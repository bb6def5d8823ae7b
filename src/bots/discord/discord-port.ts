import type { Client } from 'discord.js';
import type { PlatformPort } from '../commands/bot-port.ts';
import { createChannelResponder, deleteOwnMessage } from './channel-responder.ts';
import type { Deliver } from './deliver.ts';
import type { MessageImages } from './message-images.ts';

/** Names that are asked of Discord for one leaderboard; the rest are left out. */
const MAX_NAMES = 25;

const NO_INTENT =
  'This bot cannot watch channels: whoever runs it has not switched on the message content intent. “Describe image” in a message’s menu, mentions and /describe work without it.';

export interface DiscordPortOptions {
  readonly client: Client;
  readonly deliver: Deliver;
  readonly images: MessageImages;
  readonly hasMessageContent: boolean;
}

export function createDiscordPort({
  client,
  deliver,
  images,
  hasMessageContent,
}: DiscordPortOptions): PlatformPort {
  return {
    platform: 'discord',
    whyNoWatch: hasMessageContent ? null : NO_INTENT,
    findImages: (reference, signal) => images.find(reference, signal),
    respondIn: (channelId, replyTo) => createChannelResponder({ client, deliver, channelId, replyTo }),
    deleteMessage: (channelId, messageId) => deleteOwnMessage(client, deliver, channelId, messageId),
    async findNames(personIds) {
      const found = await Promise.all(
        personIds.slice(0, MAX_NAMES).map(async id => {
          // Someone who is gone has no name.
          const user = await client.users.fetch(id).catch(() => null);
          return user && ([id, user.displayName] as const);
        }),
      );
      return new Map(found.filter(entry => entry !== null));
    },
  };
}
