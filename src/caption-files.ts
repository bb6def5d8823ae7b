import { readFile } from 'node:fs/promises';
import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { type ParseError, parse as parseJson, printParseErrorCode } from 'jsonc-parser';
import * as z from 'zod';
import { NarratorError } from './errors.ts';
import { count, nameSome } from './metrics/captions/caption-warnings.ts';
import type { CaptionSample } from './metrics/captions/score-captions.ts';

/**
 * A file of captions that cannot be scored as it is. Codes: `caption-file` (unreadable), `caption-format`
 * (malformed or of another shape), `caption-ids` (images that appear twice, or on one side only).
 */
class CaptionFileError extends NarratorError {}

/** Longer captions would take minutes in ROUGE-L, whose time is the product of both lengths. */
const LONGEST_CAPTION = 50_000;

// 7 and "7" are the same image: COCO's ids are numbers, JSONL files often hold strings.
const ImageId = z.union([z.string().min(1), z.int()]).transform(String);
const CandidateRow = z.object({ image_id: ImageId, caption: z.string() });
const ReferenceRow = z.union([
  z.object({ image_id: ImageId, captions: z.array(z.string()) }),
  CandidateRow.transform(({ image_id, caption }) => ({ image_id, captions: [caption] })),
]);
const CocoCaptions = z.object({
  images: z.array(z.object({ id: ImageId })).optional(),
  annotations: z.array(CandidateRow),
});
const CandidateCsv = z.array(z.object({ image_id: z.string().min(1).optional(), text_gen: z.string() }));
const ReferenceCsv = z.array(z.object({ image_id: z.string().min(1).optional(), text_gt: z.string() }));

/** Image ids with their candidate caption, in the file's order. */
export type Candidates = ReadonlyMap<string, string>;
/** Image ids with their reference captions, in the file's order. An image may have none. */
export type References = ReadonlyMap<string, readonly string[]>;

/**
 * Reads candidates: COCO results `[{image_id, caption}]`, the same as JSON Lines, or CSV with `text_gen`.
 *
 * @throws CaptionFileError
 */
export async function readCandidates(path: string): Promise<Candidates> {
  const text = await readText(path);
  const rows = isCsv(path)
    ? numberRows(check(CandidateCsv, readCsv(path, text), path)).map(({ imageId, row }) => ({
        image_id: imageId,
        caption: row.text_gen,
      }))
    : check(z.array(CandidateRow), isLines(path) ? readLines(path, text) : readJson(path, text), path);
  const candidates = new Map<string, string>();
  const repeated = new Set<string>();
  for (const { image_id, caption } of rows) {
    // A CSV repeats the candidate on each of its references' rows.
    if (candidates.has(image_id) && !(isCsv(path) && candidates.get(image_id) === caption))
      repeated.add(image_id);
    requireLength(path, image_id, caption);
    candidates.set(image_id, caption);
  }
  if (repeated.size > 0) {
    throw new CaptionFileError(
      'caption-ids',
      `${path} holds more than one candidate for ${count(repeated.size, 'image')}: ${nameSome([...repeated])}. Keep one caption an image.`,
    );
  }
  return candidates;
}

/**
 * Reads references: COCO captions `{images, annotations}`, rows `{image_id, captions}` or `{image_id, caption}` as a
 * JSON array or JSON Lines, or CSV with `text_gt`.
 *
 * @throws CaptionFileError
 */
export async function readReferences(path: string): Promise<References> {
  const text = await readText(path);
  const references = new Map<string, string[]>();
  const add = (imageId: string, captions: readonly string[]) => {
    const known = references.get(imageId) ?? [];
    for (const caption of captions) {
      requireLength(path, imageId, caption);
      // Marks alone are no reference.
      if (/[\p{L}\p{N}]/u.test(caption)) known.push(caption);
    }
    references.set(imageId, known);
  };
  if (isCsv(path)) {
    for (const { imageId, row } of numberRows(check(ReferenceCsv, readCsv(path, text), path)))
      add(imageId, [row.text_gt]);
    return references;
  }
  const data = isLines(path) ? readLines(path, text) : readJson(path, text);
  if (Array.isArray(data)) {
    for (const { image_id, captions } of check(z.array(ReferenceRow), data, path)) add(image_id, captions);
    return references;
  }
  const { images, annotations } = check(CocoCaptions, data, path);
  for (const { id } of images ?? []) add(id, []);
  for (const { image_id, caption } of annotations) add(image_id, [caption]);
  return references;
}

/** What is scored, and what had no counterpart. */
export interface PairedCaptions {
  readonly samples: readonly CaptionSample[];
  /** Images with references but without a candidate. */
  readonly withoutCandidate: readonly string[];
  /** Images with a candidate but without a reference that holds a word. */
  readonly withoutReference: readonly string[];
}

