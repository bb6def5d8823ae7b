import { LRUCache } from 'lru-cache';
import { SlackApiError } from './api-error.ts';

/** Calls a minute that the tiers promise. docs.slack.dev/apis/web-api/rate-limits */
const TIER_PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
type Tier = keyof typeof TIER_PER_MINUTE;

const METHOD_TIERS: Readonly<Record<string, Tier>> = {
  'apps.connections.open': 1,
  'bots.info': 3,
  'chat.delete': 3,
  'chat.postEphemeral': 4,
  'chat.update': 3,
  'conversations.history': 3,
  'conversations.info': 3,
  'conversations.join': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.open': 3,
  'conversations.replies': 3,
  'files.completeUploadExternal': 4,
  'files.delete': 3,
  'files.getUploadURLExternal': 4,
  'files.info': 4,
  'reactions.add': 3,
  'team.info': 3,
  'users.info': 4,
  'users.list': 2,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
};

/** `chat.postMessage`: one message a second and channel, bursts are let through; several hundred a minute in all. */
const POST_BURST = 5;
const POSTS_PER_MINUTE = 300;
const MAX_BUCKETS = 1000;
/** Reconnecting apps ask for several connections in a row: the lowest tier would be one a minute. */
const LEAST_BURST = 10;

/** Calls that were under way already when the first was refused are no impatience. */
const UNDER_WAY_MS = 500;

interface Bucket {
  tokens: number;
  at: number;
  /** When a call was refused first, and until when it was told to wait. */
  refusal: { readonly at: number; readonly until: number } | null;
}

/** Slack's limits, as buckets that fill evenly. A tier's number is what Slack promises; it often lets more through. */
export class RateLimits {
  readonly #now: () => number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @throws SlackApiError `ratelimited`, with `retryAfterSeconds` in its details: a fault of the app only where it did not
   * wait as it was told
   */
  take(method: string, channel: string | undefined): void {
    if (method === 'chat.postMessage') {
      this.#take(`${method} ${channel}`, POST_BURST, 1);
      this.#take(method, POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60);
      return;
    }
    const tier = METHOD_TIERS[method];
    if (tier === undefined) return;
    const perMinute = TIER_PER_MINUTE[tier];
    this.#take(method, Math.max(perMinute, LEAST_BURST), perMinute / 60);
  }

  #take(key: string, capacity: number, perSecond: number): void {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: now, refusal: null };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    if (tokens < 1) {
      const retryAfterSeconds = Math.ceil((1 - tokens) / perSecond);
      const { refusal } = bucket;
      const isWaiting = refusal !== null && now < refusal.until;
      if (!isWaiting) bucket.refusal = { at: now, until: now + retryAfterSeconds * 1000 };
      const isImpatient = isWaiting && now - refusal.at > UNDER_WAY_MS;
      throw new SlackApiError('ratelimited', { retryAfterSeconds }, isImpatient);
    }
    this.#buckets.set(key, { tokens: tokens - 1, at: now, refusal: null });
  }
}
