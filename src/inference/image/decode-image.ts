import { hash } from 'node:crypto';
import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { untilAborted } from '../until-aborted.ts';
import type { DecodedImage, ImageFormat } from './decoded-image.ts';
import { ImageError, shownName, tooLarge } from './image-error.ts';
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE } from './limits.ts';
import { sniffFormat } from './sniff-format.ts';

/** libvips' loaders that stay on: exactly the formats of `ImageFormat`, from memory only. */
const LOADERS = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
];

let locked = false;

/**
 * Switches off every loader of libvips but the five that are wanted (SVG, TIFF, PDF and ImageMagick, among
 * others, go), and the cache, which would keep strangers' pictures in memory. It holds for the whole process
 * and so lies here, in front of the only place that hands strangers' bytes to sharp.
 */
function lockDownSharp(): void {
  if (locked) return;
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  // One thread a picture: several save no time here (decoders are serial) and cost memory.
  sharp.concurrency(1);
  locked = true;
}

export interface DecodeOptions {
  /** Names the input in errors: a file name or a shortened URL. */
  readonly name: string;
  /** The longest side of the result in pixels; a smaller picture is not enlarged. 1024 unless told. */
  readonly maxSide?: number;
  /** The longest time to decode in milliseconds. 10,000 unless told. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads an untrusted image file into plain upright sRGB pixels on white. Only the first frame is read.
 *
 * A time-out or an abort rejects at once, but a native decoder cannot be interrupted inside one frame: it may
 * keep a thread of the process until it is done. Whoever needs that thread back ends the process.
 *
 * @param bytes the whole file: JPEG, PNG, WebP, GIF or AVIF, at most 20 MB and 50 megapixels
 * @throws ImageError; the signal's reason when aborted
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const { maxSide = 1024, timeoutMs = 10_000, signal } = options;
  const name = shownName(options.name);
  if (!Number.isInteger(maxSide) || maxSide < 1)
    throw new RangeError(`maxSide must be 1 or more: ${maxSide}`);
  signal?.throwIfAborted();
  if (bytes.length > MAX_IMAGE_BYTES) throw tooLarge(name, MAX_IMAGE_BYTES);
  const format = sniffFormat(bytes, name);
  lockDownSharp();

  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    return await untilAborted(decode(bytes, format, { name, maxSide, timeoutMs }), stop);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    if (deadline.aborted) {
      throw new ImageError(
        'decode-timeout',
        `${name} took longer than ${timeoutMs / 1000} seconds to decode: save it again in a simpler form, such as a smaller baseline JPEG.`,
        { cause: error },
      );
    }
    throw corrupt(name, format, error);
  }
}

async function decode(
  bytes: Uint8Array,
  format: ImageFormat,
  { name, maxSide, timeoutMs }: Required<Omit<DecodeOptions, 'signal'>>,
): Promise<DecodedImage> {
  const input: SharpOptions = {
    // Many phones write JPEGs with harmless faults that libjpeg warns of (sharp issue 1578); an unfinished or
    // broken stream is more than a warning. Elsewhere a warning is a real fault.
    failOn: format === 'jpeg' ? 'error' : 'warning',
    // Checked below, so that the refusal has its own code; and again by sharp when it decodes.
    limitInputPixels: false,
  };
  const metadata = await sharp(bytes, input).metadata();
  // libheif also reads pictures that are not AV1 from a file that claims the AVIF brand.
  if (format === 'avif' && metadata.compression !== 'av1') throw corrupt(name, format);
  refuseManyPixels(metadata, name);

  const upright = sharp(bytes, { ...input, limitInputPixels: MAX_IMAGE_PIXELS })
    .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
    .autoOrient()
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { pixels, transparent } = layOnWhite(data, info.width * info.height, info.channels);
  return {
    pixels,
    width: info.width,
    height: info.height,
    source: {
      format,
      width: metadata.autoOrient.width,
      height: metadata.autoOrient.height,
      bytes: bytes.length,
      sha256: hash('sha256', bytes, 'hex'),
      animated: (metadata.pages ?? 1) > 1 || (format === 'png' && isAnimatedPng(bytes)),
      transparent,
    },
  };
}

function refuseManyPixels({ width, height }: Metadata, name: string): void {
  if (width * height > MAX_IMAGE_PIXELS) {
    throw new ImageError(
      'too-many-pixels',
      `${name} has ${width} × ${height} pixels, more than ${MAX_IMAGE_PIXELS / 1e6} megapixels: scale it down.`,
    );
  }
  if (Math.max(width, height) > MAX_IMAGE_SIDE) {
    throw new ImageError(
      'too-many-pixels',
      `${name} has ${width} × ${height} pixels, and a side over ${MAX_IMAGE_SIDE}: crop it or scale it down.`,
    );
  }
}

/** Composites 8-bit straight-alpha pixels onto white, which is also where transparency is noticed. */
function layOnWhite(
  data: Uint8Array<ArrayBuffer>,
  count: number,
  channels: number,
): { pixels: Uint8Array; transparent: boolean } {
  // A plain view: a Buffer's `slice` shares memory where a Uint8Array's copies.
  if (channels === 3) {
    return { pixels: new Uint8Array(data.buffer, data.byteOffset, count * 3), transparent: false };
  }
  const pixels = new Uint8Array(count * 3);
  let transparent = false;
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    const alpha = data[from + 3]!;
    if (alpha !== 255) transparent = true;
    for (let i = 0; i < 3; i++) {
      pixels[to + i] = Math.round((data[from + i]! * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { pixels, transparent };
}

const ACTL = 0x6163544c;
const IDAT = 0x49444154;

/** An animated PNG has an `acTL` chunk before its first `IDAT` (PNG, third edition, section 11.3.6.1). */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= view.length; at += 12 + view.readUInt32BE(at)) {
    const type = view.readUInt32BE(at + 4);
    if (type === ACTL) return true;
    if (type === IDAT) return false;
  }
  return false;
}

function corrupt(name: string, format: ImageFormat, cause?: unknown): ImageError {
  return new ImageError(
    'corrupt',
    `${name} is damaged or incomplete: it begins as ${format.toUpperCase()} but cannot be read to its end. Download or export it again.`,
    { cause },
  );
}
