import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createDetector,
  type DetectedThing,
  type Detector,
  openSession,
} from '../../../../src/inference/engines/embedded/detector.ts';
import { overlapOf } from '../../../../src/inference/engines/embedded/suppress.ts';
import type { RgbPicture } from '../../../../src/inference/engines/embedded/views.ts';
import { photograph } from '../../picture.ts';

let cacheFolder: string;
let detector: Detector;

beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), 'narrator-detector-'));
  detector = await createDetector({ cacheFolder, threads: 1 });
});

afterAll(async () => {
  await detector.close();
  await rm(cacheFolder, { recursive: true });
});

const labels = (things: readonly DetectedThing[]) => things.map(thing => thing.label);

describe('photographs', () => {
  it('finds the sheep of a pasture, the most certain first, each once', async () => {
    const things = await detector.detect(await photograph('march-pastoral'));
    const sheep = things.filter(thing => thing.label === 'sheep');
    expect(sheep.length).toBeGreaterThanOrEqual(7);
    expect(things.length - sheep.length).toBeLessThanOrEqual(1);
    expect(things[0]).toMatchObject({ label: 'sheep', confidence: expect.closeTo(0.75, 1) });
    const confidences = things.map(thing => thing.confidence);
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
    for (const [index, one] of sheep.entries()) {
      for (const other of sheep.slice(index + 1)) expect(overlapOf(one.box, other.box)).toBeLessThan(0.5);
    }
  });

  it('finds the ship where it lies, and the man in the boat', async () => {
    const things = await detector.detect(await photograph('nagasaki-boats'));
    const ship = things.find(thing => thing.label === 'boat')!;
    const drawn = { x: 0.43, y: 0.15, width: 0.3, height: 0.56 };
    expect(overlapOf(ship.box, drawn)).toBeGreaterThan(0.8);
    const man = things.find(thing => thing.label === 'person')!;
    expect(overlapOf(man.box, { x: 0.375, y: 0.785, width: 0.08, height: 0.08 })).toBeGreaterThan(0.5);
  });

  it('takes a biplane seen from above for nothing else, though it misses it', async () => {
    expect(await detector.detect(await photograph('airplane-from-above'))).toEqual([]);
  });

  it('puts boxes in the picture whatever its shape', async () => {
    const { pixels, width, height } = await photograph('march-pastoral');
    const turned = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .extract({ left: Math.round(width * 0.25), top: 0, width: Math.round(width * 0.3), height })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const narrow: RgbPicture = { pixels: turned.data, width: turned.info.width, height: turned.info.height };
    for (const closeUps of [false, true]) {
      const things = await detector.detect(narrow, { threshold: 0.1, closeUps });
      expect(things.length).toBeGreaterThan(0);
      for (const { box } of things) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(Math.min(box.width, box.height)).toBeGreaterThan(0);
        expect(box.x + box.width).toBeLessThanOrEqual(1 + 1e-9);
        expect(box.y + box.height).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });

  it('is more certain with close-ups', async () => {
    const picture = await photograph('march-pastoral');
    const [whole, closer] = [
      await detector.detect(picture),
      await detector.detect(picture, { closeUps: true }),
    ];
    const certain = (things: readonly DetectedThing[]) =>
      things.filter(thing => thing.confidence > 0.5).length;
    expect(certain(closer)).toBeGreaterThan(certain(whole));
  });

  it('finds nothing where there is nothing, nor above a threshold that nothing reaches', async () => {
    const grey = { pixels: new Uint8Array(300 * 200 * 3).fill(120), width: 300, height: 200 };
    expect(await detector.detect(grey, { closeUps: true })).toEqual([]);
    expect(await detector.detect(await photograph('march-pastoral'), { threshold: 0.99 })).toEqual([]);
  });

  it.each([
    [1, 1],
    [1, 700],
    [2000, 1],
    [2, 1],
  ])('takes a picture of %i x %i', async (width, height) => {
    const picture = { pixels: new Uint8Array(width * height * 3), width, height };
    expect(Array.isArray(await detector.detect(picture, { closeUps: true }))).toBe(true);
  });
});

describe('the model', () => {
  it('was kept, and is the same out of the cache and without one', async () => {
    expect(detector.warning).toBeUndefined();
    expect(await readdir(cacheFolder)).toEqual([expect.stringMatching(/^centernet-v\d+-/)]);
    const picture = await photograph('nagasaki-boats');
    const expected = await detector.detect(picture);
    for (const folder of [cacheFolder, null]) {
      const other = await createDetector({ cacheFolder: folder, threads: 1 });
      expect(labels(await other.detect(picture))).toEqual(labels(expected));
      await other.close();
    }
  });

  it('that ONNX Runtime does not accept is a fault with a remedy', async () => {
    await expect(openSession(Uint8Array.of(1, 2, 3), 1)).rejects.toMatchObject({
      name: 'ModelError',
      code: 'model-unsupported',
      remedy: expect.stringContaining('npm install'),
    });
  });
});
