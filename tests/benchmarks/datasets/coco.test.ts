import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const SMALL = {
  info: { year: 2017, nested: { images: [1, 2] } },
  images: [
    { id: 139, file_name: '000000000139.jpg', width: 640 },
    { id: 285, file_name: 'sub/000000000285.jpg' },
  ],
  licenses: [{ id: 1, name: 'a "quoted" licence' }],
  annotations: [
    { id: 1, image_id: 285, caption: 'A bear in a field.' },
    { id: 2, image_id: 139, caption: 'A woman in a room.' },
    { id: 3, image_id: 285, caption: 'A brown bear. ' },
  ],
};

test('items come in the order of the images, with their captions from anywhere in the file', async () => {
  const file = folder.write('captions_val2017.json', SMALL);
  const { items, ...rest } = await openDataset(`coco:${file}`, { images: folder.path });
  expect(rest).toMatchObject({
    name: 'COCO captions val2017',
    split: 'val2017',
    task: 'caption',
    count: 2,
    remarks: [],
  });
  expect(await readAll({ items })).toEqual([
    {
      id: '139',
      image: join(folder.path, '000000000139.jpg'),
      references: ['A woman in a room.'],
      group: null,
      gap: null,
    },
    {
      id: '285',
      image: join(folder.path, 'sub/000000000285.jpg'),
      references: ['A bear in a field.', 'A brown bear. '],
      group: null,
      gap: null,
    },
  ]);
});

test('the hash is that of the contract, whatever the layout of the file', async () => {
  const lines =
    '["139",["A woman in a room."],null,null]\n["285",["A bear in a field.","A brown bear. "],null,null]\n';
  const expected = createHash('sha256').update(lines).digest('hex');
  const reordered = { annotations: SMALL.annotations, images: SMALL.images };
  const files = [
    folder.write('a.json', SMALL),
    folder.write('b.json', `\uFEFF${JSON.stringify(reordered, null, 2)}`),
    folder.write('c.json', { ...SMALL, images: SMALL.images.map(({ id }) => ({ id: String(id) })) }),
  ];
  for (const file of files) expect((await openDataset(`coco:${file}`)).hash).toBe(expected);
  const other = structuredClone(SMALL);
  other.annotations[0]!.caption = 'A bear in a field!';
  expect((await openDataset(`coco:${folder.write('d.json', other)}`)).hash).not.toBe(expected);
});

test('without images, they are those that have a caption; without captions, that is said', async () => {
  const captions = await openDataset(`coco:${folder.write('a.json', { annotations: SMALL.annotations })}`);
  expect((await readAll(captions)).map(({ id }) => id)).toEqual(['285', '139']);
  const images = await openDataset(`coco:${folder.write('b.json', { images: SMALL.images })}`);
  expect(images.remarks).toEqual([
    'It holds no reference texts: measures that compare with references are not computed.',
  ]);
  const one = { ...SMALL, annotations: SMALL.annotations.slice(0, 1) };
  expect((await openDataset(`coco:${folder.write('c.json', one)}`)).remarks).toEqual([
    '1 item of 2 has no reference text.',
  ]);
});

test('a set that was opened stays as it was, also where its file changes', async () => {
  const file = folder.write('a.json', SMALL);
  const dataset = await openDataset(`coco:${file}`);
  folder.write('a.json', '{}');
  expect((await readAll(dataset)).length).toBe(2);
  // Twice at once, and one of them given up.
  const first = dataset.items()[Symbol.asyncIterator]();
  await first.next();
  expect((await readAll(dataset)).length).toBe(2);
  await first.return?.(undefined);
});

