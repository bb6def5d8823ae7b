import { NarratorError } from '../../errors.ts';

/**
 * - `slack-token`: a token is wrong, or counts no longer.
 * - `slack-unreachable`: Slack could not be reached at the start.
 * - `slack-port`: the address for Slack's requests cannot be listened on.
 */
type SlackSetupErrorCode = 'slack-token' | 'slack-unreachable' | 'slack-port';

/** Why the Slack bot cannot run, for its operator. */
export class SlackSetupError extends NarratorError {
  declare readonly code: SlackSetupErrorCode;

  constructor(code: SlackSetupErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
