import type { Box } from '../engines/engine.ts';
import type { DecodedImage } from '../image/decoded-image.ts';
import { toOklab } from './oklch.ts';

/** A picture in OKLab, ready to be measured: three planes of `width * height` values, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly l: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** The sRGB bytes that the planes were made from. */
  readonly pixels: Uint8Array;
}

/** A rectangle in whole pixels: `x0 <= x < x1`, `y0 <= y < y1`, never empty. */
export interface PixelBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * Converts a picture to OKLab. Colours are rounded to 6 bits a channel, which the words cannot tell apart,
 * so that each distinct colour is converted once.
 */
export function createRaster({ pixels, width, height }: DecodedImage): Raster {
  const count = width * height;
  const l = new Float32Array(count);
  const a = new Float32Array(count);
  const b = new Float32Array(count);
  const known = new Uint8Array(1 << 18);
  const table = new Float32Array(3 << 18);
  for (let i = 0, p = 0; i < count; i++, p += 3) {
    const bin = ((pixels[p]! >> 2) << 12) | ((pixels[p + 1]! >> 2) << 6) | (pixels[p + 2]! >> 2);
    const at = bin * 3;
    if (!known[bin]) {
      known[bin] = 1;
      const lab = toOklab(widen(bin >> 12), widen((bin >> 6) & 63), widen(bin & 63));
      table[at] = lab.l;
      table[at + 1] = lab.a;
      table[at + 2] = lab.b;
    }
    l[i] = table[at]!;
    a[i] = table[at + 1]!;
    b[i] = table[at + 2]!;
  }
  return { width, height, l, a, b, pixels };
}

/** The 8-bit value that 6 bits stand for. */
function widen(six: number): number {
  return (six << 2) | (six >> 4);
}

/** The whole pixels of a box, kept inside the raster and at least one pixel large. */
export function toPixels(box: Box, { width, height }: Pick<Raster, 'width' | 'height'>): PixelBox {
  const x0 = clamp(Math.floor(box.x * width), 0, width - 1);
  const y0 = clamp(Math.floor(box.y * height), 0, height - 1);
  return {
    x0,
    y0,
    x1: clamp(Math.ceil((box.x + box.width) * width), x0 + 1, width),
    y1: clamp(Math.ceil((box.y + box.height) * height), y0 + 1, height),
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
