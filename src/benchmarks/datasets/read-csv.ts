import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DatasetError } from './dataset-error.ts';
import { readText } from './read-text.ts';

/** In characters. */
const LONGEST_ROW = 4 * 1024 * 1024;

/**
 * The rows of a CSV file by their column's name, with the line on which each ends.
 *
 * @param needed columns that have to be there
 * @throws DatasetError `dataset-file`, or `dataset-format` with the line, or with the columns that are missing
 */
export async function* readCsv(
  path: string,
  needed: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<{ readonly line: number; readonly row: Readonly<Record<string, string>> }, void> {
  const requireColumns = (header: string[]) => {
    const missing = needed.filter(column => !header.includes(column));
    if (missing.length === 0) return header;
    throw new DatasetError(
      'dataset-format',
      `${path} has no column ${missing.join(', ')}. Its first line has to name the columns; it reads: ${header.join(', ').slice(0, 300)}.`,
    );
  };
  const parser = parse({
    columns: requireColumns,
    skip_empty_lines: true,
    info: true,
    max_record_size: LONGEST_ROW,
  });
  // Whatever goes wrong ends the parser with it, and so the loop below.
  pipeline(readText(path, signal), parser, () => {});
  try {
    for await (const { info, record } of parser) yield { line: info.lines, row: record };
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new DatasetError('dataset-format', `${path} is not valid CSV: ${cause.message}.`, { cause });
  }
}
