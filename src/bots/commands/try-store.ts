import { errorFields } from './explain-error.ts';
import type { Logger } from './logger.ts';

/** A description does not wait longer than this for what the store says, and less where it just failed. */
const PATIENCE_MS = 1000;
const SHORT_PATIENCE_MS = 100;
const SORE_MS = 5000;

/**
 * A call to the store whose failure must not stop a description. It is not waited for beyond a second, may
 * be done all the same later, and a failure is logged.
 *
 * @returns what the store says; null where it failed
 */
export interface TryStore {
  <T>(what: string, call: () => Promise<T>): Promise<{ readonly value: T } | null>;
  /** False where a call failed in the last seconds. */
  isSound(): boolean;
}

export function createTryStore(log: Logger): TryStore {
  let failures = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  const isSound = () => performance.now() - failedAt >= SORE_MS;
  const tryStore = async <T>(what: string, call: () => Promise<T>) => {
    const patienceMs = isSound() ? PATIENCE_MS : SHORT_PATIENCE_MS;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not within ${patienceMs} ms`)), patienceMs);
    });
    try {
      return { value: await Promise.race([call(), late]) };
    } catch (error) {
      failures++;
      failedAt = performance.now();
      log.error({ ...errorFields(error), what, failures }, 'the store failed; going on without it');
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
  return Object.assign(tryStore, { isSound });
}
