import { NarratorError } from '../errors.ts';

/**
 * - `unknown`: a person, channel, message, command, option or form that is not there.
 * - `not-offered`: something that the platform would not let this person do there.
 * - `bad-value`: a value that the platform's client would not send.
 */
type SandboxErrorCode = 'unknown' | 'not-offered' | 'bad-value';

/** A person of a pretend platform tried something that the real platform's client would not let them do. */
export class SandboxError extends NarratorError {
  declare readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string) {
    super(code, message);
  }
}
