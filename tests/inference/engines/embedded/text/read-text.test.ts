import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { characterErrorRate, FONTS, renderText } from '../../../../../bench/render-text.ts';
import {
  createTextReader,
  type TextReader,
} from '../../../../../src/inference/engines/embedded/text/read-text.ts';
import { photograph } from '../../../picture.ts';

const LINES = [
  'The quick brown fox jumps over',
  'Price: $12.99 (20% off)',
  'MIXED Case and numbers 1234567890',
];
let reader: TextReader;

beforeAll(async () => {
  reader = await createTextReader({ threads: 1 });
});
afterAll(() => reader.close());

const read = async (...args: Parameters<TextReader['read']>) =>
  (await reader.read(...args)).lines.map(({ text }) => text).join(' ');

describe('rendered text is read with at most one error in fifty characters', () => {
  test.each([
    ...FONTS.flatMap(font => [12, 32].map(size => ({ font, size, ink: '#000000', ground: '#ffffff' }))),
    { font: FONTS[0], size: 16, ink: '#ffffff', ground: '#101010' },
    { font: FONTS[1], size: 24, ink: '#ffdd00', ground: '#1a3a7a' },
    { font: FONTS[0], size: 48, ink: '#777777', ground: '#eeeeee' },
  ])('$font, $size px, $ink on $ground', async ({ font, size, ink, ground }) => {
    const text = await read(await renderText({ lines: LINES, font, size, ink, ground }));
    expect(characterErrorRate(LINES.join(' '), text), text).toBeLessThan(0.02);
  });

  test.each([-10, 8])('tilted by %i degrees', async turned => {
    const picture = await renderText({
      lines: LINES.slice(0, 1),
      font: FONTS[0],
      size: 28,
      ink: '#000000',
      ground: '#ffffff',
      turned,
    });
    expect(await read(picture)).toBe(LINES[0]);
  });

  test('on a photograph', async () => {
    const ground = await photograph('nagasaki-boats');
    const lines = ['OPEN DAILY'];
    const picture = await renderText({
      lines,
      font: FONTS[0],
      size: 48,
      ink: '#ffffff',
      ground,
      at: { left: 200, top: 500 },
    });
    const { lines: found, share } = await reader.read(picture);
    expect(found.map(({ text }) => text)).toEqual(lines);
    const { x, y, width, height } = found[0]!.box;
    expect(x).toBeCloseTo(200 / 1024, 1);
    expect(y).toBeCloseTo(500 / 819, 1);
    expect(width * height).toBeCloseTo(share, 6);
    expect(width).toBeLessThan(0.5);
  });
});

describe('no text is read', () => {
  test.each(['airplane-from-above', 'march-pastoral', 'nagasaki-boats'] as const)(
    'in the photograph %s',
    async name => {
      expect(await reader.read(await photograph(name))).toEqual({ lines: [], share: 0, complete: true });
    },
  );

  test.each([
    [1, 1],
    [1, 300],
    [640, 480],
  ])('in a blank picture of %i by %i', async (width, height) => {
    const pixels = new Uint8Array(width * height * 3).fill(200);
    expect((await reader.read({ pixels, width, height })).lines).toEqual([]);
  });
});

test('no more is read than is asked for', async () => {
  const lines = Array.from({ length: 12 }, (_, at) => `Line number ${at + 1} of twelve`);
  const picture = await renderText({ lines, font: FONTS[0], size: 20, ink: '#000', ground: '#fff' });
  const some = await reader.read(picture, { maxChars: 60 });
  expect(some.lines.map(({ text }) => text)).toEqual(lines.slice(0, 3));
  expect(some.complete).toBe(false);
  expect((await reader.read(picture)).complete).toBe(true);
});

test('an abort ends the reading', async () => {
  const picture = await renderText({ lines: LINES, font: FONTS[0], size: 20, ink: '#000', ground: '#fff' });
  const abort = new AbortController();
  const reading = reader.read(picture, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
});
