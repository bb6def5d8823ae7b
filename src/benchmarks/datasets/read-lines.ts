import { DatasetError } from './dataset-error.ts';
import { readText } from './read-text.ts';

/** In characters: an image as base64 fits. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * The values of a JSON Lines file with their line, counted from 1. Empty lines are passed over.
 *
 * @throws DatasetError `dataset-file`, or `dataset-format` naming the line that is no JSON
 */
export async function* readJsonLines(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly line: number; readonly value: unknown }, void> {
  let line = 0;
  for await (const text of splitLines(path, signal)) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new DatasetError(
        'dataset-format',
        `${path} is not valid JSON Lines: line ${line} is no JSON. Each line has to be one object.`,
        { cause },
      );
    }
    yield { line, value };
  }
}

async function* splitLines(path: string, signal?: AbortSignal): AsyncGenerator<string, void> {
  // Pieces of a line that is not at its end: joined once, as adding to a long string block by block would be slow.
  let pieces: string[] = [];
  let length = 0;
  for await (const text of readText(path, signal)) {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      pieces.push(text.slice(from, end));
      yield pieces.join('');
      pieces = [];
      length = 0;
      from = end + 1;
    }
    pieces.push(text.slice(from));
    length += text.length - from;
    if (length > LONGEST_LINE)
      throw new DatasetError(
        'dataset-format',
        `${path} has a line of more than ${LONGEST_LINE.toLocaleString('en')} characters. Check that it is JSON Lines: one object a line.`,
      );
  }
  if (length > 0) yield pieces.join('');
}
