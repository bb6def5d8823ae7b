import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import { StoreError } from './store-error.ts';

/** Runs a query, again where its fault may pass. Rejects with a StoreError. The query has to be one that may run twice. */
export type RunQuery = <T>(query: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

const FIRST_WAIT_MS = 5;
const MOST_WAIT_MS = 250;
/** More than fit into the time, so that the time decides; a bound all the same. */
const MOST_ATTEMPTS = 1000;

/**
 * @param explain makes a StoreError of what the database threw
 * @param retryMs after this time nothing is tried again
 * @param onError told each failure that the caller hears of
 */
export function createRunQuery(
  db: Kysely<Tables>,
  explain: (error: unknown) => StoreError,
  retryMs: number,
  onError: (error: StoreError) => void = () => {},
): RunQuery {
  return async query => {
    try {
      return await retryWhilePassing(() => query(db), explain, retryMs);
    } catch (error) {
      if (error instanceof StoreError) onError(error);
      throw error;
    }
  };
}

export function retryWhilePassing<T>(
  attempt: () => Promise<T>,
  explain: (error: unknown) => StoreError,
  retryMs: number,
): Promise<T> {
  const giveUpAt = performance.now() + retryMs;
  const policy = retry(
    handleWhen(error => error instanceof StoreError && error.isPassing && performance.now() < giveUpAt),
    {
      maxAttempts: MOST_ATTEMPTS,
      // Half of the wait is drawn by lot: processes that met at a lock do not meet again.
      backoff: new DelegateBackoff(
        ({ attempt: count }) =>
          Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1)) * (0.5 + Math.random() / 2),
      ),
    },
  );
  return policy.execute(async () => {
    try {
      return await attempt();
    } catch (error) {
      throw error instanceof StoreError ? error : explain(error);
    }
  });
}
