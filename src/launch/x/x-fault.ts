import { NarratorError } from '../../errors.ts';

/**
 * - `x-unknown`: a post was sent and no answer came that tells whether it stands.
 * - `x-unavailable`: X was not reached, or failed; nothing was posted, and it may be tried again.
 * - `x-limited`: over a limit, until `until`.
 * - `x-duplicate`: X has a post of this text already.
 * - `x-account`: the credentials are wrong, or the app or account may not do this.
 * - `x-refused`: X will never take this.
 */
export type XFaultCode =
  | 'x-unknown'
  | 'x-unavailable'
  | 'x-limited'
  | 'x-duplicate'
  | 'x-account'
  | 'x-refused';

export class XFault extends NarratorError {
  declare readonly code: XFaultCode;
  /** When X takes requests again, for `x-limited`; in milliseconds since the epoch, by X's clock. */
  readonly until: number | null;

  constructor(
    code: XFaultCode,
    message: string,
    { until = null, cause }: { until?: number | null; cause?: unknown } = {},
  ) {
    super(code, message, cause === undefined ? undefined : { cause });
    this.until = until;
  }
}
