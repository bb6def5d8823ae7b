import { LRUCache } from 'lru-cache';
import type { Description } from './narrator.ts';

export interface CacheLimits {
  /** The most descriptions that are kept. */
  readonly maxItems: number;
  /** The most bytes that they take, as JSON. */
  readonly maxBytes: number;
  /** Descriptions older than this are made anew. */
  readonly maxAgeMs: number;
}

export interface RunOptions {
  /** Aborted when nobody waits for the run any more. */
  readonly signal: AbortSignal;
  readonly onText: ((textSoFar: string) => void) | undefined;
}

interface Waiter {
  /** Ends this one's waiting; the run goes on while anyone else waits. */
  readonly signal: AbortSignal;
  readonly onText?: (textSoFar: string) => void;
  /** Begins a run of its own, whose result takes the place of what is kept. */
  readonly isFresh?: boolean;
}

export interface ResultCache {
  readonly size: number;
  clear(): void;
  /**
   * The description that is kept under the key, or that is being made under it; else the one that `run` makes.
   *
   * @returns `isReused` is true where no run was begun for this call
   * @throws what `run` throws, which is not kept; the waiter's signal's reason when aborted
   */
  describe(
    key: string,
    run: (options: RunOptions) => Promise<Description>,
    waiter: Waiter,
  ): Promise<{ readonly description: Description; readonly isReused: boolean }>;
}

interface Flight {
  readonly controller: AbortController;
  readonly waiters: Set<Waiter>;
  readonly result: Promise<Description>;
  text: string | undefined;
  /** A fresh run was begun after it: its result is not kept. */
  isOvertaken: boolean;
}

/** Keeps descriptions in memory, the most recently used of them, and has equal requests at one time share one run. */
export function createResultCache({ maxItems, maxBytes, maxAgeMs }: CacheLimits): ResultCache {
  const kept = new LRUCache<string, Description>({
    max: maxItems,
    maxSize: maxBytes,
    ttl: maxAgeMs,
    // JSON of a description is Latin text: about a byte a character.
    sizeCalculation: (description, key) => key.length + JSON.stringify(description).length,
  });
  const flights = new Map<string, Flight>();

  function begin(key: string, run: (options: RunOptions) => Promise<Description>, streams: boolean): Flight {
    const { promise, resolve } = Promise.withResolvers<Description>();
    const controller = new AbortController();
    const flight: Flight = {
      controller,
      waiters: new Set(),
      text: undefined,
      isOvertaken: false,
      result: promise,
    };
    const onText = (text: string) => {
      flight.text = text;
      for (const waiter of flight.waiters) waiter.onText?.(text);
    };
    const overtaken = flights.get(key);
    if (overtaken) overtaken.isOvertaken = true;
    flights.set(key, flight);
    resolve(run({ signal: controller.signal, onText: streams ? onText : undefined }));
    promise.then(
      description => {
        if (!flight.isOvertaken) kept.set(key, description);
        land(key, flight);
      },
      () => land(key, flight),
    );
    return flight;
  }

  /** No one joins it any more. After an abort another run may be under way under the same key. */
  function land(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  return {
    get size() {
      return kept.size;
    },
    clear: () => kept.clear(),
    async describe(key, run, waiter) {
      const { signal, onText, isFresh = false } = waiter;
      signal.throwIfAborted();
      const found = isFresh ? undefined : kept.get(key);
      if (found) return { description: found, isReused: true };
      const joined = isFresh ? undefined : flights.get(key);
      const flight = joined ?? begin(key, run, onText !== undefined);
      flight.waiters.add(waiter);
      if (flight.text !== undefined) onText?.(flight.text);
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return { description: await Promise.race([flight.result, aborted]), isReused: joined !== undefined };
      } finally {
        signal.removeEventListener('abort', onAbort);
        flight.waiters.delete(waiter);
        if (flight.waiters.size === 0) {
          // Whoever comes now must not join a run that is being cancelled.
          land(key, flight);
          flight.controller.abort(signal.reason);
        }
      }
    },
  };
}
