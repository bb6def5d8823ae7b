import { createHash } from 'node:crypto';
import { findLinks } from '../../launch/thread/measure-post.ts';

export interface XPost {
  readonly id: string;
  /** As it was sent. */
  readonly text: string;
  readonly replyTo: string | null;
  /** The first post of the conversation. */
  readonly conversation: string;
  readonly mediaIds: readonly string[];
  readonly createdAt: number;
}

export interface XMedia {
  readonly id: string;
  readonly totalBytes: number;
  readonly segments: Map<number, Uint8Array>;
  isFinalized: boolean;
  altText: string | null;
  readonly createdAt: number;
}

/** The beginning of X's ids: 4 November 2010. */
const EPOCH = 1_288_834_974_657n;
/** X forgets uploads that were not posted. */
const MEDIA_MS = 86_400_000;
const MOST_MEDIA = 1000;
const MOST_POSTS = 20_000;

/** An account on X, with its posts and pictures. In memory. */
export class XWorld {
  readonly userId: string;
  readonly username: string;
  readonly now: () => number;
  /** Posts that were refused since their text was there. */
  refusedDuplicates = 0;
  readonly #posts = new Map<string, XPost>();
  readonly #media = new Map<string, XMedia>();
  readonly #texts = new Set<string>();
  #lastId = 0n;

  constructor(userId: string, username: string, now: () => number) {
    this.userId = userId;
    this.username = username;
    this.now = now;
  }

  /** The oldest first. */
  posts(): XPost[] {
    return [...this.#posts.values()];
  }

  post(id: string): XPost | undefined {
    return this.#posts.get(id);
  }

  /** X tells texts apart by what is shown: by that, a post is said already. */
  hasText(text: string): boolean {
    return this.#texts.has(text.trim().normalize('NFC'));
  }

  addPost(text: string, replyTo: string | null, mediaIds: readonly string[]): XPost {
    const id = this.#nextId();
    const conversation = replyTo === null ? id : this.#posts.get(replyTo)!.conversation;
    const post: XPost = { id, text, replyTo, conversation, mediaIds, createdAt: this.now() };
    this.#posts.set(id, post);
    this.#texts.add(text.trim().normalize('NFC'));
    if (this.#posts.size > MOST_POSTS) this.#posts.delete(this.#posts.keys().next().value!);
    return post;
  }

  media(id: string): XMedia | undefined {
    const media = this.#media.get(id);
    return media && this.now() - media.createdAt < MEDIA_MS ? media : undefined;
  }

  addMedia(totalBytes: number): XMedia {
    const media: XMedia = {
      ...{ id: this.#nextId(), totalBytes, segments: new Map() },
      ...{ isFinalized: false, altText: null, createdAt: this.now() },
    };
    this.#media.set(media.id, media);
    if (this.#media.size > MOST_MEDIA) this.#media.delete(this.#media.keys().next().value!);
    return media;
  }

  #nextId(): string {
    const id = (BigInt(this.now()) - EPOCH) << 22n;
    this.#lastId = id > this.#lastId ? id : this.#lastId + 1n;
    return String(this.#lastId);
  }
}

/** A post as X's API gives it: escaped as HTML is, with a `t.co` address for each link and for the pictures. */
export function renderText({ id, text, mediaIds }: XPost): {
  readonly text: string;
  readonly urls: object[];
} {
  const urls: object[] = [];
  let rendered = '';
  let at = 0;
  const add = (piece: string) => {
    rendered += piece.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  };
  const addLink = (key: string, expanded: string, media: object) => {
    const url = `https://t.co/${createHash('sha256').update(`${id} ${key}`).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 10)}`;
    // In code points.
    const start = [...rendered].length;
    const display = expanded.replace(/^https?:\/\//, '');
    urls.push({
      start,
      end: start + url.length,
      url,
      expanded_url: expanded,
      display_url: display,
      ...media,
    });
    rendered += url;
  };
  for (const { url, start, end } of findLinks(text)) {
    add(text.slice(at, start));
    addLink(String(start), /^https?:/i.test(url) ? url : `http://${url}`, {});
    at = end;
  }
  add(text.slice(at));
  rendered = rendered.trim();
  if (mediaIds.length > 0) {
    rendered += ' ';
    addLink('media', `https://x.com/i/status/${id}/photo/1`, { media_key: `3_${mediaIds[0]}` });
  }
  return { text: rendered, urls };
}
