import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../../../src/inference/image/decode-image.ts';
import type { DecodedImage } from '../../../src/inference/image/decoded-image.ts';
import { expectImageError } from './expect-image-error.ts';
import {
  encode,
  FORMATS,
  isoMedia,
  pngChunk,
  pngClaiming,
  QUADRANT_COLOURS,
  quadrants,
  texture,
  twoFrames,
} from './sample-images.ts';

const decode = (bytes: Uint8Array, maxSide?: number) => decodeImage(bytes, { name: 'photo.jpg', maxSide });

/** The colour at shares of the width and height. */
function colourAt(image: DecodedImage, x: number, y: number): number[] {
  const at = (Math.floor(y * image.height) * image.width + Math.floor(x * image.width)) * 3;
  return [...image.pixels.subarray(at, at + 3)];
}

function expectColour(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(3);
  const distance = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
  expect(distance, `${actual} should be near ${expected}`).toBeLessThanOrEqual(tolerance);
}

/** Expects the quadrants in this order, from the top left, row by row. */
function expectQuadrants(image: DecodedImage, order = [0, 1, 2, 3], tolerance = 40): void {
  expect(image.pixels).toHaveLength(image.width * image.height * 3);
  order.forEach((quadrant, i) => {
    const colour = colourAt(image, i % 2 === 0 ? 0.2 : 0.8, i < 2 ? 0.2 : 0.8);
    expectColour(colour, QUADRANT_COLOURS[quadrant]!, tolerance);
  });
}

describe('formats', () => {
  test.each(FORMATS)('%s', async format => {
    const bytes = await encode(quadrants(), format);
    const image = await decode(bytes);
    expectQuadrants(image);
    expect(image).toMatchObject({ width: 48, height: 32 });
    expect(image.source).toEqual({
      format,
      width: 48,
      height: 32,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      animated: false,
      transparent: false,
    });
  });

  const colour = { r: 200, g: 40, b: 60 };
  const solid = (alpha = 1) =>
    sharp({ create: { width: 20, height: 10, channels: 4, background: { ...colour, alpha } } });
  const onWhite = [228, 148, 158]; // half of the colour, half of 255
  test.each<[string, Sharp, readonly number[], boolean]>([
    ['progressive JPEG', solid().jpeg({ progressive: true }), [200, 40, 60], false],
    ['CMYK JPEG', solid().toColourspace('cmyk').jpeg({ quality: 100 }), [200, 40, 60], false],
    ['grey JPEG', solid().toColourspace('b-w').jpeg(), [98, 98, 98], false],
    ['palette PNG', solid().png({ palette: true }), [200, 40, 60], false],
    ['16-bit PNG', solid().toColourspace('rgb16').png(), [200, 40, 60], false],
    ['grey PNG', solid().removeAlpha().toColourspace('b-w').png(), [98, 98, 98], false],
    ['PNG with an alpha channel that hides nothing', solid().png(), [200, 40, 60], false],
    ['translucent PNG', solid(0.5).png(), onWhite, true],
    ['translucent 16-bit PNG', solid(0.5).toColourspace('rgb16').png(), onWhite, true],
    ['translucent grey PNG', solid(0.5).toColourspace('b-w').png(), [177, 177, 177], true],
    ['transparent palette PNG', solid(0).png({ palette: true }), [255, 255, 255], true],
    ['translucent WebP', solid(0.5).webp({ lossless: true }), onWhite, true],
    ['transparent GIF', solid(0).gif(), [255, 255, 255], true],
    ['translucent AVIF', solid(0.5).avif({ lossless: true }), onWhite, true],
  ])('%s', async (_, picture, expected, transparent) => {
    const image = await decode(await picture.toBuffer());
    expect(image.pixels).toHaveLength(20 * 10 * 3);
    // Inks cannot mix every colour, so a CMYK file is a little off.
    expectColour(colourAt(image, 0.5, 0.5), expected, 20);
    expect(image.source.transparent).toBe(transparent);
  });

  test('an embedded colour profile is converted to sRGB', async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: '#e01010' } });
    const bytes = await red.png().withIccProfile('p3').toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs(stored[0]! - 0xe0), 'the file stores other numbers').toBeGreaterThan(8);
    expectColour(colourAt(await decode(bytes), 0.5, 0.5), [0xe0, 0x10, 0x10], 3);
  });

  test('a JPEG with the scan parameters that many phones get wrong is read', async () => {
    const bytes = await encode(quadrants(), 'jpeg');
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const spectralEnd = scan + 2 + bytes.readUInt16BE(scan + 2) - 2;
    expect(bytes[spectralEnd]).toBe(63);
    bytes[spectralEnd] = 0;
    expectQuadrants(await decode(bytes));
  });
});

describe('orientation', () => {
  // EXIF 2.32, section 4.6.4: which stored quadrant is seen at each corner.
  test.each([
    [1, [0, 1, 2, 3]],
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ])('EXIF orientation %i is applied, also while shrinking', async (orientation, order) => {
    const size = orientation >= 5 ? [320, 480] : [480, 320];
    const bytes = await quadrants(480, 320).jpeg().withMetadata({ orientation }).toBuffer();
    for (const maxSide of [1024, 120]) {
      const image = await decode(bytes, maxSide);
      expectQuadrants(image, order);
      expect([image.source.width, image.source.height]).toEqual(size);
      expect(image.width / image.height).toBeCloseTo(size[0]! / size[1]!, 2);
    }
  });

  test('WebP has it too', async () => {
    const bytes = await quadrants().webp().withMetadata({ orientation: 6 }).toBuffer();
    expectQuadrants(await decode(bytes), [2, 0, 3, 1]);
  });
});

