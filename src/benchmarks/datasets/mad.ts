import { basename, join } from 'node:path';
import * as z from 'zod';
import type { LoadDataset } from './dataset-source.ts';
import { isFolder } from './image-folder.ts';
import { readJson } from './read-json.ts';
import { checkRow, roundSeconds } from './rows.ts';
import { requireOwnSplit } from './splits.ts';

const row = z.object({
  sentence: z.string(),
  ext_timestamps: z
    .tuple([z.number().nonnegative(), z.number()])
    .refine(([start, end]) => end > start, 'the end is not after the start'),
});

/** MAD (Soldan et al. 2022): audio description of films. A file `MAD_<split>.json`, or the folder that holds them. */
export const loadMad: LoadDataset = async ({ path, split, signal }, staged) => {
  const file = (await isFolder(path)) ? join(path, `MAD_${split ?? 'test'}.json`) : path;
  const own = /^MAD_(\w+)\.json$/i.exec(basename(file))?.[1] ?? 'all';
  requireOwnSplit({ path: file, split }, own);
  for await (const { key, value } of readJson(file, { members: 'all' }, { signal })) {
    const id = String(key);
    const sentence = checkRow(row, value, id, staged);
    if (!sentence) continue;
    const [start, end] = sentence.ext_timestamps;
    staged.add({ id, image: null, gap: { seconds: roundSeconds(end - start), playback: 'inline' } }, id);
    staged.addReference(id, sentence.sentence, id);
  }
  return {
    name: own === 'all' ? 'MAD' : `MAD ${own}`,
    split: own,
    task: 'audio-description',
    remarks: [
      'Its texts are real audio description, which its users have agreed not to pass on: publish scores, no texts.',
      'It has no images: the films are not released, and only recorded predictions can be scored on it.',
    ],
  };
};
