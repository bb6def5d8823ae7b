import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { EndpointError } from './endpoint-error.ts';

/** Faults in a row after which the endpoint is left alone, so that a queue of images does not wait on each. */
const FAULTS_TO_BREAK = 5;
const BREAK_MS = 30_000;
const MOST_BACKOFF_MS = 8000;
/** An endpoint that wants to be left alone for longer gets its wish: the person is told. */
const MOST_RETRY_AFTER_MS = 30_000;

export interface RetryOptions {
  readonly host: string;
  readonly maxRetries: number;
  /** The first wait in milliseconds; it doubles each time, up to 8 seconds. */
  readonly backoffMs: number;
}

/**
 * Tries again what may pass, after a wait that grows and differs from client to client, or that the endpoint asks for;
 * and leaves an endpoint alone for 30 seconds that failed five times in a row.
 *
 * @returns runs an attempt; throws what its last attempt threw, or an EndpointError where the endpoint is left alone
 */
export function createRetryPolicy({ host, maxRetries, backoffMs }: RetryOptions) {
  const isPassing = (error: unknown) => error instanceof EndpointError && error.isPassing;
  const policy = wrap(
    retry(
      handleWhen(
        error => isPassing(error) && ((error as EndpointError).retryAfterMs ?? 0) <= MOST_RETRY_AFTER_MS,
      ),
      {
        maxAttempts: maxRetries,
        backoff: new DelegateBackoff(({ attempt, result }) => {
          const asked =
            'error' in result && result.error instanceof EndpointError && result.error.retryAfterMs;
          // Half of the wait is drawn by lot: clients that failed together do not come back together.
          const wait = Math.min(MOST_BACKOFF_MS, backoffMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
          return Math.max(wait, asked || 0);
        }),
      },
    ),
    circuitBreaker(handleWhen(isPassing), {
      halfOpenAfter: BREAK_MS,
      breaker: new ConsecutiveBreaker(FAULTS_TO_BREAK),
    }),
  );
  return async <T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    try {
      return await policy.execute(attempt, signal);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new EndpointError(
        'endpoint-unavailable',
        `${host} failed ${FAULTS_TO_BREAK} times in a row and is left alone for now.`,
        `Try again in ${BREAK_MS / 1000} seconds; if it stays so, look into the log of the endpoint.`,
      );
    }
  };
}
