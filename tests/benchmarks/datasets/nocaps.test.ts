import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const set = (...domains: (string | undefined)[]) => ({
  images: domains.map((domain, id) => ({ id, file_name: `${id}.jpg`, open_images_id: 'x', domain })),
  annotations: domains.map((_, id) => ({ id, image_id: id, caption: `A dog number ${id}.` })),
});

test('the domain is the group', async () => {
  const file = folder.write('nocaps_val_4500_captions.json', set('in-domain', 'near-domain', 'out-domain'));
  const dataset = await openDataset(`nocaps:${file}`);
  expect(dataset).toMatchObject({ name: 'NoCaps validation', split: 'validation', count: 3, remarks: [] });
  expect((await readAll(dataset)).map(({ group }) => group)).toEqual([
    'in-domain',
    'near-domain',
    'out-domain',
  ]);
});

test('a copy without domains, or with some only, says so', async () => {
  const none = await openDataset(`nocaps:${folder.write('a.json', set(undefined, undefined))}`);
  expect(none.remarks).toEqual([
    'This copy of NoCaps names no domains: scores by domain need the original file.',
  ]);
  const some = await openDataset(`nocaps:${folder.write('b.json', set('in-domain', undefined))}`);
  expect(some.remarks).toEqual([
    '1 of 2 images of this copy of NoCaps have no domain, and are in the scores of none.',
  ]);
});

test('another domain is a fault', async () => {
  const failure = await failureOf(openDataset(`nocaps:${folder.write('a.json', set('in domain'))}`));
  expect(failure.message).toContain(
    'images[0]: domain "in domain" is none of in-domain, near-domain, out-domain',
  );
});
