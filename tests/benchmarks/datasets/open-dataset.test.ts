import { expect, test } from 'vitest';
import { checkImages } from '../../../src/benchmarks/datasets/image-folder.ts';
import { DATASET_FORMATS, openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();

test('the samples need nothing but the project’s packages', async () => {
  const dataset = await openDataset('samples');
  expect(dataset.count).toBe(9);
  const items = await readAll(dataset);
  for (const { references } of items) {
    expect(new Set(references).size).toBe(5);
    for (const reference of references) expect(reference).toMatch(/^[A-Z].{30,140}\.$/);
  }
  expect(await checkImages(dataset.items())).toBe(9);
  expect(dataset.remarks.join(' ')).toMatch(/9 photographs.*one team.*no basis for general claims/);
});

test('samples have no split and no other images', async () => {
  expect((await failureOf(openDataset('samples', { split: 'test' }))).code).toBe('dataset-split');
  expect((await failureOf(openDataset('samples', { images: folder.path }))).code).toBe('dataset-image');
});

test.each(['cocoo:a.json', 'a.json', '', 'coco:', 'coco', ':a'])('%j: the formats are named', async spec => {
  const failure = await failureOf(openDataset(spec));
  expect(failure.code).toBe('dataset-format');
  for (const { name } of DATASET_FORMATS) expect(failure.message).toContain(`${name}:`);
});

test('a file that is not there, a folder, and a folder of images that is a file', async () => {
  expect(await failureOf(openDataset(`coco:${folder.path}/none.json`))).toEqual({
    code: 'dataset-file',
    message: `${folder.path}/none.json is not there: check the path.`,
  });
  expect(await failureOf(openDataset(`coco:${folder.path}`))).toMatchObject({
    code: 'dataset-file',
    message: expect.stringContaining('is a folder, where a file is needed'),
  });
  const file = folder.write('a.json', { images: [{ id: 1 }] });
  expect(await failureOf(openDataset(`coco:${file}`, { images: file }))).toMatchObject({
    code: 'dataset-file',
    message: expect.stringContaining('is no folder'),
  });
});

test('an aborted opening ends with the signal’s reason', async () => {
  const file = folder.write('a.json', { images: [{ id: 1 }] });
  const reason = new Error('enough');
  await expect(openDataset(`coco:${file}`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
