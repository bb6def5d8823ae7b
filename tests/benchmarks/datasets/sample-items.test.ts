import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BenchmarkDataset, BenchmarkItem } from '../../../src/benchmarks/dataset.ts';
import { checkImages } from '../../../src/benchmarks/datasets/image-folder.ts';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { sampleItems } from '../../../src/benchmarks/datasets/sample-items.ts';
import { failureOf, readAll, useFolder, writeImage } from './dataset-files.ts';

const folder = useFolder();

async function openNumbered(count: number): Promise<BenchmarkDataset> {
  const images = Array.from({ length: count }, (_, i) => ({ id: i, file_name: `${i}.jpg` }));
  return openDataset(`coco:${folder.write('numbered.json', { images })}`, { images: folder.path });
}
const idsOf = (items: readonly BenchmarkItem[]) => items.map(({ id }) => Number(id));

test('a sample has the wanted number, in the set’s order, none twice, and the same again for its seed', async () => {
  const dataset = await openNumbered(300);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.integer(), async (images, seed) => {
      const ids = idsOf(await readAll(sampleItems(dataset, { images, seed })));
      expect(ids.length).toBe(Math.min(images, 300));
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
      expect(idsOf(await readAll(sampleItems(dataset, { images, seed })))).toEqual(ids);
    }),
    { numRuns: 60 },
  );
});

test('another seed draws others, and each item is drawn about as often', async () => {
  const dataset = await openNumbered(20);
  const times = new Array<number>(20).fill(0);
  const rounds = 2000;
  const seen = new Set<string>();
  for (let seed = 0; seed < rounds; seed++) {
    const ids = idsOf(await readAll(sampleItems(dataset, { images: 5, seed })));
    seen.add(ids.join());
    for (const id of ids) times[id]!++;
  }
  expect(seen.size).toBeGreaterThan(1500);
  // Each is drawn with probability 1/4: 500 times, with a standard deviation of 19.4. Five of them to either side.
  for (const drawn of times) expect(Math.abs(drawn - 500)).toBeLessThan(97);
});

test('null is all of them; no sample is no sample', async () => {
  const dataset = await openNumbered(300);
  expect((await readAll(sampleItems(dataset, { images: null, seed: 1 }))).length).toBe(300);
  for (const images of [0, -1, 1.5, Number.NaN])
    await expect(readAll(sampleItems(dataset, { images, seed: 1 }))).rejects.toThrow(RangeError);
});

test('missing images are said beforehand: how many, which, and what to do', async () => {
  const dataset = await openNumbered(40);
  for (let i = 0; i < 33; i++) await writeImage(join(folder.path, `${i}.jpg`));
  folder.write('3.jpg', '');
  expect(await failureOf(checkImages(dataset.items()))).toEqual({
    code: 'dataset-image',
    message: `8 images of 40 are missing or empty: ${[3, 33, 34, 35, 36].map(i => join(folder.path, `${i}.jpg`)).join(', ')} and 3 more. Check the folder given with --images-folder, or complete it.`,
  });
  for (const name of [3, 33, 34, 35, 36, 37, 38, 39]) await writeImage(join(folder.path, `${name}.jpg`));
  expect(await checkImages(sampleItems(dataset, { images: 40, seed: 1 }))).toBe(40);
});

test('a set without images says so', async () => {
  const file = folder.write('a.json', { images: [{ id: 1 }, { id: 2 }] });
  const dataset = await openDataset(`coco:${file}`);
  expect(await failureOf(checkImages(dataset.items()))).toMatchObject({
    code: 'dataset-image',
    message: expect.stringContaining('The set is without images here (1, 2).'),
  });
});
