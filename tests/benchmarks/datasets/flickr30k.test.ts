import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const csv = (...cells: string[]) => cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',');
const HEADER = 'raw,sentids,split,filename,img_id';
const ROWS = [
  csv('["Two \\"young\\" men, outside.", "Men\\nin a yard."]', '[0, 1]', 'train', '1000092795.jpg', '0'),
  csv('["Several men."]', '[5]', 'test', '10002456.jpg', '1'),
];

test('captions are JSON in a cell; the split and the counts are said', async () => {
  const file = folder.write('flickr.csv', `\uFEFF${[HEADER, ...ROWS].join('\r\n')}\r\n`);
  const all = await openDataset(`flickr30k:${file}`, { split: 'all' });
  expect(await readAll(all)).toMatchObject([
    { id: '1000092795', references: ['Two "young" men, outside.', 'Men\nin a yard.'] },
    { id: '10002456', references: ['Several men.'] },
  ]);
  const dataset = await openDataset(`flickr30k:${file}`);
  expect(dataset).toMatchObject({ name: 'Flickr30k', split: 'test', count: 1 });
  expect(dataset.remarks).toEqual([
    'Scores are on the split test of flickr.csv, which holds train 1, test 1 images.',
    'Copies of Flickr30k differ in what they call test: 1,000 images, or all of them.',
  ]);
});

test('a copy without splits is one', async () => {
  const file = folder.write('flickr.csv', `filename,raw\n${csv('1.jpg', '["A dog."]')}`);
  const dataset = await openDataset(`flickr30k:${file}`);
  expect(dataset).toMatchObject({ split: 'all', count: 1 });
  expect(dataset.remarks).toHaveLength(1);
  expect((await failureOf(openDataset(`flickr30k:${file}`, { split: 'test' }))).code).toBe('dataset-split');
});

test.each([
  ['no JSON', [HEADER, csv("['A dog.']", '[0]', 'test', '1.jpg', '0')], 'line 2: raw: is no JSON'],
  ['other than texts', [HEADER, csv('[1]', '[0]', 'test', '1.jpg', '0')], 'line 2: raw[0]'],
  [
    'a list cut short',
    [HEADER, csv('["A dog."]', '[0, 1]', 'test', '1.jpg', '0')],
    'raw and sentids differ in length',
  ],
  ['an image twice', [HEADER, ROWS[1], ROWS[1]], 'line 3: the id 10002456 is there twice'],
  ['another header', ['filename,caption', '1.jpg,A dog'], 'has no column raw. Its first line'],
  ['a row of other length', [HEADER, 'a,b'], 'is not valid CSV: Invalid Record Length'],
  ['a quote left open', [HEADER, '"a,b'], 'is not valid CSV: Quote Not Closed'],
  ['nothing', [''], 'holds no item'],
])('%s', async (_what, lines, message) => {
  const failure = await failureOf(openDataset(`flickr30k:${folder.write('a.csv', lines.join('\n'))}`));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(message);
});

test('the file’s own faults come through the CSV reader as they are', async () => {
  expect((await failureOf(openDataset(`flickr30k:${folder.path}`))).code).toBe('dataset-file');
  const latin1 = folder.write('a.csv', Buffer.from(`${HEADER}\n"caf\xe9",[0],test,1.jpg,0`, 'latin1'));
  expect(await failureOf(openDataset(`flickr30k:${latin1}`))).toEqual({
    code: 'dataset-file',
    message: `${latin1} is not UTF-8 text. Save it as UTF-8.`,
  });
});
