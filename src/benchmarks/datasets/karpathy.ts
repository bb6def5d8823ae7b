import { basename, parse } from 'node:path';
import * as z from 'zod';
import type { LoadDataset } from './dataset-source.ts';
import type { ImageFolder } from './image-folder.ts';
import { readJson } from './read-json.ts';
import { checkRow, locateImage, rowId } from './rows.ts';
import { describeSplit, SplitFilter } from './splits.ts';

const image = z.object({
  filename: z.string(),
  filepath: z.string().max(100).optional(),
  cocoid: rowId.optional(),
  split: z.string().min(1),
  sentences: z.array(z.object({ raw: z.string() })),
});

/**
 * The splits of Karpathy & Fei-Fei (2015): `dataset_coco.json`, and `dataset_flickr30k.json` (or 8k), whose images have
 * no `cocoid` and no `filepath`. There the id is the file's name without its ending.
 */
export const loadKarpathy: LoadDataset = async ({ path, split, images, signal }, staged) => {
  const wanted = split ?? 'test';
  const splits = new SplitFilter(wanted);
  const folders = new Map<string, ImageFolder>();
  let named: string | null = null;
  let isCoco = false;
  const shape = { lists: ['images'], members: 'scalars' } as const;
  for await (const { list, key, value } of readJson(path, shape, { signal })) {
    if (list === null) {
      if (key === 'dataset' && typeof value === 'string') named = value;
      continue;
    }
    const place = `images[${key}]`;
    const row = checkRow(image, value, place, staged);
    if (!row || !splits.accepts(row.split)) continue;
    const { filename, filepath = '', cocoid, sentences } = row;
    isCoco ||= cocoid !== undefined;
    // Both layouts are about: all images in one folder, and in one for each of COCO's own splits.
    const inner = filepath === '' ? null : locateImage(images, filepath, 'filepath', place, staged);
    if (inner === undefined) continue;
    const folder = folders.get(filepath) ?? (inner === null ? images : await images.within(filepath));
    if (folders.size < 100) folders.set(filepath, folder);
    const file = locateImage(folder, filename, 'filename', place, staged);
    if (file === undefined) continue;
    const id = cocoid ?? parse(filename).name;
    staged.add({ id, image: file }, place);
    for (const { raw } of sentences) staged.addReference(id, raw, `${place} (${filename})`);
  }
  splits.requireFound(path);
  const name = isCoco ? 'Karpathy COCO' : `Karpathy ${describeSource(named)}`;
  return { name, split: wanted, task: 'caption', remarks: [describeSplit(basename(path), wanted, splits)] };
};

function describeSource(named: string | null): string {
  if (named === 'flickr30k') return 'Flickr30k';
  return named === 'flickr8k' ? 'Flickr8k' : 'captions';
}