describe('animations: the first frame only', () => {
  test.each(['gif', 'webp'] as const)('%s', async format => {
    const image = await decode(await encode(twoFrames(), format));
    expect(image).toMatchObject({ width: 24, height: 16, source: { height: 16, animated: true } });
    expectColour(colourAt(image, 0.5, 0.5), [230, 20, 20], 25);
  });

  test('APNG', async () => {
    const still = await encode(quadrants(), 'png');
    const endOfHeader = 33;
    const control = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    const bytes = Buffer.concat([still.subarray(0, endOfHeader), control, still.subarray(endOfHeader)]);
    const image = await decode(bytes);
    expectQuadrants(image);
    expect(image.source.animated).toBe(true);
  });
});

describe('size', () => {
  test('the longest side is at most maxSide, and a small picture is not enlarged', async () => {
    const bytes = await encode(quadrants(300, 100), 'png');
    expect(await decode(bytes, 150)).toMatchObject({ width: 150, height: 50, source: { width: 300 } });
    expect(await decode(bytes)).toMatchObject({ width: 300, height: 100 });
  });

  test('a sliver keeps at least one pixel', async () => {
    const bytes = await encode(quadrants(5000, 2), 'png');
    expect(await decode(bytes)).toMatchObject({ width: 1024, height: 1 });
  });

  test('1024 is the longest side unless told', async () => {
    expect(await decode(await encode(quadrants(3000, 1500), 'jpeg'))).toMatchObject({
      width: 1024,
      height: 512,
    });
  });

  test.each([0, -1, 1.5, Number.NaN])('maxSide %d is a programming error', async maxSide => {
    await expect(decode(await encode(quadrants(), 'png'), maxSide)).rejects.toThrow(RangeError);
  });
});

describe('refusals', () => {
  test.each(FORMATS)('%s cut short', async format => {
    const bytes = await encode(texture(), format);
    await decode(bytes);
    for (const share of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97]) {
      await expectImageError(
        decode(bytes.subarray(0, bytes.length * share)),
        'corrupt',
        'incomplete',
        'again',
      );
    }
  });

  test('a progressive JPEG cut between its scans', async () => {
    const bytes = await texture().jpeg({ progressive: true }).toBuffer();
    const lastScan = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
    await expectImageError(decode(bytes.subarray(0, lastScan)), 'corrupt', 'incomplete');
  });

  test('a PNG with one wrong bit', async () => {
    const bytes = await encode(texture(), 'png');
    bytes[bytes.length >> 1]! ^= 1;
    await expectImageError(decode(bytes), 'corrupt', 'damaged');
  });

  test('a picture of another kind in an AVIF wrapper', async () => {
    await expectImageError(decode(isoMedia('avif', ['mif1', 'heic'])), 'corrupt', 'AVIF');
  });

  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'SVG'],
    ['TIFF', quadrants().tiff().toBuffer(), 'TIFF'],
    ['HEIC', isoMedia('heic', ['mif1']), 'HEIC'],
  ])('%s', async (_, bytes, word) => {
    await expectImageError(decode(await bytes), 'unsupported-format', 'photo.jpg', word, 'JPEG');
  });

  test('zero bytes', async () => {
    await expectImageError(decode(new Uint8Array()), 'empty', 'again');
  });

  test('more than 20 MB', async () => {
    const bytes = Buffer.concat([await encode(quadrants(), 'jpeg'), Buffer.alloc(20_000_000)]);
    await expectImageError(decode(bytes), 'too-large', '20 MB', 'scale it down');
    expectQuadrants(await decode(bytes.subarray(0, 20_000_000)));
  });

  test.each([
    [100_000, 100_000, '100000 × 100000'],
    [7072, 7072, '50 megapixels'],
    [65_536, 1, '65535'],
  ])('a decompression bomb of %i × %i pixels, before anything is decoded', async (width, height, words) => {
    const bytes = pngClaiming(width, height);
    expect(bytes.length).toBeLessThan(2000);
    const [start, memory] = [performance.now(), process.memoryUsage().rss];
    await expectImageError(decode(bytes), 'too-many-pixels', words, 'scale it down');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(30_000_000);
  });

  test('an AVIF whose container understates the picture inside', async () => {
    const bytes = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#369' } })
      .avif({ effort: 0 })
      .toBuffer();
    await expectImageError(decode(bytes), 'too-many-pixels');
    const size = bytes.indexOf('ispe') + 8;
    bytes.writeUInt32BE(16, size);
    bytes.writeUInt32BE(16, size + 4);
    await expectImageError(decode(bytes), 'corrupt');
  });
});

test('the decoders of all other formats are off in the whole process', async () => {
  await decode(await encode(quadrants(), 'png'));
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [svg, await quadrants().tiff().toBuffer()]) {
    await expect(sharp(bytes).metadata()).rejects.toThrow();
  }
});

describe('time', () => {
  test('decoding longer than the limit is refused', async () => {
    const bytes = await quadrants(6000, 6000).jpeg({ progressive: true }).toBuffer();
    await expectImageError(
      decodeImage(bytes, { name: 'slow.jpg', timeoutMs: 1 }),
      'decode-timeout',
      'slow.jpg',
      'smaller',
    );
    expectQuadrants(await decodeImage(bytes, { name: 'slow.jpg' }));
  });

  test('an abort rejects with its reason, before and during', async () => {
    const bytes = await quadrants(6000, 6000).jpeg({ progressive: true }).toBuffer();
    const reason = new Error('no longer wanted');
    const aborted = decodeImage(bytes, { name: 'x', signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    const controller = new AbortController();
    const running = decodeImage(bytes, { name: 'x', signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    await expect(running).rejects.toBe(reason);
  });
});