/**
 * Brings candidates and references together by image.
 *
 * @param allowMissing score the images that have both; otherwise a missing side is an error, since leaving images
 *   out changes what a score means
 * @throws CaptionFileError (`caption-ids`)
 */
export function pairCaptions(
  candidates: Candidates,
  references: References,
  allowMissing: boolean,
): PairedCaptions {
  const samples: CaptionSample[] = [];
  const withoutReference: string[] = [];
  for (const [imageId, candidate] of candidates) {
    const captions = references.get(imageId);
    if (captions?.length) samples.push({ imageId, candidate, references: captions });
    else withoutReference.push(imageId);
  }
  const withoutCandidate = [...references.keys()].filter(imageId => !candidates.has(imageId));
  const faults = [
    describeMissing(withoutReference, 'a candidate but no reference'),
    describeMissing(withoutCandidate, 'references but no candidate'),
  ].filter(fault => fault !== '');
  if (samples.length === 0) {
    throw new CaptionFileError(
      'caption-ids',
      `No image has both a candidate and a reference. ${faults.join(' ')} Check that both files use the same image ids.`,
    );
  }
  if (faults.length > 0 && !allowMissing) {
    throw new CaptionFileError(
      'caption-ids',
      `${faults.join(' ')} Complete the files, or score only the images that have both with --allow-missing.`,
    );
  }
  return { samples, withoutCandidate, withoutReference };
}

function describeMissing(imageIds: readonly string[], what: string): string {
  return imageIds.length === 0
    ? ''
    : `${count(imageIds.length, 'image')} with ${what}: ${nameSome(imageIds)}.`;
}

/** Formats are told by the file's name; what is neither CSV nor JSON Lines is JSON. */
export const isCsv = (path: string) => /\.csv$/i.test(path);
const isLines = (path: string) => /\.(?:jsonl|ndjson)$/i.test(path);

async function readText(path: string): Promise<string> {
  try {
    // Takes a byte order mark away.
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const reason =
      cause instanceof TypeError
        ? 'is not UTF-8 text. Save it as UTF-8'
        : `cannot be read (${(cause as Error).message})`;
    throw new CaptionFileError('caption-file', `${path} ${reason}.`, { cause });
  }
}

function readJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // JSON.parse does not always say where; this does.
    const errors: ParseError[] = [];
    parseJson(text, errors, { disallowComments: true });
    const { offset, error } = errors[0] ?? { offset: text.length, error: 0 };
    const before = text.slice(0, offset).split('\n');
    throw new CaptionFileError(
      'caption-format',
      `${path} is not valid JSON: line ${before.length}, column ${before.at(-1)!.length + 1} (${printParseErrorCode(error)}).`,
      { cause },
    );
  }
}

function readLines(path: string, text: string): unknown[] {
  const rows: unknown[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    try {
      rows.push(JSON.parse(line));
    } catch (cause) {
      throw new CaptionFileError(
        'caption-format',
        `${path} is not valid JSON Lines: line ${i + 1} is no JSON.`,
        {
          cause,
        },
      );
    }
  });
  return rows;
}

function readCsv(path: string, text: string): unknown {
  try {
    return parseCsv(text, { columns: true, skip_empty_lines: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new CaptionFileError('caption-format', `${path} is not valid CSV: ${cause.message}.`, { cause });
  }
}

/** Rows without `image_id` are images of their own, named by their number: 1 for the first after the header. */
function numberRows<Row extends { image_id?: string | undefined }>(rows: readonly Row[]) {
  return rows.map((row, i) => ({ imageId: row.image_id ?? String(i + 1), row }));
}

function check<T>(schema: z.ZodType<T>, data: unknown, path: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  // Of a union's branches, the one that got furthest says most.
  const deepest =
    issue.code === 'invalid_union'
      ? issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0]
      : undefined;
  const at = [...issue.path, ...(deepest?.path ?? [])]
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  throw new CaptionFileError(
    'caption-format',
    `${path} has another shape than expected: ${at === '' ? 'the whole' : at.replace(/^\./, '')}: ${(deepest ?? issue).message}. docs/caption-metrics.md shows the formats.`,
  );
}

function requireLength(path: string, imageId: string, caption: string): void {
  if (caption.length <= LONGEST_CAPTION) return;
  throw new CaptionFileError(
    'caption-format',
    `${path}: a caption of image ${imageId} has ${caption.length.toLocaleString('en')} characters; at most ${LONGEST_CAPTION.toLocaleString('en')} are scored.`,
  );
}
