import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATASET_FORMATS } from '../../../src/benchmarks/datasets/dataset-formats.ts';
import { checkImages } from '../../../src/benchmarks/datasets/image-folder.ts';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { benchRunCommand } from '../../../src/commands/bench/run-command.ts';
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

test('a set opens again with the split that it was recorded with', async () => {
  const coco = folder.write('captions_val2017.json', { images: [{ id: 1 }] });
  const nocaps = folder.write('nocaps_val.json', { images: [{ id: 1 }] });
  const csv = folder.write('flickr.csv', 'filename,raw\n1.jpg,"[""a dog""]"');
  const mad = folder.write('MAD_val.json', { 1: { sentence: 'A man.', ext_timestamps: [1, 2] } });
  const rows = folder.write('mine.jsonl', { image: '1.jpg', caption: 'a dog' });
  const caps = folder.write('caps.json', [{ image: '1.jpg', GT_Caption_GPT4O: 'a dog' }]);
  for (const spec of [
    'samples',
    `coco:${coco}`,
    `nocaps:${nocaps}`,
    `flickr30k:${csv}`,
    `mad:${mad}`,
    `jsonl:${rows}`,
    `detailcaps:${caps}`,
  ]) {
    const first = await openDataset(spec);
    const again = await openDataset(spec, { split: first.split });
    expect([again.hash, again.split], spec).toEqual([first.hash, first.split]);
  }
});

test('a path in the home folder may be written with ~', async () => {
  const failure = await failureOf(openDataset('coco:~/no-such-folder/a.json'));
  expect(failure.message).toBe(`${join(homedir(), 'no-such-folder/a.json')} is not there: check the path.`);
});

test('docs/datasets.md and the help tell of each format in the same words', () => {
  const docs = readFileSync('docs/datasets.md', 'utf8');
  const help = benchRunCommand(null as never);
  let text = '';
  help.configureOutput({ writeOut: chunk => (text += chunk) }).outputHelp();
  for (const { name, example, about } of DATASET_FORMATS) {
    expect(docs, name).toContain(`\`${name}:${example}\``);
    expect(docs, name).toContain(about);
    expect(text, name).toContain(about);
  }
});
