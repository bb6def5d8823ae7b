import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkDataset } from '../dataset.ts';
import { loadCoco } from './coco.ts';
import { DatasetError } from './dataset-error.ts';
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

/** A form that data sets come in, as `--help` and docs/datasets.md list it. */
export interface DatasetFormat {
  readonly name: string;
  /** What is given after the colon. */
  readonly example: string;
  /** One sentence. */
  readonly about: string;
  /** Whether `--images` says where its images lie. */
  readonly takesImages: boolean;
}

const FORMATS: readonly (DatasetFormat & { readonly load: LoadDataset })[] = [
  {
    name: 'coco',
    example: 'captions_val2017.json',
    about: 'COCO captions, or a set of your own in their form.',
    takesImages: true,
    load: loadCoco,
  },
  {
    name: 'karpathy',
    example: 'dataset_coco.json',
    about:
      'COCO or Flickr in the splits of Karpathy and Fei-Fei: train, restval, val and test (unless told).',
    takesImages: true,
    load: loadKarpathy,
  },
  {
    name: 'flickr30k',
    example: 'flickr_annotations_30k.csv',
    about: 'Flickr30k as CSV, or in the splits of Karpathy and Fei-Fei as JSON; the split test unless told.',
    takesImages: true,
    load: loadFlickr30k,
  },
  {
    name: 'nocaps',
    example: 'nocaps_val_4500_captions.json',
    about: 'NoCaps, scored as a whole and by domain.',
    takesImages: true,
    load: loadNocaps,
  },
  {
    name: 'movienet',
    example: 'annotation/',
    about: 'MovieNet: a folder of annotations, whose synopsis is compared with keyframes.',
    takesImages: true,
    load: loadMovienet,
  },
  {
    name: 'youdescribe',
    example: 'premium_transcribed_audio_clips_english.csv',
    about: 'Transcripts of YouDescribe’s audio description, without images.',
    takesImages: false,
    load: loadYoudescribe,
  },
  {
    name: 'mad',
    example: 'MAD_test.json',
    about: 'MAD, audio description of films without images: a file, or the folder of all splits.',
    takesImages: false,
    load: loadMad,
  },
  {
    name: 'detailcaps',
    example: 'DetailCaps-4870.parquet',
    about: 'DetailCaps-4870, whose references were written by models: Parquet, JSON Lines or JSON.',
    takesImages: true,
    load: loadDetailcaps,
  },
  {
    name: 'jsonl',
    example: 'mine.jsonl',
    about: 'A set of your own: one {"image", "captions"} a line.',
    takesImages: true,
    load: loadRows,
  },
];

/** All but `samples`, which needs no path. */
export const DATASET_FORMATS: readonly DatasetFormat[] = FORMATS;

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
  await isFolder(path);
  const images = await ImageFolder.open(options.images === undefined ? null : expandHome(options.images));
  return stage(path, format.load, { path, split, images, signal });
}

async function stage(name: string, load: LoadDataset, source: Parameters<LoadDataset>[0]) {
  const staged = new StagedItems(name);
  try {
    return await staged.seal(await load(source, staged), source.signal);
  } catch (error) {
    staged.discard();
    throw error;
  }
}

function readSpec(spec: string) {
  const colon = spec.indexOf(':');
  const name = spec.slice(0, Math.max(colon, 0));
  const path = spec.slice(colon + 1);
  const format = FORMATS.find(known => known.name === name);
  if (format && path !== '') return { format, path: expandHome(path) };
  const known = FORMATS.map(({ name, example }) => `${name}:${example}`).join(', ');
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
  return new DatasetError('dataset-image', `${name} ${reason}. Leave --images out.`);
}
