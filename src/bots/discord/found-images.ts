import { type Attachment, EmbedType, type Message } from 'discord.js';
import { nameOfUrl } from '../../inference/image/fetch-image.ts';
import type { ImageReference } from '../commands/bot-port.ts';

/** An image where Discord said that it lies. */
export interface FoundImage {
  readonly id: string;
  readonly name: string;
  readonly altText: string | null;
  /** Signed, for a day or so: never stored. */
  readonly url: string;
}

/** Formats that are read. What a file really is, its bytes say; this is for which files to look at. */
const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp|avif)$/i;

/** The images of a message, in order: attachments, those of a forwarded message, and pictures behind links. */
export function imagesOf(message: Message): FoundImage[] {
  const whole = [message, ...message.messageSnapshots.values()];
  const attachments = whole.flatMap(each => [...(each.attachments?.values() ?? [])]).filter(mayBeImage);
  const embeds = whole.flatMap(each => each.embeds ?? []);
  return [
    ...attachments.map(foundAttachment),
    ...embeds.flatMap(({ data: { type, thumbnail } }, index) =>
      type === EmbedType.Image && thumbnail
        ? [{ id: `embed-${index}`, name: nameOfUrl(thumbnail.url), altText: null, url: thumbnail.url }]
        : [],
    ),
  ];
}

export function foundAttachment({ id, name, description, url }: Attachment): FoundImage {
  return { id, name, altText: description, url };
}

function mayBeImage({ contentType, name }: Attachment): boolean {
  return contentType ? contentType.startsWith('image/') : IMAGE_NAME.test(name);
}

export function referenceTo(
  { id, channelId }: Pick<Message, 'id' | 'channelId'>,
  images: readonly FoundImage[],
): Extract<ImageReference, { kind: 'message' }> {
  return { kind: 'message', channelId, messageId: id, imageIds: images.map(image => image.id) };
}
