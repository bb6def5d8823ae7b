import type { ProblemLog } from '../problem-log.ts';
import { readImageHeader } from '../read-image-size.ts';
import { type AnyComponent, COMPONENT, walkComponents } from './component-schema.ts';
import type { FileHost } from './file-host.ts';
import type { Gateway } from './gateway.ts';
import { INTENT } from './gateway-payloads.ts';
import { hasMention, resolveMentions } from './mentions.ts';
import { type AllowedMentions, FLAG, type MessageBody } from './message-schema.ts';
import type { Mentions, MessageStore, StoredAttachment, StoredMessage } from './message-store.ts';
import { mediaUrls, numberComponents } from './normalise-components.ts';
import type { PeopleViews } from './people-views.ts';
import { renderMember } from './render.ts';
import { attachmentName, embedUrls, type MessageRenderer, withoutNulls } from './render-message.ts';
import { formError, RestError } from './rest-error.ts';
import type { SnowflakeMaker } from './snowflake.ts';
import type { ChannelState, User, World } from './world.ts';

/** Bytes that came with a request, by the number in `files[n]`. */
export type Uploads = ReadonlyMap<string, { readonly name: string; readonly bytes: Uint8Array }>;

export const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;

/** Types of messages (Discord's documentation, "Message Types"). */
export const MESSAGE_TYPE = { default: 0, reply: 19, chatInputCommand: 20, contextMenuCommand: 23 } as const;

export interface MessagesOptions {
  readonly world: World;
  readonly store: MessageStore;
  readonly files: FileHost;
  readonly ids: SnowflakeMaker;
  readonly problems: ProblemLog;
  readonly renderer: MessageRenderer;
  readonly gateway: Gateway;
  readonly people: PeopleViews;
  readonly now: () => number;
}

interface NewMessage {
  readonly channel: ChannelState;
  readonly type: number;
  readonly body: MessageBody;
  readonly uploads: Uploads;
  readonly onlyFor: string | null;
  readonly reference: StoredMessage | null;
  /** Null where no interaction made it. */
  readonly interactionMetadata: StoredMessage['interactionMetadata'];
  /** Flags that the platform sets. */
  readonly flags?: number;
  /** The request, for problems. */
  readonly where: string;
}

