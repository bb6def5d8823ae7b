import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();

test('one object a line, with a byte order mark and empty lines', async () => {
  const file = folder.write(
    'mine.jsonl',
    '\uFEFF{"image": "a.jpg", "captions": ["a dog", "a brown dog"], "group": "animals"}\r\n\r\n{"image_id": 7, "image": "sub/b.jpg", "caption": "a cat"}\n{"image_id": "7", "image": "sub/b.jpg", "caption": "a white cat"}',
  );
  const dataset = await openDataset(`jsonl:${file}`);
  expect(dataset).toMatchObject({ name: 'mine', split: 'all', count: 2 });
  expect(await readAll(dataset)).toEqual([
    {
      id: 'a.jpg',
      image: join(folder.path, 'a.jpg'),
      references: ['a dog', 'a brown dog'],
      group: 'animals',
      gap: null,
    },
    {
      id: '7',
      image: join(folder.path, 'sub/b.jpg'),
      references: ['a cat', 'a white cat'],
      group: null,
      gap: null,
    },
  ]);
});

test('the same as one JSON list, with images elsewhere', async () => {
  const file = folder.write('mine.json', [{ image: 'a.jpg', captions: ['a dog'] }]);
  const [item] = await readAll(await openDataset(`jsonl:${file}`, { images: folder.path }));
  expect(item).toMatchObject({ id: 'a.jpg', image: join(folder.path, 'a.jpg'), references: ['a dog'] });
});

test.each([
  ['{"image": "a.jpg", "captions": ["a dog"]}\n{oops}', 'line 2 is no JSON'],
  ['{"captions": ["a dog"]}', 'line 1: the row: has neither image_id nor image'],
  ['{"image": "a.jpg"}', 'line 1: the row: needs either captions (a list) or caption'],
  ['{"image": "a.jpg", "captions": "a dog"}', 'line 1: captions'],
  ['{"image": "../a.jpg", "caption": "a dog"}', 'line 1: image "../a.jpg" leads out'],
  [
    '{"image_id": 1, "captions": ["a"]}\n{"image_id": 1, "captions": ["b"]}',
    'line 2: the id 1 is there twice',
  ],
  [
    '{"image_id": 1, "image": "a.jpg", "caption": "a"}\n{"image_id": 1, "image": "b.jpg", "caption": "b"}',
    'line 2: image 1 has another file or group',
  ],
  ['"a dog"', 'line 1: the row'],
  ['', 'holds no item'],
])('%s', async (content, message) => {
  const failure = await failureOf(openDataset(`jsonl:${folder.write('a.jsonl', content)}`));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(message);
});
