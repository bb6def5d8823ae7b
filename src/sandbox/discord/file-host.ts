import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface FileHostOptions {
  readonly now: () => number;
  /** How long a signed URL holds, in milliseconds. */
  readonly urlLifetimeMs: number;
  /** The most bytes of all files together: the oldest go first. */
  readonly maxBytes: number;
}

interface HostedFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * Discord's CDN for attachments: each URL carries its end (`ex`), its beginning (`is`), both in seconds as hexadecimal
 * digits, and a signature over them (`hm`) (Discord's documentation, "Signed Attachment CDN URLs").
 */
export class FileHost {
  readonly #options: FileHostOptions;
  readonly #files: LRUCache<string, HostedFile>;
  #key = randomBytes(32);

  constructor(options: FileHostOptions) {
    this.#options = options;
    this.#files = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: file => file.bytes.length + 1,
    });
  }

  add(path: string, bytes: Uint8Array, contentType: string): void {
    this.#files.set(path, { bytes, contentType });
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  /** The path with a fresh signature. */
  sign(path: string): string {
    const issued = Math.floor(this.#options.now() / 1000);
    const expires = issued + Math.ceil(this.#options.urlLifetimeMs / 1000);
    const ex = expires.toString(16);
    const is = issued.toString(16);
    return `${path}?ex=${ex}&is=${is}&hm=${this.#signature(path, ex, is)}&`;
  }

  /** The file of a URL whose signature holds; null: expired, unsigned, forged or unknown, which Discord tells alike. */
  open(path: string, query: URLSearchParams): HostedFile | null {
    const [ex, is, hm] = ['ex', 'is', 'hm'].map(name => query.get(name) ?? '') as [string, string, string];
    const wanted = Buffer.from(this.#signature(path, ex, is));
    const given = Buffer.from(hm);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    if (Number.parseInt(ex, 16) * 1000 <= this.#options.now()) return null;
    return this.#files.get(path) ?? null;
  }

  /** Refuses the URLs given out so far. */
  expireUrls(): void {
    this.#key = randomBytes(32);
  }

  #signature(path: string, ex: string, is: string): string {
    return createHmac('sha256', this.#key).update(`${path}\n${ex}\n${is}`).digest('hex');
  }
}
