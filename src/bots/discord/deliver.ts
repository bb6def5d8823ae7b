import { ExponentialBackoff, handleWhen, retry, TimeoutStrategy, timeout, wrap } from 'cockatiel';
import { isPassing } from './discord-error.ts';

/**
 * Makes a request of Discord, again where a fault of Discord or the network may pass. The request is made anew each time.
 *
 * @throws what the last attempt threw; cockatiel's TaskCancelledError when time is up
 */
export type Deliver = <T>(attempt: () => Promise<T>) => Promise<T>;

export interface DeliverOptions {
  /** How often a request is made again. */
  readonly maxRetries: number;
  /** The first wait in milliseconds; it doubles, up to 15 seconds. */
  readonly backoffMs: number;
  /** For all attempts together, in milliseconds: rate limits are waited out within it. */
  readonly timeoutMs: number;
}

/** Sees a reply through an outage of about a minute. */
export const DELIVERY: DeliverOptions = { maxRetries: 6, backoffMs: 1000, timeoutMs: 180_000 };

export function createDeliver({ maxRetries, backoffMs, timeoutMs }: DeliverOptions): Deliver {
  const policy = wrap(
    timeout(timeoutMs, TimeoutStrategy.Aggressive),
    retry(handleWhen(isPassing), {
      maxAttempts: maxRetries,
      backoff: new ExponentialBackoff({ initialDelay: backoffMs, maxDelay: 15_000 }),
    }),
  );
  return attempt => policy.execute(attempt);
}
