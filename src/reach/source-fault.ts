import { NarratorError } from '../errors.ts';

/**
 * - `source-restricted`: the source knows the figure and does not give it to us.
 * - `source-absent`: there is no such subject, or the figure is not in the answer.
 * - `source-nonsense`: the answer cannot be what it should be.
 * - `source-limited`: we asked too often.
 * - `source-down`: no answer, or that something is wrong over there.
 */
type SourceFaultCode =
  | 'source-restricted'
  | 'source-absent'
  | 'source-nonsense'
  | 'source-limited'
  | 'source-down';

/** Why there is a reason in the place of a value. */
export class SourceFault extends NarratorError {
  declare readonly code: SourceFaultCode;
  /** The least wait before the same request is worth another attempt; null: in this run it is not. */
  readonly retryAfterMs: number | null;

  constructor(
    code: SourceFaultCode,
    message: string,
    { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(code, message, cause === undefined ? undefined : { cause });
    this.retryAfterMs = retryAfterMs;
  }

  get outcome(): 'missing' | 'restricted' {
    return this.code === 'source-restricted' ? 'restricted' : 'missing';
  }
}

/** The fault within an error of a client, which wraps what its transport threw; anything else is thrown on. */
export function faultOf(error: unknown): SourceFault {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof SourceFault) return cause;
  }
  throw error;
}

/**
 * What `read` gives, or the fault that it threw: one figure that is not to be had takes no other with it.
 *
 * @throws the signal's reason when aborted; what is no SourceFault
 */
export async function orFault<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T | SourceFault> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    return faultOf(error);
  }
}