/** Writes, changes and deletes messages, and tells the bot and the people of it. */
export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /**
   * A message of the bot's.
   *
   * @throws RestError for what Discord refuses
   */
  createByBot(input: NewMessage): StoredMessage {
    const { channel, body, reference, where, onlyFor } = input;
    const { world, ids, now } = this.#options;
    const content = body.content?.trim() ?? '';
    const isLoading = ((input.flags ?? 0) & FLAG.loading) !== 0;
    const attachments = this.#attach(channel, body, input.uploads, [], onlyFor !== null);
    const message: StoredMessage = {
      id: ids.next(),
      channel,
      author: world.bot,
      type: input.type,
      createdAt: now(),
      nonce: body.nonce ?? null,
      onlyFor,
      referenceId: reference?.id ?? null,
      interactionMetadata: input.interactionMetadata,
      content,
      embeds: body.embeds ?? [],
      components: numberComponents(body.components ?? []),
      attachments,
      flags:
        ((body.flags ?? 0) & ~FLAG.ephemeral) | (input.flags ?? 0) | (onlyFor === null ? 0 : FLAG.ephemeral),
      editedAt: null,
      // A follow-up only shows what it belongs to: it pings nobody by that.
      mentions: this.#mentionsOf(channel, body, input.interactionMetadata === null ? reference : null, where),
    };
    if (!isLoading) this.#requireSomething(message, attachments);
    this.#requireMedia(message, attachments);
    this.#add(message);
    return message;
  }

  /**
   * The bot changes a message: what the body leaves out stays, and `attachments` lists those that stay.
   *
   * @throws RestError for what Discord refuses
   */
  edit(message: StoredMessage, body: MessageBody, uploads: Uploads, where: string): void {
    const attachments = this.#attach(
      message.channel,
      body,
      uploads,
      message.attachments,
      message.onlyFor !== null,
    );
    const changed: StoredMessage = {
      ...message,
      attachments,
      content: body.content === undefined ? message.content : (body.content?.trim() ?? ''),
      embeds: body.embeds === undefined ? message.embeds : (body.embeds ?? []),
      components:
        body.components === undefined ? message.components : numberComponents(body.components ?? []),
      flags: (message.flags & ~FLAG.loading) | ((body.flags ?? 0) & ~FLAG.ephemeral),
    };
    const isAnswer = (message.flags & FLAG.loading) !== 0;
    this.#requireSomething(changed, attachments);
    this.#requireMedia(changed, attachments);
    if (body.content !== undefined || body.components !== undefined) {
      changed.mentions = this.#mentionsOf(message.channel, body, null, where);
    }
    for (const before of message.attachments) {
      if (!attachments.some(({ id }) => id === before.id)) this.#options.files.remove(before.path);
    }
    Object.assign(message, changed, { editedAt: isAnswer ? null : this.#options.now() });
    this.tellEdited(message);
  }

  delete(message: StoredMessage): void {
    const { store, gateway, people } = this.#options;
    store.remove(message);
    const { channel, id } = message;
    people.tellChannel(channel, message.onlyFor, { type: 'delete', channelId: channel.id, messageId: id });
    if (!this.#isKnownToBot(message)) return;
    gateway.dispatch({
      type: 'MESSAGE_DELETE',
      guildId: channel.guildId,
      intents: messageIntent(channel),
      data: () => withoutNulls({ id, channel_id: channel.id, guild_id: channel.guildId }),
    });
  }

  /** A person's message. */
  createByPerson(input: {
    readonly channel: ChannelState;
    readonly author: User;
    readonly text: string;
    readonly files: readonly {
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly altText?: string;
    }[];
    readonly reference: StoredMessage | null;
  }): StoredMessage {
    const { world, ids, now } = this.#options;
    const { channel, author, reference } = input;
    const message: StoredMessage = {
      id: ids.next(),
      channel,
      author,
      type: reference === null ? MESSAGE_TYPE.default : MESSAGE_TYPE.reply,
      createdAt: now(),
      nonce: null,
      onlyFor: null,
      referenceId: reference?.id ?? null,
      interactionMetadata: null,
      content: input.text,
      embeds: [],
      components: [],
      attachments: input.files.map(file =>
        this.host({ folder: `attachments/${channel.id}`, isEphemeral: false, ...file }),
      ),
      flags: 0,
      editedAt: null,
      mentions: resolveMentions({
        text: input.text,
        guild: world.findGuild(channel.guildId) ?? null,
        isUser: id => world.findUser(id) !== undefined,
        permissions: world.permissionsIn(channel, author),
        allowed: undefined,
        repliedUserId: reference?.author.id ?? null,
      }),
    };
    this.#add(message);
    return message;
  }

  /** Takes a file in, and gives it an address. */
  host(file: {
    readonly folder: string;
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly altText?: string | null;
    readonly isEphemeral: boolean;
  }): StoredAttachment {
    const { ids, files } = this.#options;
    const header = readImageHeader(file.bytes);
    const id = ids.next();
    const filename = safeFileName(file.name);
    const path = `/${file.folder}/${id}/${filename}`;
    const contentType = header?.contentType ?? 'application/octet-stream';
    files.add(path, file.bytes, contentType);
    return {
      id,
      filename,
      size: file.bytes.length,
      contentType,
      width: header?.width ?? null,
      height: header?.height ?? null,
      isEphemeral: file.isEphemeral,
      path,
      description: file.altText || null,
    };
  }

  tellEdited(message: StoredMessage): void {
    const platformMessage = this.#options.people.toPlatformMessage(message);
    this.#options.people.tellChannel(message.channel, message.onlyFor, {
      type: 'edit',
      message: platformMessage,
    });
    this.#tellBot('MESSAGE_UPDATE', message);
  }

  #add(message: StoredMessage): void {
    const { store, people } = this.#options;
    store.add(message);
    people.tellChannel(message.channel, message.onlyFor, {
      type: 'message',
      message: people.toPlatformMessage(message),
    });
    this.#tellBot('MESSAGE_CREATE', message);
  }

  #tellBot(type: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: StoredMessage): void {
    if (!this.#isKnownToBot(message)) return;
    const { gateway, renderer, world } = this.#options;
    const { channel, author } = message;
    const guild = world.findGuild(channel.guildId);
    const member = guild?.members.get(author.id);
    gateway.dispatch({
      type,
      guildId: channel.guildId,
      intents: messageIntent(channel),
      data: session => ({
        ...renderer.render(message, (session.intents & INTENT.messageContent) !== 0),
        ...(guild === undefined ? {} : { guild_id: guild.id }),
        ...(guild === undefined || member === undefined ? {} : { member: renderMember(guild, member, true) }),
        channel_type: channel.guildId === null ? 1 : 0,
      }),
    });
  }

  /** Private messages come by no event, nor what happens where the bot is not. */
  #isKnownToBot(message: StoredMessage): boolean {
    return message.onlyFor === null && this.#options.world.canSee(this.#options.world.bot, message.channel);
  }

  #attach(
    channel: ChannelState,
    body: MessageBody,
    uploads: Uploads,
    existing: readonly StoredAttachment[],
    isEphemeral: boolean,
  ): StoredAttachment[] {
    for (const [index, { bytes }] of uploads) {
      if (bytes.length > MAX_UPLOAD_BYTES) throw new RestError('entityTooLarge');
      const isListed = body.attachments?.some(({ id }) => id === index) ?? true;
      if (!isListed) {
        throw formError(
          ['attachments'],
          'ATTACHMENT_NOT_FOUND',
          `files[${index}] is not listed in attachments.`,
        );
      }
    }
    const folder = isEphemeral
      ? `ephemeral-attachments/${this.#options.world.applicationId}`
      : `attachments/${channel.id}`;
    const take = (index: string, description: string | null, filename?: string | null) => {
      const upload = uploads.get(index)!;
      return this.host({
        folder,
        name: filename ?? upload.name,
        bytes: upload.bytes,
        altText: description,
        isEphemeral,
      });
    };
    if (body.attachments === undefined || body.attachments === null) {
      return [...existing, ...[...uploads.keys()].map(index => take(index, null))];
    }
    const sources = body.attachments.map((wanted, position) => {
      const kept = existing.find(({ id }) => id === wanted.id);
      if (kept === undefined && !uploads.has(wanted.id)) {
        throw formError(
          ['attachments', position, 'id'],
          'ATTACHMENT_NOT_FOUND',
          `No file or attachment has the id ${wanted.id}.`,
        );
      }
      return { wanted, kept };
    });
    return sources.map(({ wanted, kept }) => {
      if (kept === undefined) return take(wanted.id, wanted.description ?? null, wanted.filename);
      return wanted.description === undefined ? kept : { ...kept, description: wanted.description || null };
    });
  }

  #requireSomething(message: StoredMessage, attachments: readonly StoredAttachment[]): void {
    const { content, embeds, components } = message;
    if (content === '' && embeds.length === 0 && components.length === 0 && attachments.length === 0) {
      throw new RestError('emptyMessage');
    }
  }

  /** Every `attachment://` has to name a file of the message. */
  #requireMedia(message: StoredMessage, attachments: readonly StoredAttachment[]): void {
    const known = new Set(attachments.map(({ filename }) => filename));
    const urls = [...message.embeds.flatMap(embedUrls), ...mediaUrls(message.components)];
    for (const url of urls) {
      const name = attachmentName(url);
      if (name !== null && !known.has(name)) {
        throw formError(
          ['attachments'],
          'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
          `The referenced attachment ${name} was not found.`,
        );
      }
    }
  }

  #mentionsOf(
    channel: ChannelState,
    body: MessageBody,
    reference: StoredMessage | null,
    where: string,
  ): Mentions {
    const { world, problems } = this.#options;
    const shown = walkComponents((body.components ?? []) as readonly AnyComponent[])
      .filter(component => component.type === COMPONENT.textDisplay)
      .map(component => component.content ?? '');
    const text = [body.content ?? '', ...shown].join('\n');
    const allowed: AllowedMentions | undefined = body.allowed_mentions ?? undefined;
    const mentions = resolveMentions({
      text,
      guild: world.findGuild(channel.guildId) ?? null,
      isUser: id => world.findUser(id) !== undefined,
      permissions: world.appPermissionsIn(channel),
      allowed,
      repliedUserId: reference?.author.id ?? null,
    });
    if (allowed === undefined && (hasMention(text) || reference !== null)) {
      problems.add(
        where,
        'a message with a mention, or a reply, without allowed_mentions: it may ping people',
      );
    }
    if (mentions.everyone || mentions.roles.length > 0) {
      problems.add(where, 'a message pings @everyone, @here or a role');
    }
    return mentions;
  }
}

function messageIntent(channel: ChannelState): number {
  return channel.guildId === null ? INTENT.directMessages : INTENT.guildMessages;
}

/** Discord keeps letters, digits, dots, hyphens and underscores of a file's name. */
function safeFileName(name: string): string {
  const kept = name.replaceAll(/\s+/g, '_').replaceAll(/[^\w.-]/g, '');
  return kept === '' ? 'unknown' : kept;
}
