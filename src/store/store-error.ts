import { NarratorError } from '../errors.ts';

/**
 * - `store-busy`: another process holds the database; retried for a bounded time before.
 * - `store-unavailable`: it cannot be reached, opened or written to.
 * - `store-newer`: it was made by a newer version of the program.
 * - `store-fault`: a fault of the program; its cause has the details.
 */
type StoreErrorCode = 'store-busy' | 'store-unavailable' | 'store-newer' | 'store-fault';

export class StoreError extends NarratorError {
  declare readonly code: StoreErrorCode;
  /** Whether the same may work in a moment: it is tried again. */
  readonly isPassing: boolean;

  constructor(
    code: StoreErrorCode,
    message: string,
    { isPassing = false, cause }: { isPassing?: boolean; cause?: unknown } = {},
  ) {
    super(code, message, cause === undefined ? undefined : { cause });
    this.isPassing = isPassing;
  }
}
