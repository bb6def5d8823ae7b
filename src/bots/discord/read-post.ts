import { type Message, MessageReferenceType } from 'discord.js';
import type { Post } from '../commands/bot-port.ts';
import type { MessageImages } from './message-images.ts';
import { personOf, personOfMessage, placeOfMessage } from './read-place.ts';

/** A message whose images are wanted, whoever asks. */
export function postOf(
  images: MessageImages,
  message: Message,
): Pick<Post, 'id' | 'author' | 'images' | 'reference'> {
  return { id: message.id, author: personOf(message.author), ...images.of(message) };
}

/**
 * The whole of a post that the gateway told of. What it replies to is looked for in a mention only.
 *
 * @param isMention whether the bot is spoken to
 */
export async function readPost(images: MessageImages, message: Message, isMention: boolean): Promise<Post> {
  const place = placeOfMessage(message);
  return {
    ...postOf(images, message),
    author: personOfMessage(message, place),
    place,
    mentionsBot: isMention,
    text: message.content.replace(/<@[!&]?\d+>/g, '').trim(),
    repliedTo: isMention ? await readRepliedTo(images, message) : null,
  };
}

async function readRepliedTo(images: MessageImages, message: Message): Promise<Post['repliedTo']> {
  const { reference } = message;
  if (reference?.type !== MessageReferenceType.Default || !reference.messageId) return null;
  // The gateway sends it along, so that it is in the cache. What cannot be read is none.
  const known = message.channel.messages.cache.get(reference.messageId);
  const repliedTo = known ?? (await message.fetchReference().catch(() => null));
  if (!repliedTo) return null;
  const post = postOf(images, repliedTo);
  return post.images.length > 0 ? post : { ...post, images: images.hiddenIn(repliedTo) };
}

/** Whether a message speaks to the bot: by its name, or by the role that Discord made for it in the server. */
export function mentionsBot({ client, content, guild }: Message<boolean>): boolean {
  const roleId = guild?.members.me?.roles.botRole?.id;
  const { id } = client.user;
  // Not `mentions.users`: a reply to the bot's own message names it there too.
  return new RegExp(`<@!?${id}>${roleId ? `|<@&${roleId}>` : ''}`).test(content);
}
