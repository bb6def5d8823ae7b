import { readdir } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import * as z from 'zod';
import { DatasetError } from './dataset-error.ts';
import type { LoadDataset } from './dataset-source.ts';
import { isFolder } from './image-folder.ts';
import { readJson } from './read-json.ts';
import { checkRow, locateImage, rowId } from './rows.ts';
import { requireOwnSplit } from './splits.ts';

const story = z.object({
  id: rowId,
  /** The shots that the text spans, the first and the last of them at the ends of the list. */
  shot: z.array(z.int().nonnegative()).min(1),
  description: z.string(),
});

/**
 * MovieNet (Huang et al. 2020): a folder with a file of annotations for each film, or one such file. An item is a
 * part of the story; its image is the middle keyframe of the middle shot, `<film>/shot_0012_img_1.jpg`.
 */
export const loadMovienet: LoadDataset = async ({ path, split, images, signal }, staged) => {
  requireOwnSplit({ path, split }, 'all');
  let films = 0;
  let silent = 0;
  for (const file of await listFiles(path)) {
    films++;
    let film = parse(file).name;
    let parts = 0;
    const shape = { lists: ['story'], members: 'scalars' } as const;
    for await (const { list, key, value } of readJson(file, shape, { signal })) {
      if (list === null) {
        if (key === 'imdb_id' && typeof value === 'string') film = value;
        continue;
      }
      parts++;
      const place = `${basename(file)}, story[${key}]`;
      const part = checkRow(story, value, place, staged);
      if (!part) continue;
      const middle = Math.floor((part.shot[0]! + part.shot.at(-1)!) / 2);
      const keyframe = `${film}/shot_${String(middle).padStart(4, '0')}_img_1.jpg`;
      const image = locateImage(images, keyframe, 'imdb_id', place, staged);
      if (image === undefined) continue;
      const id = `${film}/${part.id}`;
      staged.add({ id, image }, place);
      staged.addReference(id, part.description, place);
    }
    if (parts === 0) silent++;
  }
  const remarks = [
    'Its text is synopsis, not audio description: it tells the story, also what no picture shows.',
    'Only keyframes are released: each text spans several shots, and is compared with what one frame shows.',
  ];
  if (silent > 0)
    remarks.push(
      `${films.toLocaleString('en')} files of annotations, of which ${silent.toLocaleString('en')} have no story.`,
    );
  return { name: 'MovieNet', split: 'all', task: 'caption', remarks };
};

async function listFiles(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const files = (await readdir(path)).filter(name => /\.json$/i.test(name)).toSorted();
  if (files.length === 0)
    throw new DatasetError(
      'dataset-file',
      `${path} holds no .json file. Give the folder with MovieNet's annotations, a file for each film.`,
    );
  return files.map(name => join(path, name));
}
