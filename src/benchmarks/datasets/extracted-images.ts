import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError } from '../../inference/image/image-error.ts';
import { sniffFormat } from '../../inference/image/sniff-format.ts';
import { DatasetError } from './dataset-error.ts';

/**
 * Images that a set's own file holds, written out one by one, so that none stays in memory. A file is named by the
 * hash of its bytes: nothing of the set's names gets into a path, and a second opening finds them written.
 */
export class ExtractedImages {
  readonly #folder: string;
  #isMade = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param content the bytes, or base64
   * @param reject told what is wrong where it is no image
   * @returns the file; null where it is no image
   * @throws DatasetError `dataset-file` where it cannot be written
   */
  async write(content: Uint8Array | string, reject: (fault: string) => void): Promise<string | null> {
    const bytes = decode(content);
    let format: string;
    try {
      format = sniffFormat(bytes, 'binary');
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      reject(error.message);
      return null;
    }
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    const path = join(this.#folder, `${hash}.${format}`);
    try {
      const known = await stat(path).catch(() => null);
      if (known?.size === bytes.length) return path;
      if (!this.#isMade) await mkdir(this.#folder, { recursive: true });
      this.#isMade = true;
      // Whole or not at all, also for a second process that opens the same set.
      await writeFile(`${path}.${process.pid}`, bytes);
      await rename(`${path}.${process.pid}`, path);
      return path;
    } catch (cause) {
      throw new DatasetError(
        'dataset-file',
        `The images of the set cannot be written to ${this.#folder} (${(cause as Error).message}). Make room there, or give the folder of its images with --images-folder.`,
        { cause },
      );
    }
  }
}

/** Bytes as they are, base64, or base64 that came as bytes. */
function decode(content: Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content, 'base64');
  const start = Buffer.from(content.subarray(0, 64)).toString('latin1');
  return /^[A-Za-z0-9+/]{64}$/.test(start)
    ? Buffer.from(Buffer.from(content).toString('latin1'), 'base64')
    : content;
}
