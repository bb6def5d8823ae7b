import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface BucketLimit {
  /** Requests in a window. */
  readonly limit: number;
  readonly windowMs: number;
}

/** The most requests in a second over all routes but those of interactions (Discord's documentation, "Rate Limits"). */
const GLOBAL_LIMIT = 50;
const GLOBAL_WINDOW_MS = 1000;
const MAX_BUCKETS = 5000;

interface Window {
  used: number;
  endsAt: number;
}

export interface RateVerdict {
  /** Null: goes through. */
  readonly refusal: { readonly retryAfterSeconds: number; readonly isGlobal: boolean } | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts requests by bucket (route and major parameter) in fixed windows, and over all routes. */
export class RateLimits {
  readonly #now: () => number;
  readonly #windowScale: number;
  readonly #windows = new LRUCache<string, Window>({ max: MAX_BUCKETS });
  #global: Window = { used: 0, endsAt: 0 };

  /** @param windowScale 1 for Discord's windows; less makes them shorter, for tests */
  constructor(now: () => number, windowScale: number) {
    this.#now = now;
    this.#windowScale = windowScale;
  }

  /**
   * @param route names the bucket, without its parameters
   * @param major the values of the major parameters: channel, guild, or webhook and token
   */
  take(route: string, major: string, bucket: BucketLimit, countsGlobally: boolean): RateVerdict {
    const now = this.#now();
    if (countsGlobally) {
      if (this.#global.endsAt <= now)
        this.#global = { used: 0, endsAt: now + GLOBAL_WINDOW_MS * this.#windowScale };
      if (this.#global.used >= GLOBAL_LIMIT) {
        const retryAfterSeconds = secondsUntil(this.#global.endsAt, now);
        return {
          refusal: { retryAfterSeconds, isGlobal: true },
          headers: {
            'X-RateLimit-Global': 'true',
            'X-RateLimit-Scope': 'global',
            'Retry-After': String(retryAfterSeconds),
          },
        };
      }
      this.#global.used++;
    }
    const window = this.#windowOf(`${route} ${major}`, bucket, now);
    const resetAfter = secondsUntil(window.endsAt, now);
    const headers = (remaining: number) => ({
      'X-RateLimit-Limit': String(bucket.limit),
      'X-RateLimit-Remaining': String(remaining),
      'X-RateLimit-Reset': (window.endsAt / 1000).toFixed(3),
      'X-RateLimit-Reset-After': resetAfter.toFixed(3),
      'X-RateLimit-Bucket': createHash('sha256').update(route).digest('hex').slice(0, 32),
    });
    if (window.used >= bucket.limit) {
      return {
        refusal: { retryAfterSeconds: resetAfter, isGlobal: false },
        headers: { ...headers(0), 'X-RateLimit-Scope': 'user', 'Retry-After': resetAfter.toFixed(3) },
      };
    }
    window.used++;
    return { refusal: null, headers: headers(bucket.limit - window.used) };
  }

  #windowOf(key: string, bucket: BucketLimit, now: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    const window = { used: 0, endsAt: now + bucket.windowMs * this.#windowScale };
    this.#windows.set(key, window);
    return window;
  }
}

function secondsUntil(end: number, now: number): number {
  return Math.max(1, Math.ceil(end - now)) / 1000;
}
