import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const part = (id: number, shot: number[], description = 'Jack meets Rose on the deck.') => ({
  id,
  shot,
  frame: [100, 900],
  duration: [4.1, 37.5],
  description,
  subtitle: [{ shot: 3, duration: [5, 6], sentences: ['Hello.'] }],
});

test('each part of a story is an item, with the keyframe in the middle of its shots', async () => {
  const film = {
    imdb_id: 'tt0120338',
    cast: [{ id: 1, body: { bbox: [1, 2, 3, 4] } }],
    story: [part(0, [10, 20]), part(1, [7])],
    cinematic_style: [],
  };
  folder.write('tt0120338.json', film);
  folder.write('tt0000001.json', { imdb_id: 'tt0000001', story: null });
  folder.write('readme.txt', 'no film');
  const dataset = await openDataset(`movienet:${folder.path}`, { images: folder.path });
  expect(dataset).toMatchObject({ name: 'MovieNet', split: 'all', task: 'caption', count: 2 });
  expect(await readAll(dataset)).toEqual([
    {
      id: 'tt0120338/0',
      image: join(folder.path, 'tt0120338/shot_0015_img_1.jpg'),
      references: ['Jack meets Rose on the deck.'],
      group: null,
      gap: null,
    },
    expect.objectContaining({ image: join(folder.path, 'tt0120338/shot_0007_img_1.jpg') }),
  ]);
  expect(dataset.remarks).toEqual([
    expect.stringContaining('synopsis, not audio description'),
    expect.stringContaining('Only keyframes are released'),
    '2 files of annotations, of which 1 have no story.',
  ]);
  const one = await openDataset(`movienet:${join(folder.path, 'tt0120338.json')}`);
  expect(one.hash).toBe(dataset.hash);
});

test('faults name film and part', async () => {
  folder.write('tt1.json', { imdb_id: 'tt1', story: [part(0, [1, 2]), part(1, [])] });
  expect((await failureOf(openDataset(`movienet:${folder.path}`))).message).toContain(
    'tt1.json, story[1]: shot',
  );
  folder.write('tt1.json', { imdb_id: '../tt1', story: [part(0, [1, 2])] });
  expect((await failureOf(openDataset(`movienet:${folder.path}`))).message).toContain(
    'leads out of the image folder',
  );
});

test('a folder without a film is named', async () => {
  folder.write('a.txt', '');
  expect(await failureOf(openDataset(`movienet:${folder.path}`))).toMatchObject({
    code: 'dataset-file',
    message: expect.stringContaining('holds no .json file'),
  });
});
