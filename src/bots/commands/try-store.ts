import { errorFields } from './explain-error.ts';
import type { Logger } from './logger.ts';

/** A description does not wait longer than this for what the store says. */
const PATIENCE_MS = 1500;

/**
 * A call to the store whose failure must not stop a description. It is not waited for beyond `PATIENCE_MS`, may be done
 * all the same later, and a failure is logged.
 *
 * @returns what the store says; null where it failed
 */
export type TryStore = <T>(what: string, call: () => Promise<T>) => Promise<{ readonly value: T } | null>;

export function createTryStore(log: Logger): TryStore {
  let failures = 0;
  return async (what, call) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      return { value: await Promise.race([call(), late]) };
    } catch (error) {
      failures++;
      log.error({ ...errorFields(error), what, failures }, 'the store failed; going on without it');
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
}
