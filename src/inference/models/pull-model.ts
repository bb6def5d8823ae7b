import { mkdir, readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { familyOf } from '../engines/vlm/families.ts';
import { loadTransformers } from '../load-transformers.ts';
import { ModelError } from '../model-error.ts';
import { checkFile, diskFull, downloadFile, partOf } from './download-file.ts';
import { belongsToPart, chooseDtypes, type Device, type PartDtypes, type WantedDtype } from './dtypes.ts';
import { fileUrl, type HubFile, type HubModel, isHubId, listHubFiles, readHubModel } from './hub-client.ts';
import type { HubAccess } from './hub-request.ts';
import { modelParts, parseModelConfig } from './model-config.ts';
import { commitFolder, type Manifest, readManifest, type StoredModel, writeManifest } from './model-store.ts';
import { withLock } from './pull-lock.ts';

const CONCURRENT_DOWNLOADS = 3;

/** Settings that lie beside the weights are small; what is larger at the top of a repository is something else. */
const MAX_SETTINGS_BYTES = 100e6;

/** Left free on the disk, for the rest of the machine. */
const RESERVE_BYTES = 100e6;

export interface PullProgress {
  /** Bytes of the model that are here, those of earlier pulls included. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface PullOptions extends HubAccess {
  /** A Hub id: `organisation/model`. */
  readonly model: string;
  readonly cacheFolder: string;
  /** A branch, a tag or a commit; `main` unless told. */
  readonly revision?: string;
  /** What the formats are chosen for. */
  readonly device: Device;
  readonly dtype?: WantedDtype;
  readonly onProgress?: (progress: PullProgress) => void;
  /** Told once where another process pulls the same model and is waited for. */
  readonly onWait?: () => void;
}

/** @throws ModelError `model-unknown` for what cannot be a model of the Hub */
export function requireHubId(model: string): void {
  if (isHubId(model)) return;
  throw new ModelError(
    'model-unknown',
    `${model.slice(0, 100)} is neither a folder nor a name that the Hub can have.`,
    'Give organisation/model, or the path of a folder.',
  );
}

/**
 * Downloads the files that a model needs in one format: its settings and its ONNX files. Files that are here and whole
 * are not fetched again, so that a pull that was cut off goes on, and a damaged model is mended.
 *
 * @throws ModelError; the signal's reason when aborted
 */
export async function pullModel(options: PullOptions, signal?: AbortSignal): Promise<StoredModel> {
  const { model, cacheFolder, revision = 'main', onWait } = options;
  requireHubId(model);
  const info = await readHubModel(options, model, revision, signal);
  const folder = commitFolder(cacheFolder, model, info.commit);
  return await withLock(`${folder}.lock`, { signal, onWait }, async () => {
    const manifest = await fill(folder, info, options, signal);
    await writeManifest(cacheFolder, manifest);
    return { folder, manifest };
  });
}

async function fill(
  folder: string,
  info: HubModel,
  options: PullOptions,
  signal?: AbortSignal,
): Promise<Manifest> {
  const { model, revision = 'main' } = options;
  const listed = await listHubFiles(options, model, info.commit, signal);
  const { family, parts, dtypes } = await inspect(folder, info, listed, options, signal);
  const needed = listed.filter(file => isNeeded(file, dtypes));
  const files = await fetchAll(folder, info, needed, options, signal);
  // What earlier pulls brought in other formats stays part of the model.
  const earlier = (await readManifest(folder))?.files ?? [];
  const paths = new Set(files.map(file => file.path));
  return {
    format: 1,
    model,
    commit: info.commit,
    revision,
    licence: info.licence ?? null,
    family,
    parts: [...parts],
    files: [...files, ...earlier.filter(file => !paths.has(file.path))].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    ),
  };
}

