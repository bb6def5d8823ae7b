import { expect, test } from 'vitest';
import { decodeImage } from '../../../src/inference/image/decode-image.ts';
import { ImageError } from '../../../src/inference/image/image-error.ts';
import { encode, FORMATS, seededRandom, texture, twoFrames } from './sample-images.ts';

const INPUTS = 3000;
const SEED = 20_240_917;
const random = seededRandom(SEED);

/** A whole number from 0 to `end` - 1. */
const below = (end: number) => Math.floor(random() * end);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;

type Mutation = (bytes: Buffer, other: Buffer) => Buffer;

const mutations: Record<string, Mutation> = {
  flipBytes(bytes) {
    for (let n = 1 + below(12); n > 0; n--) bytes[below(bytes.length)]! ^= 1 + below(255);
    return bytes;
  },
  // The structure is in the first bytes; damage there reaches other code than damage in the data.
  flipHead(bytes) {
    for (let n = 1 + below(4); n > 0; n--) bytes[below(Math.min(bytes.length, 100))]! ^= 1 + below(255);
    return bytes;
  },
  truncate: bytes => bytes.subarray(0, below(bytes.length)),
  swapHeader(bytes, other) {
    const length = 4 + below(60);
    return Buffer.concat([other.subarray(0, length), bytes.subarray(length)]);
  },
  splice: (bytes, other) =>
    Buffer.concat([bytes.subarray(0, below(bytes.length)), other.subarray(below(other.length))]),
  repeatRange(bytes) {
    const start = below(bytes.length);
    const range = bytes.subarray(start, start + below(200));
    return Buffer.concat([bytes.subarray(0, start), range, range, bytes.subarray(start)]);
  },
  cutRange(bytes) {
    const start = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + below(40))]);
  },
  extremeNumber(bytes) {
    const width = pick([1, 2, 4]);
    // Mostly among the headers, where lengths and sizes are.
    const at = below(Math.min(bytes.length, random() < 0.8 ? 200 : bytes.length) - width);
    const value = pick([0, 1, 0x7f, 0x80, 0xff]);
    bytes.fill(pick([0, 0xff]), at, at + width);
    bytes[random() < 0.5 ? at : at + width - 1] = value;
    return bytes;
  },
};

test(`${INPUTS} damaged images end as a typed error or as whole pixels`, { timeout: 180_000 }, async () => {
  const small = texture(40, 30);
  const valid = await Promise.all([
    ...FORMATS.map(format => encode(small, format)),
    small.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    small.clone().ensureAlpha(0.5).png({ palette: true }).toBuffer(),
    small.clone().png().withIccProfile('p3').toBuffer(),
    small.clone().ensureAlpha(0.5).webp().toBuffer(),
    small.clone().webp({ lossless: true }).toBuffer(),
    encode(twoFrames(), 'webp'),
    encode(twoFrames(), 'gif'),
    small.clone().ensureAlpha(0.5).avif().toBuffer(),
  ]);
  for (const bytes of valid) await decodeImage(bytes, { name: 'control' });

  const outcomes: Record<string, number> = {};
  for (let i = 0; i < INPUTS; i++) {
    const [name, mutate] = pick(Object.entries(mutations));
    const bytes = mutate(Buffer.from(pick(valid)), pick(valid));
    const outcome = await decodeImage(bytes, { name: 'fuzz', maxSide: 64 }).then(
      ({ pixels, width, height }) =>
        pixels.length === width * height * 3 && width > 0 ? 'decoded' : 'wrong size',
      (error: unknown) => (error instanceof ImageError ? error.code : `untyped: ${error}`),
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const allowed = ['decoded', 'corrupt', 'empty', 'not-an-image', 'unsupported-format', 'too-many-pixels'];
    expect(allowed, `input ${i} by ${name}, seed ${SEED}; so far ${JSON.stringify(outcomes)}`).toContain(
      outcome,
    );
  }
  // A fuzzer whose inputs all fail, or all decode, tests nothing.
  expect(outcomes.decoded, JSON.stringify(outcomes)).toBeGreaterThan(INPUTS / 20);
  expect(outcomes.corrupt, JSON.stringify(outcomes)).toBeGreaterThan(INPUTS / 20);
});
