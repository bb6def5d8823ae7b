import { setTimeout as wait } from 'node:timers/promises';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { untilAborted } from '../inference/until-aborted.ts';
import type { RateLimit } from './rate-limit.ts';
import { SourceFault } from './source-fault.ts';

/** For one request with its answer. */
export const REQUEST_MS = 15_000;
/** No answer that is read here is near it. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** A limit that ends later is not waited out: the next hour asks again. */
const MAX_WAIT_MS = 10_000;
/** Where a source does not say when its limit ends: beyond what is waited out. */
const UNKNOWN_WAIT_MS = 60_000;
const MAX_RETRIES = 2;
/** Requests that fail for good, one after the other, before a source is left alone for the rest of a run. */
const MAX_FAILURES = 2;
/** Longer than a run takes. */
const LEFT_ALONE_MS = 600_000;

export interface PolicyOptions {
  /** As people know it. */
  readonly source: string;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly retryMs?: number;
}

/** How one source is asked in one run: how often again, and when not at all. */
export interface SourcePolicy {
  /**
   * Makes a request, again where that may help.
   *
   * @throws SourceFault; the signal's reason when aborted
   */
  run<T>(attempt: () => Promise<T>): Promise<T>;
  /** Takes note of what an answer's headers say: where no request is left, the next one waits or is not made. */
  note(limit: RateLimit): void;
  /** The fault of an answer with a status that is no success. */
  faultOf(status: number, limit: RateLimit): SourceFault;
}

export function createSourcePolicy({ source, now, signal, retryMs = 1000 }: PolicyOptions): SourcePolicy {
  let blockedUntil = 0;
  const policy = wrap(
    circuitBreaker(
      handleWhen(error => error instanceof SourceFault && error.code === 'source-down'),
      { halfOpenAfter: LEFT_ALONE_MS, breaker: new ConsecutiveBreaker(MAX_FAILURES) },
    ),
    retry(
      handleWhen(error => error instanceof SourceFault && error.retryAfterMs !== null),
      {
        maxAttempts: MAX_RETRIES,
        backoff: new DelegateBackoff(({ attempt, result }) => {
          const least =
            'error' in result && result.error instanceof SourceFault ? result.error.retryAfterMs : 0;
          return Math.max(least ?? 0, retryMs * 2 ** (attempt - 1));
        }),
      },
    ),
  );

  function limited(waitMs: number | null): SourceFault {
    const until =
      waitMs === null
        ? ''
        : ` until ${new Date(now() + waitMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    return new SourceFault('source-limited', `${source} takes no more requests${until}: its rate limit.`, {
      retryAfterMs: waitMs !== null && waitMs <= MAX_WAIT_MS ? waitMs : null,
    });
  }

  return {
    async run(attempt) {
      signal.throwIfAborted();
      const blockedMs = blockedUntil - now();
      if (blockedMs > MAX_WAIT_MS) throw limited(blockedMs);
      blockedUntil = 0;
      if (blockedMs > 0) await untilAborted(wait(blockedMs, undefined, { ref: false }), signal);
      try {
        return await untilAborted(policy.execute(attempt, signal), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new SourceFault(
          'source-down',
          `${source} failed too often: it is left alone until the next run.`,
          {
            cause: error,
          },
        );
      }
    },
    note({ remaining, waitMs }) {
      if (remaining !== null && remaining < 1 && waitMs !== null) blockedUntil = now() + waitMs;
    },
    faultOf(status, limit) {
      // GitHub answers 403 to whoever is over a limit, as well as to whoever may not.
      const isOver = limit.asksToWait || (limit.remaining !== null && limit.remaining < 1);
      if (status === 429 || (status === 403 && isOver)) {
        blockedUntil = now() + (limit.waitMs ?? UNKNOWN_WAIT_MS);
        return limited(limit.waitMs);
      }
      const says = `${source} answered with HTTP status ${status}`;
      if (status >= 500) return new SourceFault('source-down', `${says}.`, { retryAfterMs: 0 });
      if (status === 401 || status === 403) {
        return new SourceFault(
          'source-restricted',
          `${says}: it is not given to us, or not with this token.`,
        );
      }
      if (status === 404 || status === 410) {
        return new SourceFault('source-absent', `${says}: it is not there, private, or misspelt.`);
      }
      return new SourceFault('source-nonsense', `${says}.`);
    },
  };
}

/** The fault of a request that got no answer. */
export function noAnswer(source: string, error: unknown): SourceFault {
  const isLate = error instanceof Error && /Timeout/.test(error.name);
  const what = isLate ? `did not answer within ${REQUEST_MS / 1000} seconds` : 'could not be reached';
  return new SourceFault('source-down', `${source} ${what}.`, { retryAfterMs: 0, cause: error });
}
