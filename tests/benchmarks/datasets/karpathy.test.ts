import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const sentences = (...texts: string[]) =>
  texts.map((raw, sentid) => ({ tokens: raw.split(' '), raw, imgid: 0, sentid }));
const coco = (cocoid: number, split: string, filepath = 'val2014') => ({
  filepath,
  sentids: [1],
  filename: `COCO_val2014_${cocoid}.jpg`,
  imgid: 0,
  split,
  sentences: sentences(`A dog number ${cocoid}.`),
  cocoid,
});
const COCO = {
  images: [
    coco(391895, 'test'),
    coco(522418, 'restval'),
    coco(184613, 'val'),
    coco(60623, 'test', 'train2014'),
  ],
  dataset: 'coco',
};
const FLICKR = {
  images: [
    {
      sentids: [0, 1],
      imgid: 0,
      sentences: sentences('Two men.', 'Men outside.'),
      split: 'train',
      filename: '1000092795.jpg',
    },
    { sentids: [5], imgid: 1, sentences: sentences('Several men.'), split: 'test', filename: '10002456.jpg' },
  ],
  dataset: 'flickr30k',
};

test('COCO: the split test unless told, by the ids of COCO', async () => {
  const file = folder.write('dataset_coco.json', COCO);
  const dataset = await openDataset(`karpathy:${file}`);
  expect(dataset).toMatchObject({ name: 'Karpathy COCO', split: 'test', task: 'caption', count: 2 });
  expect(dataset.remarks).toEqual([
    'Scores are on the split test of dataset_coco.json, which holds test 2, restval 1, val 1 images.',
  ]);
  expect((await readAll(dataset)).map(({ id, references }) => [id, references])).toEqual([
    ['391895', ['A dog number 391895.']],
    ['60623', ['A dog number 60623.']],
  ]);
});

test('restval is a split of its own, and all are all', async () => {
  const file = folder.write('dataset_coco.json', COCO);
  const restval = await openDataset(`karpathy:${file}`, { split: 'restval' });
  expect((await readAll(restval)).map(({ id }) => id)).toEqual(['522418']);
  expect((await openDataset(`karpathy:${file}`, { split: 'all' })).count).toBe(4);
  expect(await failureOf(openDataset(`karpathy:${file}`, { split: 'train' }))).toMatchObject({
    code: 'dataset-split',
    message: expect.stringContaining('has no split train. It holds: test 2, restval 1, val 1.'),
  });
});

test('images lie in the folder itself, or in one for each of COCO’s own splits', async () => {
  const file = folder.write('dataset_coco.json', COCO);
  await mkdir(join(folder.path, 'images/val2014'), { recursive: true });
  const images = join(folder.path, 'images');
  expect(
    (await readAll(await openDataset(`karpathy:${file}`, { images }))).map(({ image }) => image),
  ).toEqual([join(images, 'val2014/COCO_val2014_391895.jpg'), join(images, 'COCO_val2014_60623.jpg')]);
});

test('neither part of a path can lead out of the folder', async () => {
  for (const image of [
    { ...coco(1, 'test'), filepath: '..' },
    { ...coco(1, 'test'), filename: '../1.jpg' },
  ]) {
    const file = folder.write('dataset_coco.json', { images: [image] });
    expect(await failureOf(openDataset(`karpathy:${file}`, { images: folder.path }))).toMatchObject({
      code: 'dataset-format',
      message: expect.stringContaining('leads out of the image folder'),
    });
  }
});

test.each(['karpathy', 'flickr30k'])('Flickr30k has neither cocoid nor filepath (%s:)', async format => {
  const dataset = await openDataset(`${format}:${folder.write('dataset_flickr30k.json', FLICKR)}`, {
    images: folder.path,
  });
  expect(dataset).toMatchObject({ name: 'Karpathy Flickr30k', split: 'test', count: 1 });
  expect(await readAll(dataset)).toEqual([
    {
      id: '10002456',
      image: join(folder.path, '10002456.jpg'),
      references: ['Several men.'],
      group: null,
      gap: null,
    },
  ]);
});

test('rows of another form are named', async () => {
  const file = folder.write('a.json', { images: [coco(1, 'test'), { ...coco(2, 'test'), sentences: [{}] }] });
  expect((await failureOf(openDataset(`karpathy:${file}`))).message).toContain('images[1]: sentences[0].raw');
});
