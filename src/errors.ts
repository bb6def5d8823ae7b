/**
 * The base of every error that a person may see. `code` is what programs decide by; `message` is a whole
 * sentence for the person: what was wrong and what to do about it. Nothing is decided by the message.
 */
export class NarratorError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
