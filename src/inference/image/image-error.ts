import { NarratorError } from '../../errors.ts';

export type ImageErrorCode =
  | 'not-found'
  | 'is-directory'
  | 'unreadable'
  | 'empty'
  | 'too-large'
  | 'too-many-pixels'
  | 'unsupported-format'
  | 'not-an-image'
  | 'corrupt'
  | 'decode-timeout'
  | 'bad-url'
  | 'blocked-address'
  | 'fetch-failed'
  | 'fetch-timeout'
  | 'too-many-redirects'
  | 'http-status';

/** An image that could not be had or read. The message names the input, the fault and the remedy. */
export class ImageError extends NarratorError {
  declare readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

const MAX_NAME_LENGTH = 100;

/**
 * An input's name as a message may show it. A name comes from a stranger (an attachment, a URL), so control
 * characters and direction overrides, which could rewrite a terminal or a chat line, become `?`, and a long
 * name keeps its start and its end.
 *
 * @param name a file name, path or shortened URL
 */
export function shownName(name: string): string {
  const visible = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  if (visible === '') return 'The unnamed image';
  const letters = Array.from(visible);
  if (letters.length <= MAX_NAME_LENGTH) return visible;
  const half = Math.floor(MAX_NAME_LENGTH / 2) - 1;
  return `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`;
}

/**
 * The refusal of a file over the byte limit.
 *
 * @param maxBytes the limit that it is over
 */
export function tooLarge(name: string, maxBytes: number): ImageError {
  return new ImageError(
    'too-large',
    `${shownName(name)} is larger than ${maxBytes / 1e6} MB: scale it down or save it with more compression.`,
  );
}
