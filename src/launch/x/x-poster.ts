/** A post as it is to be sent. */
interface NewPost {
  readonly text: string;
  /** X's ids of uploaded pictures, in order. */
  readonly mediaIds: readonly string[];
  /** X's id of the post that it answers. */
  readonly replyTo: string | null;
}

export interface SentPost {
  readonly id: string;
  /** Until when X takes no other post, where this was the last one that its limits allow. */
  readonly nextAt: number | null;
}

/** A post of our own as it stands on X, with the text that was sent rather than X's form of it. */
export interface OwnPost {
  readonly id: string;
  /** Whether this is what X makes of a text. */
  readonly says: (text: string) => boolean;
  /** The post that it answers; undefined where X does not say. */
  readonly replyTo: string | null | undefined;
  /** The first post of the conversation that it is part of; undefined where X does not say. */
  readonly conversation: string | undefined;
}

/** The account that threads are posted from. All reject with XFault, or the signal's reason. */
export interface XPoster {
  /**
   * Uploads a PNG picture with its alt text. Returns X's id of it, which X forgets after a day.
   *
   * @throws XFault `x-unavailable` where it may be tried again
   */
  upload(png: Uint8Array, altText: string, signal: AbortSignal): Promise<string>;
  /**
   * Sends a post, once: nothing is tried again.
   *
   * @throws XFault `x-unknown` where nobody knows whether it stands; with each other code it does surely not. The signal's
   * reason only where it came before anything was sent
   */
  send(post: NewPost, signal: AbortSignal): Promise<SentPost>;
  /** Our posts since a moment, the newest first; a few hundred at most. */
  ownPosts(since: number, signal: AbortSignal): Promise<OwnPost[]>;
}
