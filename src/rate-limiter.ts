import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
/** Whoever is pushed out of memory begins anew: with so many at a time the limits of channel and server hold. */
const MAX_KEYS = 20_000;

interface Limit {
  /** Whose limit: `person:discord:1`. */
  readonly key: string;
  /** How much may be taken in a minute. */
  readonly perMinute: number;
}

export interface RateLimiter {
  /**
   * Takes from all limits or, where one of them would be passed, from none. More than a whole minute's worth counts as
   * that.
   *
   * @returns 0 where it was taken; else the milliseconds until it can be
   */
  take(limits: readonly Limit[], amount: number): number;
}

/** Sliding windows of a minute, in bounded memory. @param now milliseconds of a clock that only goes forward */
export function createRateLimiter(now: () => number): RateLimiter {
  // When each unit was taken, the oldest first; at most `perMinute` of them.
  const taken = new LRUCache<string, number[]>({ max: MAX_KEYS });

  return {
    take(limits, amount) {
      const time = now();
      let wait = 0;
      for (const { key, perMinute } of limits) {
        const recent = (taken.get(key) ?? []).filter(at => at > time - WINDOW_MS);
        const tooMany = recent.length + Math.min(amount, perMinute) - perMinute;
        if (tooMany > 0) wait = Math.max(wait, recent[tooMany - 1]! + WINDOW_MS - time);
        taken.set(key, recent);
      }
      if (wait > 0) return wait;
      for (const { key, perMinute } of limits) {
        const recent = taken.get(key)!;
        for (let i = Math.min(amount, perMinute); i > 0; i--) recent.push(time);
      }
      return 0;
    },
  };
}
