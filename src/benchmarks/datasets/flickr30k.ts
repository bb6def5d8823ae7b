import { basename, parse } from 'node:path';
import * as z from 'zod';
import type { LoadDataset } from './dataset-source.ts';
import { loadKarpathy } from './karpathy.ts';
import { readCsv } from './read-csv.ts';
import { checkRow, locateImage } from './rows.ts';
import { describeSplit, requireOwnSplit, SplitFilter } from './splits.ts';

const jsonCell = z.string().transform((cell, context): unknown => {
  try {
    return JSON.parse(cell);
  } catch {
    context.addIssue({ code: 'custom', message: 'is no JSON' });
    return z.NEVER;
  }
});
const row = z
  .object({
    filename: z.string(),
    raw: jsonCell.pipe(z.array(z.string())),
    sentids: jsonCell.pipe(z.array(z.int())).optional(),
    split: z.string().min(1).optional(),
  })
  .refine(
    ({ raw, sentids }) => sentids === undefined || sentids.length === raw.length,
    'raw and sentids differ in length',
  );

/** Flickr30k (Young et al. 2014) as CSV whose columns `raw` and `sentids` hold JSON, or in Karpathy's JSON. */
export const loadFlickr30k: LoadDataset = async (source, staged) => {
  const { path, split, images, signal } = source;
  if (/\.json$/i.test(path)) return loadKarpathy(source, staged);
  const splits = new SplitFilter(split ?? 'test');
  let isSplit = false;
  for await (const { line, row: cells } of readCsv(path, ['filename', 'raw'], signal)) {
    const place = `line ${line}`;
    isSplit = cells.split !== undefined;
    const checked = checkRow(row, cells, place, staged);
    if (!checked || (checked.split !== undefined && !splits.accepts(checked.split))) continue;
    const { filename, raw } = checked;
    const file = locateImage(images, filename, 'filename', place, staged);
    if (file === undefined) continue;
    const id = parse(filename).name;
    staged.add({ id, image: file }, place);
    for (const text of raw) staged.addReference(id, text, `${place} (${filename})`);
  }
  const remarks = ['Copies of Flickr30k differ in what they call test: 1,000 images, or all of them.'];
  if (!isSplit) {
    requireOwnSplit(source, 'all');
    return { name: 'Flickr30k', split: 'all', task: 'caption', remarks };
  }
  splits.requireFound(path);
  const wanted = split ?? 'test';
  return {
    name: 'Flickr30k',
    split: wanted,
    task: 'caption',
    remarks: [describeSplit(basename(path), wanted, splits), ...remarks],
  };
};
