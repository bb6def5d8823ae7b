import { NarratorError } from '../errors.ts';

/**
 * - `web-port-taken`, `web-address`: where the pages are to be cannot be listened on.
 * - The others are refusals of a request.
 */
type WebErrorCode =
  | 'web-port-taken'
  | 'web-address'
  | 'bad-request'
  | 'no-token'
  | 'foreign-page'
  | 'not-found'
  | 'body-too-large'
  | 'rate-limited'
  | 'busy';

export class WebError extends NarratorError {
  declare readonly code: WebErrorCode;

  constructor(code: WebErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
