/**
 * - `ok`: works.
 * - `note`: is not there, and nothing that is set up needs it.
 * - `warn`: works, and will not work well or for long.
 * - `fail`: is set up and does not work.
 */
export type Verdict = 'ok' | 'note' | 'warn' | 'fail';

/** What one check found. */
export interface Finding {
  /** Which check, in a word or two; does not change between runs. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found, for a person; where something is amiss also what to do about it. */
  readonly message: string;
  /** The same for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A check with its limit in time. It may reject: then it fails. */
export interface Check {
  readonly check: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
  run(signal: AbortSignal): Promise<Omit<Finding, 'check'>>;
}

/** Runs a check to an end, whatever it does. @throws only the signal's reason */
export async function runCheck({ check, timeoutMs, run }: Check, signal: AbortSignal): Promise<Finding> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([signal, timeout]);
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(stop.reason);
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    return { check, ...(await Promise.race([run(stop), stopped])) };
  } catch (error) {
    signal.throwIfAborted();
    const message = timeout.aborted
      ? `The check took longer than ${timeoutMs / 1000} seconds.`
      : error instanceof Error
        ? error.message
        : String(error);
    return { check, verdict: 'fail', message };
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
