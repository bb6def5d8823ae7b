import type { Reply } from './reply.ts';

export const PLATFORMS = ['discord', 'slack'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** A person on a platform, with what they may do at the place in question. */
export interface Person {
  readonly id: string;
  /** As shown there: untrusted text. */
  readonly name: string;
  readonly isBot: boolean;
  /** May change how the bot behaves in this channel. */
  readonly mayManageChannel: boolean;
  /** May delete what others post in this channel. */
  readonly mayModerate: boolean;
  /** May change how the bot behaves in the whole server or workspace. */
  readonly mayManageServer: boolean;
}

/** Where something happened. */
export interface Place {
  readonly platform: Platform;
  /** The guild or workspace; null in a direct message. */
  readonly serverId: string | null;
  readonly channelId: string;
  readonly channelName: string;
  /** The channel's topic and purpose: `#nobot` and `#noai` in it are respected. */
  readonly topic: string;
  readonly isDirect: boolean;
  /**
   * True where the bot is a member, so that it can post and be reached there. False for a command that a person brought
   * along (Discord's user install).
   */
  readonly isMember: boolean;
}

/** Where an image can be found again. Plain data: it is stored. It holds no token and no signed URL. */
export type ImageReference =
  | {
      readonly kind: 'message';
      readonly channelId: string;
      readonly messageId: string;
      /** The platform's ids of the attachments or files, in order. */
      readonly imageIds: readonly string[];
    }
  | { readonly kind: 'file'; readonly fileIds: readonly string[] }
  | { readonly kind: 'url'; readonly url: string }
  /** Given with a command and kept nowhere: cannot be found again. */
  | { readonly kind: 'once' };

/** An image that someone posted. */
export interface PostedImage {
  readonly id: string;
  /** The file's name: untrusted text. */
  readonly name: string;
  readonly altText: string | null;
  /**
   * The whole file, fetched through the guards of `inference/image/`.
   *
   * @throws ImageError; the signal's reason when aborted
   */
  read(signal: AbortSignal): Promise<Uint8Array>;
}

export interface Post {
  readonly id: string;
  readonly author: Person;
  readonly place: Place;
  readonly images: readonly PostedImage[];
  readonly reference: ImageReference;
  readonly mentionsBot: boolean;
  /** Without the mention. Empty where the platform does not give it to us. */
  readonly text: string;
  /** The post that this one replies to, where it can be read. */
  readonly repliedTo: Pick<Post, 'id' | 'author' | 'images' | 'reference'> | null;
}

/** A reply that stands on the platform. */
export interface SentReply {
  /** The platform's message id, null where there is none to be had (a private reply). */
  readonly messageId: string | null;
}

/**
 * Where the answer to one event goes. The adapter has acknowledged the event, and shows that work goes on. Calls come one
 * after the other; `show` may come often: the core keeps to `EDIT_INTERVAL_MS`.
 */
export interface Responder {
  /** Puts the reply where the person sees it, or in the place of what this responder showed before. */
  show(reply: Reply): Promise<SentReply>;
  /**
   * The id of the message that says in the channel that work goes on, once it stands; null where there is none. Should the
   * process crash, the next one takes it away.
   */
  readonly sign?: Promise<string | null>;
  /** Takes away what was shown, or the sign that work goes on. */
  withdraw(): Promise<void>;
}

/** What the commands need of a platform beyond answering. */
export interface PlatformPort {
  readonly platform: Platform;
  /**
   * Why there can be no watch mode, as a sentence for the person who wants to turn it on; null where there can. On
   * Discord it needs an intent that not every bot has.
   */
  readonly whyNoWatch: string | null;
  /**
   * Finds images again, as they are now (with the alt text that they have now).
   *
   * @throws BotError `image-gone`; `not-permitted` where the bot may not read there
   */
  findImages(reference: ImageReference, signal: AbortSignal): Promise<PostedImage[]>;
  /** Posts in a channel, as a reply to a message where one is given. */
  respondIn(channelId: string, replyTo: string | null): Responder;
  /** Deletes a message of the bot's own. One that is gone already is no error. */
  deleteMessage(channelId: string, messageId: string): Promise<void>;
  /** The names that the platform shows for people, for the leaderboard; those unknown are left out. */
  findNames(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
