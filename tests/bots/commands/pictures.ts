import { drawPng } from '../../../src/inference/image/encode-png.ts';

/** What the engine of `talking-child.ts` says of a picture of this width. */
export const TALK = {
  /** Something in each style, the same each time. */
  plain: 20,
  /** Another number each time. */
  counting: 21,
  /** In three parts, 60 ms apart, the last one a half word. */
  growing: 22,
  /** 10 ms for each row, or until told to stop. */
  slow: 23,
  unavailable: 24,
  /** Fails the first time. */
  once: 25,
  faulty: 26,
  long: 27,
  /** Fails in the middle of a vivid text. */
  breaking: 28,
} as const;

/** A PNG file of which the engine says that; another height is another picture. */
export function picture(talk: keyof typeof TALK, height = 8): Uint8Array {
  return drawPng(TALK[talk], height, () => [10, 60, 200]);
}
