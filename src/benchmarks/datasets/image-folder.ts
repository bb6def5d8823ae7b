import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { count } from '../../metrics/captions/caption-warnings.ts';
import type { BenchmarkItem } from '../dataset.ts';
import { cannotRead, DatasetError } from './dataset-error.ts';

/** Files that an error names. */
const NAMED = 5;
/** Files looked at at once. */
const AT_ONCE = 32;

/**
 * A folder of images that a set's file names. The names come from strangers: one that leads out of the folder is
 * no name. (Links inside it are the owner's own and are followed.)
 */
export class ImageFolder {
  readonly #root: string | null;

  private constructor(root: string | null) {
    this.#root = root;
  }

  /**
   * @param root null where no folder was given: then no item has an image
   * @throws DatasetError `dataset-file` where it is no folder
   */
  static async open(root: string | null | undefined): Promise<ImageFolder> {
    if (root === null || root === undefined) return new ImageFolder(null);
    if (await isFolder(root)) return new ImageFolder(root);
    throw new DatasetError(
      'dataset-file',
      `${root} is no folder. Give the folder that holds the images, not a file.`,
    );
  }

  /** The folder in it of that name where there is one, or itself. */
  async within(name: string): Promise<ImageFolder> {
    if (this.#root === null) return this;
    const inner = join(this.#root, name);
    const found = await stat(inner).catch(() => null);
    return found?.isDirectory() ? new ImageFolder(inner) : this;
  }

  get isGiven(): boolean {
    return this.#root !== null;
  }

  /**
   * @param name as the set's file has it: `val2017/000000000139.jpg`
   * @returns the path, null where no folder was given; `invalid` for a name that leads out of the folder
   */
  locate(name: string): { readonly path: string | null } | 'invalid' {
    // A backslash divides folders on one system and is part of a name on others.
    const parts = name.split(/[/\\]/);
    const isInside =
      name.trim() !== '' &&
      !name.includes('\0') &&
      !posix.isAbsolute(name) &&
      !/^[a-z]:|^[a-z]+:\/\//i.test(name) &&
      !parts.includes('..');
    if (!isInside || /[/\\]$/.test(name)) return 'invalid';
    return { path: this.#root === null ? null : join(this.#root, name) };
  }
}

/** @throws DatasetError `dataset-file` where there is nothing at the path */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(cause => {
    throw cannotRead(path, cause);
  });
  return found.isDirectory();
}

/**
 * Looks for the image of each item, so that a run does not end for a missing one after an hour. For contenders that
 * look at images; recorded predictions need none.
 *
 * @param items those of the run, as `sampleItems` or `items` give them
 * @returns how many images are there
 * @throws DatasetError `dataset-image` saying how many are missing, and which are the first
 */
export async function checkImages(
  items: AsyncIterable<BenchmarkItem>,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0;
  const without = new Missing();
  const missing = new Missing();
  let batch: BenchmarkItem[] = [];
  const look = async () => {
    const found = await Promise.all(batch.map(({ image }) => image !== null && isFile(image)));
    batch.forEach(({ id, image }, i) => {
      total++;
      if (image === null) without.add(id);
      else if (!found[i]) missing.add(image);
    });
    batch = [];
  };
  for await (const item of items) {
    signal?.throwIfAborted();
    batch.push(item);
    if (batch.length === AT_ONCE) await look();
  }
  await look();
  if (without.number > 0)
    throw new DatasetError(
      'dataset-image',
      `${without.number === total ? 'The set is' : `${count(without.number, 'item')} of ${total.toLocaleString('en')} are`} without images here (${without.names()}). Where they are at hand, give their folder with --images-folder; recorded predictions can be scored without.`,
    );
  if (missing.number > 0)
    throw new DatasetError(
      'dataset-image',
      `${count(missing.number, 'image')} of ${total.toLocaleString('en')} ${missing.number === 1 ? 'is' : 'are'} missing or empty: ${missing.names()}. Check the folder given with --images-folder, or complete it.`,
    );
  return total;
}

class Missing {
  number = 0;
  readonly #first: string[] = [];

  add(name: string): void {
    this.number++;
    if (this.#first.length < NAMED) this.#first.push(name);
  }

  names(): string {
    const more = this.number - this.#first.length;
    return `${this.#first.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size > 0;
}
