import { createReadStream } from 'node:fs';
import { cannotRead, DatasetError } from './dataset-error.ts';

/** Read at once. Parsers hold a few times as much. */
const BLOCK_BYTES = 64 * 1024;

/**
 * A file's text, piece by piece. A byte order mark is taken away.
 *
 * @throws DatasetError `dataset-file` where it cannot be read, or is not UTF-8
 */
export async function* readText(path: string, signal?: AbortSignal): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const bytes = createReadStream(path, { highWaterMark: BLOCK_BYTES });
  try {
    for await (const block of bytes) {
      signal?.throwIfAborted();
      const text = decoder.decode(block as Uint8Array, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new DatasetError('dataset-file', `${path} is not UTF-8 text. Save it as UTF-8.`, { cause });
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cannotRead(path, cause);
    throw cause;
  } finally {
    bytes.destroy();
  }
}
