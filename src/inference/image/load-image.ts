import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { collectBytes } from './collect-bytes.ts';
import { decodeImage } from './decode-image.ts';
import type { DecodedImage } from './decoded-image.ts';
import { type FetchOptions, fetchImageBytes, nameOfUrl } from './fetch-image.ts';
import { ImageError, shownName, tooLarge } from './image-error.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';

export interface LoadBytesOptions {
  /** What `-` reads. Without it, `-` is refused. */
  readonly stdin?: Readable & { isTTY?: boolean };
  readonly signal?: AbortSignal;
  readonly fetch?: Omit<FetchOptions, 'signal'>;
}

export interface LoadOptions extends LoadBytesOptions {
  /** The longest side of the result in pixels. 1024 unless told. */
  readonly maxSide?: number;
}

/**
 * Loads an image from wherever a person may name one.
 *
 * @param source a file's path, an http(s) URL, or `-` for standard input (`./-` is a file of that name)
 * @throws ImageError; the signal's reason when aborted
 */
export async function loadImage(source: string, options: LoadOptions = {}): Promise<DecodedImage> {
  const { maxSide, signal } = options;
  const bytes = await loadImageBytes(source, options);
  return await decodeImage(bytes, { name: nameOf(source), maxSide, signal });
}

/**
 * The bytes of an image file, at most 20 MB, not decoded yet.
 *
 * @param source as for `loadImage`
 * @throws ImageError; the signal's reason when aborted
 */
export async function loadImageBytes(source: string, options: LoadBytesOptions = {}): Promise<Uint8Array> {
  const { stdin, signal } = options;
  signal?.throwIfAborted();
  if (source === '-') return await readStdin(stdin, signal);
  if (isUrl(source)) return await fetchImageBytes(source, { ...options.fetch, signal });
  return await readFile(source, signal);
}

/** The short name of a source, as messages and results show it; of a URL only host and path. */
export function nameOf(source: string): string {
  if (source === '-') return 'Standard input';
  return isUrl(source) ? nameOfUrl(source) : shownName(source);
}

/** `https://…`, and also `ftp://…` and `data:…`, which deserve a better answer than "no such file". */
function isUrl(source: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:https?|data):)/i.test(source);
}

async function readStdin(stdin: LoadBytesOptions['stdin'], signal?: AbortSignal): Promise<Uint8Array> {
  const name = nameOf('-');
  // A terminal would wait for a person to type an image.
  if (!stdin || stdin.isTTY) {
    throw new ImageError('empty', `${name} has no image: pipe one in, as in "cat photo.jpg | …".`);
  }
  const onAbort = () => stdin.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await collectBytes(stdin, name, MAX_IMAGE_BYTES);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    throw new ImageError('unreadable', `${name} could not be read to its end: pipe the image in again.`, {
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function readFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    // Non-blocking, or a named pipe without a writer would wait for ever; asked about after it is open, so
    // that it cannot be swapped in between. (Windows has neither the flag nor the pipes.)
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readRegularFile(file, path, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    throw unreadable(path, error);
  } finally {
    await file?.close();
  }
}

async function readRegularFile(file: FileHandle, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const stats = await file.stat();
  if (stats.isDirectory()) throw isDirectory(path);
  if (!stats.isFile()) {
    throw new ImageError(
      'unreadable',
      `${nameOf(path)} is a pipe or a device, not a file: give an image file.`,
    );
  }
  if (stats.size > MAX_IMAGE_BYTES) throw tooLarge(path, MAX_IMAGE_BYTES);
  // The file may still be growing: the limit holds for what is read, not only for what was said.
  const stream = file.createReadStream({ autoClose: false, signal });
  return await collectBytes(stream, nameOf(path), MAX_IMAGE_BYTES);
}

function isDirectory(path: string, cause?: unknown): ImageError {
  return new ImageError('is-directory', `${nameOf(path)} is a directory: give an image file in it.`, {
    cause,
  });
}

function unreadable(path: string, cause: unknown): ImageError {
  const name = nameOf(path);
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ImageError('not-found', `${name} does not exist: check the spelling and the directory.`, {
        cause,
      });
    case 'EISDIR':
      return isDirectory(path, cause);
    case 'EACCES':
    case 'EPERM':
      return new ImageError(
        'unreadable',
        `${name} may not be read by this user: change its permissions or copy it elsewhere.`,
        { cause },
      );
    default:
      return new ImageError(
        'unreadable',
        `${name} could not be read: check that it is a whole, ordinary file.`,
        {
          cause,
        },
      );
  }
}
