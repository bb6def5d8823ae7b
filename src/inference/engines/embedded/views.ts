import sharp from 'sharp';
import type { Box } from '../engine.ts';
import { INPUT_SIDE, type Peak } from './centernet.ts';

/** An upright picture: 8-bit RGB, row by row, `width * height * 3` bytes. */
export interface RgbPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that the network looks at in one run, in pixels. */
export interface View {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much of the longer side a close-up shows: two of them share a fifth of the picture. */
const CLOSE_UP_SHARE = 0.6;
/** A box that ends this near to where a view was cut (share of the view's side) may be half a thing. */
const CUT_MARGIN = 0.02;
/** Neither dark nor bright: a border to black, as the authors have it, scores the same but for a horse seen as a cow. */
const PADDING = { r: 127, g: 127, b: 127 };

export function wholeView({ width, height }: RgbPicture): View {
  return { left: 0, top: 0, width, height };
}

/** The two overlapping parts at the ends of the longer side. */
export function closeUpViews({ width, height }: RgbPicture): View[] {
  if (width >= height) {
    const part = Math.ceil(width * CLOSE_UP_SHARE);
    return [0, width - part].map(left => ({ left, top: 0, width: part, height }));
  }
  const part = Math.ceil(height * CLOSE_UP_SHARE);
  return [0, height - part].map(top => ({ left: 0, top, width, height: part }));
}

/** Where a view lies in the network's square: scaled by `scale`, with grey at both sides. */
function placement(view: View): { scale: number; x: number; y: number } {
  const scale = INPUT_SIDE / Math.max(view.width, view.height);
  return { scale, x: (INPUT_SIDE - view.width * scale) / 2, y: (INPUT_SIDE - view.height * scale) / 2 };
}

/**
 * Scales a view into the network's square and pads it, as the network's authors do (mobilenetv3_centernet,
 * lib/core/api/face_detector.py; @vladmandic/human stretches, and an eagle scores 0.56 instead of 0.71).
 *
 * @returns 512 x 512 x 3, 0 to 255
 */
export async function toNetworkInput(picture: RgbPicture, view: View): Promise<Float32Array> {
  const { pixels, width, height } = picture;
  const square = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .extract({ left: view.left, top: view.top, width: view.width, height: view.height })
    .resize(INPUT_SIDE, INPUT_SIDE, { fit: 'contain', background: PADDING })
    .raw()
    .toBuffer();
  return Float32Array.from(square);
}

/**
 * The peak's box in shares of the whole picture, cut at its edges.
 *
 * @returns undefined where nothing of it is in the picture, or where the view cuts it and another view must show it
 */
export function toBox(peak: Peak, view: View, picture: RgbPicture): Box | undefined {
  const { scale, x, y } = placement(view);
  const left = clip((peak.left - x) / scale, view.width);
  const top = clip((peak.top - y) / scale, view.height);
  const right = clip((peak.right - x) / scale, view.width);
  const bottom = clip((peak.bottom - y) / scale, view.height);
  if (right <= left || bottom <= top) return undefined;
  const [marginX, marginY] = [view.width * CUT_MARGIN, view.height * CUT_MARGIN];
  const isCut =
    (view.left > 0 && left < marginX) ||
    (view.top > 0 && top < marginY) ||
    (view.left + view.width < picture.width && right > view.width - marginX) ||
    (view.top + view.height < picture.height && bottom > view.height - marginY);
  if (isCut) return undefined;
  return {
    x: (view.left + left) / picture.width,
    y: (view.top + top) / picture.height,
    width: (right - left) / picture.width,
    height: (bottom - top) / picture.height,
  };
}

function clip(value: number, limit: number): number {
  return Math.min(Math.max(value, 0), limit);
}
