import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** The corners of `quadrants`, as RGB: red, green, blue and yellow from the top left, row by row. */
export const QUADRANT_COLOURS = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 230],
  [240, 220, 20],
] as const;

/** A picture that no rotation or mirroring maps to itself: four coloured quadrants of an oblong. */
export function quadrants(width = 48, height = 32): Sharp {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = QUADRANT_COLOURS[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)]!;
      pixels.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A picture with detail everywhere, so that compressed data fills the file evenly. */
export function texture(width = 160, height = 120, seed = 1): Sharp {
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i / 7) % 200) + random() * 50);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Two frames, red then blue, as one tall raw picture. */
export function twoFrames(width = 24, height = 16): Sharp {
  const frame = width * height * 3;
  const pixels = Uint8Array.from({ length: frame * 2 }, (_, i) => (i % 3 === (i < frame ? 0 : 2) ? 230 : 20));
  return sharp(pixels, { raw: { width, height: height * 2, channels: 3, pageHeight: height } });
}

export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;

export async function encode(picture: Sharp, format: (typeof FORMATS)[number]): Promise<Buffer> {
  return await picture.clone().toFormat(format).toBuffer();
}

/** One PNG chunk (PNG, third edition, section 5.3). */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A small greyscale PNG file whose header claims any size. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = pngChunk('IDAT', deflateSync(Buffer.alloc(1_000_000)));
  return Buffer.concat([signature, pngChunk('IHDR', header), data, pngChunk('IEND')]);
}

/** An ISO media file type box (ISO 14496-12, section 4.3) and some bytes after it. */
export function isoMedia(majorBrand: string, compatible: readonly string[] = []): Buffer {
  const box = Buffer.from(`\0\0\0\0ftyp${majorBrand}\0\0\0\0${compatible.join('')}`, 'latin1');
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, Buffer.alloc(64)]);
}

/** Numbers from 0 to 1 that are the same at each run (mulberry32, Tommy Ettinger, 2017). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
