import { basename, parse } from 'node:path';
import * as z from 'zod';
import { DatasetError } from './dataset-error.ts';
import type { DatasetSource, LoadDataset } from './dataset-source.ts';
import { readJson } from './read-json.ts';
import { checkRow, locateImage, rowId } from './rows.ts';
import { requireOwnSplit } from './splits.ts';
import type { StagedItems } from './staged-items.ts';

const image = z.object({ id: rowId, file_name: z.string().optional(), domain: z.string().nullish() });
export type CocoImage = z.output<typeof image>;
const annotation = z.object({ image_id: rowId, caption: z.string() });

/** COCO captions, or a set of one's own in their form. */
export const loadCoco: LoadDataset = async (source, staged) => {
  await readCoco(source, staged, () => null);
  const split = /(?:train|val|test)(?:20\d\d)?/i.exec(basename(source.path))?.[0] ?? 'all';
  requireOwnSplit(source, split);
  const isPublished = /^captions_(?:train|val)201[47]\.json$/.test(basename(source.path));
  return {
    name: isPublished ? `COCO captions ${split}` : parse(source.path).name,
    split,
    task: 'caption',
    remarks: [],
  };
};

/**
 * `{images: [{id, file_name}], annotations: [{image_id, caption}]}`, in either order. Without `images`, the images are
 * those that have a caption.
 *
 * @param groupOf the part of the set that an image is of
 */
export async function readCoco(
  { path, images, signal }: DatasetSource,
  staged: StagedItems,
  groupOf: (row: CocoImage, place: string) => string | null,
): Promise<void> {
  const found = new Set<string>();
  const options = { signal, onList: (name: string) => found.add(name) };
  for await (const { list, key, value } of readJson(path, { lists: ['images', 'annotations'] }, options)) {
    const place = list === null ? `[${key}]` : `${list}[${key}]`;
    if (list === 'images') {
      const row = checkRow(image, value, place, staged);
      if (!row) continue;
      const file =
        row.file_name === undefined ? null : locateImage(images, row.file_name, 'file_name', place, staged);
      if (file !== undefined) staged.add({ id: row.id, image: file, group: groupOf(row, place) }, place);
    } else if (list === 'annotations') {
      const row = checkRow(annotation, value, place, staged);
      if (row) staged.addReference(row.image_id, row.caption, `${place} of image ${row.image_id}`);
    } else {
      throw new DatasetError(
        'dataset-format',
        `${path} is a list, where COCO's form is an object with images and annotations. A list of rows is read as jsonl:${path}.`,
      );
    }
  }
  if (found.size === 0)
    throw new DatasetError(
      'dataset-format',
      `${path} has neither images nor annotations: it has not COCO's form. docs/datasets.md shows the forms.`,
    );
  if (!found.has('images')) staged.addItemsOfReferences();
}
