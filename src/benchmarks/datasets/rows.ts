import * as z from 'zod';
import type { ImageFolder } from './image-folder.ts';
import type { StagedItems } from './staged-items.ts';

/** 7 and "7" are the same image: COCO's ids are numbers, others often strings. */
export const rowId = z.union([z.string(), z.int()], 'has to be a whole number or a text').transform(String);

/**
 * A row as its schema has it; null where it is of another form, which `staged` then knows of.
 *
 * @param place where the row is: `annotations[7]`
 */
export function checkRow<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: string,
  staged: StagedItems,
): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const at = issue.path.map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  staged.reject(place, `${at === '' ? 'the row' : at.replace(/^\./, '')}: ${issue.message}`);
  return null;
}

/** A number in a CSV's cell. */
export const cellNumber = z
  .string()
  .regex(/^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i, 'is no number')
  .transform(Number);

/**
 * Where an image lies; null where no folder was given. Undefined for a name that leads out of the folder, which
 * `staged` then knows of.
 *
 * @param field that holds the name, as errors call it
 */
export function locateImage(
  folder: ImageFolder,
  name: string,
  field: string,
  place: string,
  staged: StagedItems,
): string | null | undefined {
  const located = folder.locate(name);
  if (located !== 'invalid') return located.path;
  staged.reject(place, `${field} ${JSON.stringify(name)} leads out of the image folder`);
  return undefined;
}

/** Seconds to three decimals, without the last digits that subtracting leaves behind, so that copies of a set agree in their hash. */
export function roundSeconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
