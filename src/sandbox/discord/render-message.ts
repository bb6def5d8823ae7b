import type { FileHost } from './file-host.ts';
import type { Embed } from './message-schema.ts';
import type { MessageStore, StoredAttachment, StoredMessage } from './message-store.ts';
import { type Json, renderUser } from './render.ts';
import type { World } from './world.ts';

export interface MessageRendererOptions {
  readonly world: World;
  readonly messages: MessageStore;
  readonly files: FileHost;
  /** Where the CDN lies. */
  readonly baseUrl: () => string;
}

/** Writes messages as Discord's message objects, with URLs signed anew each time. */
export class MessageRenderer {
  readonly #options: MessageRendererOptions;

  constructor(options: MessageRendererOptions) {
    this.#options = options;
  }

  /**
   * @param seesContent false: the app has no message content intent, so that what others wrote is left out, but for what
   *   is always given (Gateway documentation, "Message Content Intent")
   */
  render(message: StoredMessage, seesContent: boolean): Json {
    return { ...this.#renderOne(message, seesContent), ...this.#reference(message, seesContent) };
  }

  renderAttachment(attachment: StoredAttachment): Json {
    const url = this.#signed(attachment);
    return {
      id: attachment.id,
      filename: attachment.filename,
      size: attachment.size,
      url,
      proxy_url: url,
      content_type: attachment.contentType,
      flags: 0,
      ...(attachment.width === null || attachment.height === null
        ? {}
        : { width: attachment.width, height: attachment.height }),
      ...(attachment.description === null ? {} : { description: attachment.description }),
      ...(attachment.isEphemeral ? { ephemeral: true } : {}),
    };
  }

  #renderOne(message: StoredMessage, seesContent: boolean): Json {
    const { world } = this.#options;
    const isShown =
      seesContent ||
      message.author.isBot ||
      message.channel.guildId === null ||
      message.mentions.users.includes(world.bot.id);
    const embedded = embeddedNames(message);
    return {
      id: message.id,
      type: message.type,
      channel_id: message.channel.id,
      author: renderUser(message.author),
      content: isShown ? message.content : '',
      timestamp: new Date(message.createdAt).toISOString(),
      edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
      tts: false,
      pinned: false,
      flags: message.flags,
      mention_everyone: message.mentions.everyone,
      mention_roles: message.mentions.roles,
      mentions: message.mentions.users.flatMap(id => {
        const user = world.findUser(id);
        return user === undefined ? [] : [renderUser(user)];
      }),
      attachments: isShown
        ? message.attachments
            .filter(({ filename }) => !embedded.has(filename))
            .map(attachment => this.renderAttachment(attachment))
        : [],
      embeds: isShown ? message.embeds.map(embed => this.#renderEmbed(message, embed)) : [],
      components: isShown
        ? message.components.map(component => this.#withMedia(message, component) as Json)
        : [],
      ...(message.nonce === null ? {} : { nonce: message.nonce }),
      ...(message.interactionMetadata === null
        ? {}
        : {
            application_id: world.applicationId,
            webhook_id: world.applicationId,
            interaction_metadata: message.interactionMetadata,
          }),
    };
  }

  #reference(message: StoredMessage, seesContent: boolean): Json {
    if (message.referenceId === null) return {};
    const referenced = this.#options.messages.find(message.referenceId);
    const { id, guildId } = message.channel;
    return {
      message_reference: {
        type: 0,
        channel_id: id,
        message_id: message.referenceId,
        ...(guildId === null ? {} : { guild_id: guildId }),
      },
      referenced_message: referenced === undefined ? null : this.#renderOne(referenced, seesContent),
    };
  }

  #renderEmbed(message: StoredMessage, embed: Embed): Json {
    const { image, thumbnail, footer, author, fields, timestamp, ...texts } = embed;
    const icon = (url: string | null | undefined) =>
      url ? { icon_url: this.#mediaUrl(message, url), proxy_icon_url: this.#mediaUrl(message, url) } : {};
    return withoutNulls({
      ...texts,
      type: 'rich',
      timestamp: timestamp ? new Date(timestamp).toISOString() : null,
      image: image ? this.#embedMedia(message, image.url) : null,
      thumbnail: thumbnail ? this.#embedMedia(message, thumbnail.url) : null,
      footer: footer ? { text: footer.text, ...icon(footer.icon_url) } : null,
      author: author
        ? { name: author.name, ...(author.url ? { url: author.url } : {}), ...icon(author.icon_url) }
        : null,
      fields: fields?.map(field => ({ name: field.name, value: field.value, inline: field.inline ?? false })),
    });
  }

  #embedMedia(message: StoredMessage, url: string): Json {
    const attachment = this.#attachmentAt(message, url);
    const shown = this.#mediaUrl(message, url);
    return {
      url: shown,
      proxy_url: shown,
      flags: 0,
      ...(attachment?.width && attachment.height
        ? { width: attachment.width, height: attachment.height, content_type: attachment.contentType }
        : {}),
    };
  }

  /** Components with their media as Discord gives them back. */
  #withMedia(message: StoredMessage, node: unknown, key = ''): unknown {
    if (Array.isArray(node)) return node.map(each => this.#withMedia(message, each));
    if (typeof node !== 'object' || node === null) return node;
    if ((key === 'media' || key === 'file') && 'url' in node && typeof node.url === 'string') {
      const attachment = this.#attachmentAt(message, node.url);
      const url = this.#mediaUrl(message, node.url);
      return {
        id: attachment?.id ?? message.id,
        url,
        proxy_url: url,
        width: attachment?.width ?? null,
        height: attachment?.height ?? null,
        ...(attachment === undefined
          ? {}
          : { content_type: attachment.contentType, attachment_id: attachment.id }),
      };
    }
    return Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name, this.#withMedia(message, value, name)]),
    );
  }

  #attachmentAt(message: StoredMessage, url: string): StoredAttachment | undefined {
    const name = attachmentName(url);
    return name === null ? undefined : message.attachments.find(({ filename }) => filename === name);
  }

  #mediaUrl(message: StoredMessage, url: string): string {
    const attachment = this.#attachmentAt(message, url);
    return attachment === undefined ? url : this.#signed(attachment);
  }

  #signed(attachment: StoredAttachment): string {
    return `${this.#options.baseUrl()}${this.#options.files.sign(attachment.path)}`;
  }
}

/** The file name of an `attachment://` URL; null for others. */
export function attachmentName(url: string): string | null {
  return url.startsWith('attachment://') ? url.slice('attachment://'.length) : null;
}

/** The URLs of an embed's pictures. */
export function embedUrls(embed: Embed): string[] {
  const { image, thumbnail, footer, author } = embed;
  return [image?.url, thumbnail?.url, footer?.icon_url, author?.icon_url].flatMap(url => url ?? []);
}

/** Attachments that an embed shows are no longer listed as attachments, and so lose their alt text. */
function embeddedNames(message: StoredMessage): Set<string> {
  return new Set(message.embeds.flatMap(embedUrls).flatMap(url => attachmentName(url) ?? []));
}

export function withoutNulls(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null && each !== undefined));
}