test('any text comes back as it was written, in its order', async () => {
  const text = fc.string({ unit: 'binary' }).map(rest => `a${rest}`.toWellFormed());
  const images = fc.uniqueArray(text, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      images,
      fc.array(fc.tuple(fc.nat(5), text), { maxLength: 30 }),
      async (ids, captions) => {
        const annotations = captions.map(([i, caption]) => ({ image_id: ids[i % ids.length], caption }));
        const file = folder.write('any.json', { images: ids.map(id => ({ id })), annotations });
        const items = await readAll(await openDataset(`coco:${file}`));
        const expected = ids.map(id => [id, annotations.filter(({ image_id }) => image_id === id)] as const);
        expect(items.map(({ id, references }) => [id, references])).toEqual(
          expected.map(([id, own]) => [id, own.map(({ caption }) => caption)]),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  ['an id that is there twice', { images: [{ id: 1 }, { id: 1 }] }, 'images[1]: the id 1 is there twice'],
  ['7 and "7"', { images: [{ id: 7 }, { id: '7' }] }, 'images[1]: the id 7 is there twice'],
  [
    'an id that is no whole number',
    { images: [{ id: 1.5 }] },
    'images[0]: id: has to be a whole number or a text',
  ],
  ['an id of pandas', { images: [{ id: 'NaN' }] }, '"NaN" is no id'],
  ['an id that is null', { images: [{ id: null }] }, 'images[0]: id: has to be a whole number or a text'],
  ['an empty id', { images: [{ id: ' ' }] }, 'images[0]: the id has to be'],
  [
    'an empty caption',
    { images: [{ id: 1 }], annotations: [{ image_id: 1, caption: ' … ' }] },
    'annotations[0] of image 1: the text holds no word',
  ],
  [
    'a caption that is no text',
    { images: [{ id: 1 }], annotations: [{ image_id: 1, caption: null }] },
    'annotations[0]: caption',
  ],
  [
    'a caption of 50,001 characters',
    { images: [{ id: 1 }], annotations: [{ image_id: 1, caption: 'a'.repeat(50_001) }] },
    'the text has 50,001 characters, and at most 50,000',
  ],
  [
    'captions of images that are not listed',
    { images: [{ id: 1 }], annotations: [{ image_id: 2, caption: 'a dog' }] },
    'texts of images that it does not list: 2.',
  ],
  ['no item at all', { images: [], annotations: [] }, 'holds no item'],
  ['another form', { detections: [] }, 'has neither images nor annotations'],
  ['a list', [{ image_id: 1, caption: 'a dog' }], 'is read as jsonl:'],
  ['images that are no list', { images: { id: 1 } }, 'images is no list'],
])('%s is named', async (_what, content, message) => {
  const failure = await failureOf(openDataset(`coco:${folder.write('a.json', content)}`));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(message);
  expect(failure.message).toContain(join(folder.path, 'a.json'));
});

test('of many wrong rows the first five are named, and how many there are', async () => {
  const annotations = Array.from({ length: 12 }, (_, i) => ({ image_id: 1, caption: i < 3 ? 'a dog' : '' }));
  const { message } = await failureOf(
    openDataset(`coco:${folder.write('a.json', { images: [{ id: 1 }], annotations })}`),
  );
  expect(message).toContain('9 rows cannot be used. annotations[3] of image 1');
  expect(message).toContain('annotations[7]');
  expect(message).not.toContain('annotations[8]');
  expect(message).toContain('and 4 more');
});

test('thousands of wrong rows end the reading early', async () => {
  const images = Array.from({ length: 5000 }, () => ({ id: 1 }));
  const { message } = await failureOf(openDataset(`coco:${folder.write('a.json', { images })}`));
  expect(message).toContain('1,000 rows and perhaps more cannot be used');
});

test.each([
  '../../etc/passwd',
  '/etc/passwd',
  'a/../../b.jpg',
  '..\\b.jpg',
  'C:\\b.jpg',
  'a\0.jpg',
  '',
  'https://a.example/b.jpg',
  'sub/',
])('the file name %j cannot lead out of the image folder', async name => {
  const file = folder.write('a.json', { images: [{ id: 1, file_name: name }] });
  for (const images of [undefined, folder.path]) {
    const failure = await failureOf(openDataset(`coco:${file}`, { images }));
    expect(failure.code).toBe('dataset-format');
    expect(failure.message).toContain('images[0]: file_name');
  }
});

test('a name with dots in it is a name', async () => {
  const file = folder.write('a.json', { images: [{ id: 1, file_name: 'a..b/..c.jpg' }] });
  const dataset = await openDataset(`coco:${file}`, { images: folder.path });
  expect((await readAll(dataset))[0]?.image).toBe(join(folder.path, 'a..b/..c.jpg'));
});

test('a split is known by the file’s name, and no other can be asked for', async () => {
  const file = folder.write('captions_train2014.json', SMALL);
  expect((await openDataset(`coco:${file}`, { split: 'train2014' })).split).toBe('train2014');
  const failure = await failureOf(openDataset(`coco:${file}`, { split: 'val' }));
  expect(failure).toMatchObject({
    code: 'dataset-split',
    message: expect.stringContaining('is the split train2014, not val'),
  });
  const own = folder.write('mine.json', SMALL);
  expect(await failureOf(openDataset(`coco:${own}`, { split: 'val' }))).toMatchObject({
    code: 'dataset-split',
    message: expect.stringContaining('not divided into splits'),
  });
});
