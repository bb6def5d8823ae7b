import type { Attachment, Client, Message } from 'discord.js';
import { LRUCache } from 'lru-cache';
import { fetchImageBytes, nameOfUrl } from '../../inference/image/fetch-image.ts';
import { ImageError } from '../../inference/image/image-error.ts';
import type { KeptConnections } from '../../inference/image/keep-connections.ts';
import { untilAborted } from '../../inference/until-aborted.ts';
import { BotError } from '../commands/bot-error.ts';
import type { ImageReference, PostedImage } from '../commands/bot-port.ts';
import { explainDiscordError } from './discord-error.ts';
import { type FoundImage, foundAttachment, imagesOf, referenceTo } from './found-images.ts';

/** The images of messages: found, found again, and read through the guards. */
export interface MessageImages {
  /** The images of a message as it was just received. */
  of(message: Message): { readonly images: PostedImage[]; readonly reference: ImageReference };
  /**
   * The images as they are now.
   *
   * @throws BotError `image-gone`, `not-permitted`, `platform`
   */
  find(reference: ImageReference, signal: AbortSignal): Promise<PostedImage[]>;
  /**
   * Stands for the images of a message whose content Discord may be hiding from the bot: reading it says so. Empty where
   * the message is shown, so that it has none.
   */
  hiddenIn(message: Message<boolean>): PostedImage[];
  /** A file that came with a command. */
  given(attachment: Attachment): PostedImage;
  /** What lies behind an address that a person gave. */
  at(url: string): PostedImage;
  /** A message was deleted. */
  forget(messageId: string): void;
}

/** The most messages whose images are remembered, and for how long: Discord signs their addresses for a day. */
const MAX_MESSAGES = 2000;
const MAX_AGE_MS = 20 * 3_600_000;

type MessageReference = Extract<ImageReference, { kind: 'message' }>;

export function createMessageImages({
  client,
  allowedAddresses,
  connections,
  hasMessageContent,
}: {
  readonly client: Client;
  readonly allowedAddresses: readonly string[];
  /** To where Discord keeps files. */
  readonly connections: KeptConnections;
  readonly hasMessageContent: boolean;
}): MessageImages {
  /**
   * Without the message content intent, and where the bot is not a member, Discord shows a message's images with the
   * command that is run on it, and never again. In memory only: the addresses are as good as the images.
   */
  const remembered = new LRUCache<string, readonly FoundImage[]>({ max: MAX_MESSAGES, ttl: MAX_AGE_MS });

  const deleted = new LRUCache<string, true>({ max: MAX_MESSAGES });

  /** As they are now, or as they were when Discord last showed them to us. */
  async function findNow({ channelId, messageId }: MessageReference): Promise<readonly FoundImage[]> {
    if (deleted.has(messageId)) return [];
    const before = remembered.get(messageId) ?? [];
    // A channel that the gateway has not told of is one where the bot is not a member.
    if (before.length > 0 && !client.channels.cache.has(channelId)) return before;
    try {
      const channel = await client.channels.fetch(channelId);
      if (!channel?.isTextBased()) return before;
      const found = imagesOf(await channel.messages.fetch({ message: messageId, force: true }));
      // None may mean that Discord does not show them.
      return found.length > 0 || hasMessageContent ? found : before;
    } catch (error) {
      const explained = explainDiscordError(error);
      if (explained.code === 'image-gone') remembered.delete(messageId);
      else if (before.length > 0) return before;
      throw explained;
    }
  }

  function fetchBytes(url: string, signal: AbortSignal, name?: string): Promise<Uint8Array> {
    const options = { signal, allowedAddresses, connections };
    return fetchImageBytes(url, name === undefined ? options : { ...options, name });
  }

  function posted({ id, name, altText, url }: FoundImage, reference: MessageReference | null): PostedImage {
    return {
      id,
      name,
      altText: altText?.trim() ? altText : null,
      async read(signal) {
        try {
          return await fetchBytes(url, signal, name);
        } catch (error) {
          if (!isRefused(error)) throw error;
          // Its signature may have expired: a new one is asked for once.
          const now = reference && (await untilAborted(findNow(reference), signal));
          const fresh = now?.find(image => image.id === id);
          if (!fresh) throw gone(error);
          return await fetchBytes(fresh.url, signal, name).catch(cause => {
            throw isRefused(cause) ? gone(cause) : cause;
          });
        }
      },
    };
  }

  return {
    of(message) {
      const found = imagesOf(message);
      if (found.length > 0) remembered.set(message.id, found);
      const reference = referenceTo(message, found);
      return { images: found.map(image => posted(image, reference)), reference };
    },
    async find(reference, signal) {
      signal.throwIfAborted();
      if (reference.kind === 'url') return [this.at(reference.url)];
      if (reference.kind !== 'message') {
        throw new BotError('image-gone', 'The image was not kept: run the command with it again.');
      }
      const found = await untilAborted(findNow(reference), signal);
      const images = reference.imageIds.flatMap(id => found.find(image => image.id === id) ?? []);
      if (images.length > 0) return images.map(image => posted(image, reference));
      throw new BotError(
        'image-gone',
        hasMessageContent
          ? 'The image is no longer there: post it again.'
          : 'Discord does not show the image to the bot any more: choose “Describe image” in the menu of its message again.',
      );
    },
    hiddenIn({ content, author, client: { user } }) {
      if (hasMessageContent || content !== '' || author.id === user.id) return [];
      return [{ id: 'hidden', name: 'the image', altText: null, read: () => Promise.reject(hidden()) }];
    },
    given: attachment => posted(foundAttachment(attachment), null),
    at: url => ({ id: url, name: nameOfUrl(url), altText: null, read: signal => fetchBytes(url, signal) }),
    forget(messageId) {
      remembered.delete(messageId);
      deleted.set(messageId, true);
    },
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof ImageError && error.code === 'http-status';
}

function hidden(): BotError {
  return new BotError(
    'no-image',
    'Discord does not show the bot what is in the message that you replied to: choose “Describe image” in its menu, under “Apps”.',
  );
}

function gone(cause: unknown): BotError {
  return new BotError(
    'image-gone',
    'Discord no longer gives out this image: post it again, or run the command on it again.',
    { cause },
  );
}
