import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import * as z from 'zod';
import { DatasetError } from './dataset-error.ts';
import type { LoadDataset } from './dataset-source.ts';
import { ExtractedImages } from './extracted-images.ts';
import { isFolder } from './image-folder.ts';
import { readParquet } from './read-parquet.ts';
import { checkRow, locateImage } from './rows.ts';
import { readRows } from './rows-file.ts';
import { requireOwnSplit } from './splits.ts';

const REFERENCES = ['GT_Caption_GPT4O', 'GT_Caption_GPT4V', 'GT_Caption_Gemini15Pro'] as const;

/** Parquet's text may come as bytes. */
const text = z
  .union([z.string(), z.instanceof(Uint8Array)])
  .transform(value => (typeof value === 'string' ? value : new TextDecoder().decode(value)));
const row = z.object({
  image: text,
  source: text.nullish(),
  binary: z.union([z.string(), z.instanceof(Uint8Array)]).nullish(),
  GT_Caption_GPT4O: text.nullish(),
  GT_Caption_GPT4V: text.nullish(),
  GT_Caption_Gemini15Pro: text.nullish(),
});

/**
 * DetailCaps-4870 (Dong et al. 2024): Parquet as published (a file, or a folder of them), or the same columns as JSON
 * Lines or a JSON list. Without a folder of images, those in the column `binary` are written to `<path>.images`.
 */
export const loadDetailcaps: LoadDataset = async ({ path, split, images, signal }, staged) => {
  requireOwnSplit({ path, split }, 'test');
  const extracted = images.isGiven ? null : new ExtractedImages(`${path.replace(/[/\\]+$/, '')}.images`);
  const columns = ['image', 'source', ...REFERENCES, ...(extracted ? ['binary'] : [])];
  let incomplete = 0;
  for await (const { place, value } of readTable(path, columns, signal)) {
    const checked = checkRow(row, value, place, staged);
    if (!checked) continue;
    const { image, source, binary } = checked;
    let file = extracted ? null : locateImage(images, image, 'image', place, staged);
    if (file === undefined) continue;
    if (extracted && binary) file = await extracted.write(binary, fault => staged.reject(place, fault));
    const id = parse(image).name;
    staged.add({ id, image: file, group: source || null }, place);
    const texts = REFERENCES.map(column => checked[column] ?? '').filter(given => given.trim() !== '');
    if (texts.length < REFERENCES.length) incomplete++;
    for (const reference of texts) staged.addReference(id, reference, `${place} (${image})`);
  }
  const remarks = [
    'Its references were written by models (GPT-4o, GPT-4V and Gemini 1.5 Pro), not by people: a high score says that a text is like theirs.',
    'Its references are long, where CIDEr misleads.',
  ];
  if (incomplete > 0)
    remarks.push(`Images without all three references: ${incomplete.toLocaleString('en')}.`);
  return { name: 'DetailCaps-4870', split: 'test', task: 'caption', remarks };
};

async function* readTable(path: string, columns: readonly string[], signal: AbortSignal | undefined) {
  const files = (await isFolder(path)) ? await listParquet(path) : [path];
  for (const file of files) {
    if (!/\.parquet$/i.test(file)) {
      yield* readRows(file, signal);
      continue;
    }
    const name = files.length > 1 ? `${parse(file).base}, ` : '';
    for await (const { index, value } of readParquet(file, columns, signal))
      yield { place: `${name}row ${index}`, value };
  }
}

async function listParquet(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter(name => /\.parquet$/i.test(name)).toSorted();
  if (files.length === 0)
    throw new DatasetError(
      'dataset-file',
      `${folder} holds no .parquet file. Give the set's file or its folder.`,
    );
  return files.map(name => join(folder, name));
}
