import { dirname, parse } from 'node:path';
import * as z from 'zod';
import type { LoadDataset } from './dataset-source.ts';
import { ImageFolder } from './image-folder.ts';
import { readJson } from './read-json.ts';
import { readJsonLines } from './read-lines.ts';
import { checkRow, locateImage, rowId } from './rows.ts';
import { requireOwnSplit } from './splits.ts';

const row = z
  .object({
    image_id: rowId.optional(),
    image: z.string().optional(),
    captions: z.array(z.string()).optional(),
    caption: z.string().optional(),
    group: z.string().nullish(),
  })
  .refine(
    ({ image_id, image }) => image_id !== undefined || image !== undefined,
    'has neither image_id nor image',
  )
  .refine(
    ({ caption, captions }) => (caption === undefined) !== (captions === undefined),
    'needs either captions (a list) or caption',
  );

/**
 * A set of one's own: rows `{image_id, image, captions: […], group}` as JSON Lines, or as one JSON list. Of `image_id`
 * and `image` (a file's name) one is enough. With `caption` in place of `captions`, an image may have several rows.
 * Without a folder of images, they lie beside the file.
 */
export const loadRows: LoadDataset = async ({ path, split, images, signal }, staged) => {
  requireOwnSplit({ path, split }, 'all');
  const folder = images.isGiven ? images : await ImageFolder.open(dirname(path));
  for await (const { place, value } of readRows(path, signal)) {
    const checked = checkRow(row, value, place, staged);
    if (!checked) continue;
    const { image_id, image, captions, caption, group = null } = checked;
    const id = image_id ?? image!;
    const file = image === undefined ? null : locateImage(folder, image, 'image', place, staged);
    if (file === undefined) continue;
    const item = { id, image: file, group };
    const known = caption === undefined ? undefined : staged.find(id);
    if (!known) staged.add(item, place);
    else if (known.image !== item.image || known.group !== item.group)
      staged.reject(place, `image ${id} has another file or group than in its first row`);
    for (const text of captions ?? [caption!]) staged.addReference(id, text, `${place} (image ${id})`);
  }
  return { name: parse(path).name, split: 'all', task: 'caption', remarks: [] };
};

/** JSON Lines, or one list of JSON where the file's name ends in `.json`. */
export async function* readRows(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly place: string; readonly value: unknown }, void> {
  if (/\.json$/i.test(path)) {
    for await (const { key, value } of readJson(path, { members: 'all' }, { signal }))
      yield { place: typeof key === 'number' ? `[${key}]` : key, value };
  } else {
    for await (const { line, value } of readJsonLines(path, signal)) yield { place: `line ${line}`, value };
  }
}
