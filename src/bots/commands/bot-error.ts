import { NarratorError } from '../../errors.ts';

/**
 * - `image-gone`: the message, file or URL can no longer be had.
 * - `no-image`: nothing to describe was given.
 * - `not-permitted`: the bot lacks a permission or scope there; the message names it.
 * - `not-allowed`: the person may not do this.
 * - `too-often`: a rate limit; the message says when it is over.
 * - `opted-out`, `no-bots`: the author, or the channel's topic, wants no descriptions.
 * - `bad-option`: an option's value; the message says what it may be.
 * - `unknown-target`: what a button acts on is no longer known.
 * - `platform`: the platform failed or refused.
 */
type BotErrorCode =
  | 'image-gone'
  | 'no-image'
  | 'not-permitted'
  | 'not-allowed'
  | 'too-often'
  | 'opted-out'
  | 'no-bots'
  | 'bad-option'
  | 'unknown-target'
  | 'platform';

/** Something a member can act on: the message says what was wrong and what to do. */
export class BotError extends NarratorError {
  declare readonly code: BotErrorCode;

  constructor(code: BotErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