/** Reads the configuration first: what cannot be run is refused before gigabytes are fetched for it. */
async function inspect(
  folder: string,
  info: HubModel,
  listed: readonly HubFile[],
  options: PullOptions,
  signal?: AbortSignal,
): Promise<{ family: string; parts: readonly string[]; dtypes: PartDtypes }> {
  const { model, device, dtype } = options;
  const configFile = listed.find(file => file.path === 'config.json');
  if (!configFile) {
    throw new ModelError(
      'model-missing',
      `${model} has no config.json on the Hub.`,
      'Choose a model that was converted for transformers.js.',
    );
  }
  await fetchOne(folder, info, configFile, options, undefined, signal);
  const config = parseModelConfig(await readFile(path.join(folder, 'config.json'), 'utf8'), model);
  const family = familyOf(config.model_type, model);
  const parts = await modelParts(await loadTransformers(), config);
  const paths = new Set(listed.map(file => file.path));
  return { family: family.name, parts, dtypes: chooseDtypes(model, parts, paths, device, dtype) };
}

function isNeeded({ path: file, size }: HubFile, dtypes: PartDtypes): boolean {
  if (/^[^/]+\.(?:json|jinja)$/.test(file)) return size <= MAX_SETTINGS_BYTES;
  return Object.entries(dtypes).some(([part, dtype]) => belongsToPart(file, part, dtype));
}

async function fetchAll(
  folder: string,
  info: HubModel,
  needed: readonly HubFile[],
  options: PullOptions,
  signal?: AbortSignal,
): Promise<Manifest['files']> {
  const here = new Map<string, number>();
  const totalBytes = needed.reduce((total, { size }) => total + size, 0);
  const report = (file: HubFile) => (bytes: number) => {
    here.set(file.path, bytes);
    const doneBytes = [...here.values()].reduce((total, count) => total + count, 0);
    options.onProgress?.({ doneBytes, totalBytes });
  };
  await requireSpace(folder, needed);
  const files: Manifest['files'] = [];
  const failure = new AbortController();
  const either = AbortSignal.any([failure.signal, ...(signal ? [signal] : [])]);
  const queue = [...needed];
  const work = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const sha256 = await fetchOne(folder, info, file, options, report(file), either);
      files.push({ path: file.path, size: file.size, sha256 });
    }
  };
  const workers = Array.from({ length: CONCURRENT_DOWNLOADS }, async () => {
    try {
      await work();
    } catch (error) {
      // The others stop where they are; what they have is gone on with next time.
      failure.abort(error);
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(workers);
  if (failure.signal.aborted) throw failure.signal.reason;
  if (outcomes.some(({ status }) => status === 'rejected')) signal?.throwIfAborted();
  return files;
}

/** @returns the file's SHA-256 */
async function fetchOne(
  folder: string,
  { commit }: HubModel,
  file: HubFile,
  options: PullOptions,
  onBytes?: (bytesHere: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const { model } = options;
  const target = path.join(folder, ...file.path.split('/'));
  const there = await stat(target).catch(() => undefined);
  if (there?.size === file.size) {
    const { matches, sha256 } = await checkFile(target, file.size, file.checksum, signal);
    if (matches) {
      onBytes?.(file.size);
      return sha256;
    }
  }
  const url = fileUrl(options, model, commit, file.path);
  return await downloadFile(options, file, target, { url, model, onBytes, signal });
}

/** @throws ModelError `disk-full` where what is missing does not fit */
async function requireSpace(folder: string, needed: readonly HubFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  let missing = RESERVE_BYTES;
  for (const file of needed) {
    const target = path.join(folder, ...file.path.split('/'));
    let there = 0;
    for (const candidate of [target, partOf(file, target)]) {
      there += (await stat(candidate).catch(() => undefined))?.size ?? 0;
    }
    missing += Math.max(0, file.size - there);
  }
  const { bavail, bsize } = await statfs(folder);
  const short = missing - bavail * bsize;
  if (short > 0) throw diskFull(folder, short);
}
