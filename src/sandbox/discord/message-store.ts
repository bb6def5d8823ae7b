import type { FileHost } from './file-host.ts';
import type { Embed } from './message-schema.ts';
import type { Json } from './render.ts';
import type { ChannelState, User } from './world.ts';

const MAX_MESSAGES_PER_CHANNEL = 200;

export interface StoredAttachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly isEphemeral: boolean;
  /** Where the file host has it. */
  readonly path: string;
  description: string | null;
}

export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

export interface StoredMessage {
  readonly id: string;
  readonly channel: ChannelState;
  readonly author: User;
  readonly type: number;
  readonly createdAt: number;
  readonly nonce: string | number | null;
  /** The person who alone sees it (ephemeral); null: everyone in the channel. */
  readonly onlyFor: string | null;
  /** The message that it answers. */
  readonly referenceId: string | null;
  /** What an interaction made; null for others. */
  readonly interactionMetadata: Json | null;
  content: string;
  embeds: readonly Embed[];
  /** As Discord gives them back: with ids, without nulls. */
  components: readonly Json[];
  attachments: readonly StoredAttachment[];
  flags: number;
  editedAt: number | null;
  mentions: Mentions;
}

/** The last messages of each channel. */
export class MessageStore {
  readonly #files: FileHost;
  readonly #byChannel = new Map<string, StoredMessage[]>();
  readonly #byId = new Map<string, StoredMessage>();

  constructor(files: FileHost) {
    this.#files = files;
  }

  add(message: StoredMessage): void {
    const list = this.#byChannel.get(message.channel.id) ?? [];
    this.#byChannel.set(message.channel.id, list);
    list.push(message);
    this.#byId.set(message.id, message);
    const oldest = list[0];
    if (list.length > MAX_MESSAGES_PER_CHANNEL && oldest !== undefined) this.remove(oldest);
  }

  find(id: string): StoredMessage | undefined {
    return this.#byId.get(id);
  }

  /** The messages of a channel, the oldest first, the private ones among them. */
  in(channelId: string): readonly StoredMessage[] {
    return this.#byChannel.get(channelId) ?? [];
  }

  lastId(channelId: string): string | null {
    return this.in(channelId).findLast(message => message.onlyFor === null)?.id ?? null;
  }

  remove(message: StoredMessage): void {
    this.#byId.delete(message.id);
    const list = this.#byChannel.get(message.channel.id);
    const index = list?.indexOf(message) ?? -1;
    if (index >= 0) list?.splice(index, 1);
    for (const { path } of message.attachments) this.#files.remove(path);
  }
}
