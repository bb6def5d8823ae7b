import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkDataset } from '../dataset.ts';
import { loadCoco } from './coco.ts';
import { DatasetError } from './dataset-error.ts';
import { DATASET_FORMATS, type DatasetFormatName } from './dataset-formats.ts';
import type { LoadDataset } from './dataset-source.ts';
import { loadDetailcaps } from './detailcaps.ts';
import { loadFlickr30k } from './flickr30k.ts';
import { ImageFolder, isFolder } from './image-folder.ts';
import { loadKarpathy } from './karpathy.ts';
import { loadMad } from './mad.ts';
import { loadMovienet } from './movienet.ts';
import { loadNocaps } from './nocaps.ts';
import { loadRows } from './rows-file.ts';
import { loadSamples } from './samples.ts';
import { requireOwnSplit } from './splits.ts';
import { StagedItems } from './staged-items.ts';
import { loadYoudescribe } from './youdescribe.ts';

const LOADERS: Readonly<Record<DatasetFormatName, LoadDataset>> = {
  coco: loadCoco,
  karpathy: loadKarpathy,
  flickr30k: loadFlickr30k,
  nocaps: loadNocaps,
  movienet: loadMovienet,
  youdescribe: loadYoudescribe,
  mad: loadMad,
  detailcaps: loadDetailcaps,
  jsonl: loadRows,
};

export interface OpenDatasetOptions {
  /** A split of the set, or `all`. Each format has its own default. */
  readonly split?: string | undefined;
  /** The folder that holds the images. Without it a set has none, and only recorded predictions can be scored on it. */
  readonly images?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a data set: checks every row, counts, and hashes. Images are not looked at: see `checkImages`.
 *
 * @param spec `samples`, or `<format>:<path>` with one of {@link DATASET_FORMATS}
 * @throws DatasetError
 */
export async function openDataset(spec: string, options: OpenDatasetOptions = {}): Promise<BenchmarkDataset> {
  const { split = null, signal } = options;
  if (spec === 'samples') {
    requireOwnSplit({ path: 'samples', split }, 'all');
    if (options.images !== undefined) throw hasNoImages('samples', 'brings its own images');
    return stage('samples', loadSamples, {
      path: 'samples',
      split,
      images: await ImageFolder.open(null),
      signal,
    });
  }
  const { format, path } = readSpec(spec);
  if (options.images !== undefined && !format.takesImages) throw hasNoImages(format.name, 'has no images');
  // Says at once where there is nothing, before a loader asks for a file of its own.
  await isFolder(path);
  const images = await ImageFolder.open(options.images === undefined ? null : expandHome(options.images));
  return stage(path, LOADERS[format.name], { path, split, images, signal });
}

async function stage(name: string, load: LoadDataset, source: Parameters<LoadDataset>[0]) {
  const staged = new StagedItems(name);
  try {
    return await staged.seal(await load(source, staged), source.signal);
  } catch (error) {
    staged.discard();
    throw isFromSqlite(error) ? noRoom(name, error) : error;
  }
}

function isFromSqlite(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

function noRoom(name: string, cause: Error): DatasetError {
  return new DatasetError(
    'dataset-file',
    `The rows of ${name} could not be kept in a temporary file (${cause.message}). Make room where SQLite keeps such files: the folder in SQLITE_TMPDIR, or else /var/tmp or /tmp.`,
    { cause },
  );
}

function readSpec(spec: string) {
  const colon = spec.indexOf(':');
  const name = spec.slice(0, Math.max(colon, 0));
  const path = spec.slice(colon + 1);
  const format = DATASET_FORMATS.find(known => known.name === name);
  if (format && path !== '') return { format, path: expandHome(path) };
  const known = DATASET_FORMATS.map(({ name, example }) => `${name}:${example}`).join(', ');
  const fault = format
    ? `${name}: names no file`
    : colon > 0
      ? `There is no data set format ${name}`
      : `${spec === '' ? 'An empty name' : spec} is no data set`;
  throw new DatasetError('dataset-format', `${fault}. Give samples, or a format and its file: ${known}.`);
}

/** Shells leave a ~ after a colon as it is. */
function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function hasNoImages(name: string, reason: string): DatasetError {
  return new DatasetError('dataset-image', `${name} ${reason}. Leave --images-folder out.`);
}
