import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../model-cache.ts';
import { ModelError } from '../model-error.ts';
import { chooseDevices, type WantedDevice } from './choose-device.ts';
import type { WantedDtype } from './dtypes.ts';
import type { HubAccess } from './hub-request.ts';
import { listFolder } from './model-folder.ts';
import { findStored, type StoredModel } from './model-store.ts';
import { type PullProgress, pullModel, requireHubId } from './pull-model.ts';

/** Which model, and where it may come from. */
export interface ModelSource extends HubAccess {
  /** A Hub id, or the path of a folder in the Hub's layout. */
  readonly model: string;
  readonly cacheFolder: string;
  /** A branch, a tag or a commit; `main` unless told. */
  readonly revision?: string;
  readonly device?: WantedDevice;
  readonly dtype?: WantedDtype;
  /** True where nothing may be downloaded. */
  readonly offline?: boolean;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface FoundModel {
  readonly folder: string;
  readonly name: string;
  /** As messages name it: the Hub id, or the whole path of a folder. */
  readonly shown: string;
  /** The start of the commit; of a local folder, of a checksum over its configuration and its files' sizes. */
  readonly revision: string;
}

/**
 * Finds a model in a folder or in the cache, or downloads it into the cache. A folder goes before a Hub id of the same
 * name.
 *
 * @throws ModelError; the signal's reason when aborted
 */
export async function findModel(source: ModelSource, signal?: AbortSignal): Promise<FoundModel> {
  const { model, cacheFolder, revision = 'main', offline = false } = source;
  const folder = path.resolve(model);
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) {
    return { folder, name: path.basename(folder), shown: folder, revision: await fingerprint(folder) };
  }
  if (/^[./~]|^[A-Za-z]:\\/.test(model)) {
    throw new ModelError('model-missing', `There is no folder ${model}.`, 'Check the spelling and the path.');
  }
  requireHubId(model);
  const stored = await findStored(cacheFolder, model, revision);
  if (stored) {
    await requireSizes(stored);
    return found(stored);
  }
  if (offline) {
    throw new ModelError(
      'model-offline',
      `${model} (${revision}) is not on this machine, and nothing may be downloaded.`,
      `Fetch it with "narrator models pull ${model}" while there is a network, or unset NARRATOR_OFFLINE and HF_HUB_OFFLINE.`,
    );
  }
  const [device] = await chooseDevices(source.device ?? 'auto', signal);
  return found(await pullModel({ ...source, device: device! }, signal));
}

function found({ folder, manifest: { model, commit } }: StoredModel): FoundModel {
  return { folder, name: model, shown: model, revision: commit.slice(0, 12) };
}

/** @throws ModelError where a file went or was cut short; what else is wrong, `models verify` finds */
async function requireSizes({ folder, manifest }: StoredModel): Promise<void> {
  const files = await listFolder(folder);
  const { model } = manifest;
  for (const { path: file, size } of manifest.files) {
    const there = files.get(file);
    if (there === size) continue;
    throw new ModelError(
      there === undefined ? 'model-missing' : 'model-damaged',
      there === undefined
        ? `${file} of ${model} is gone.`
        : `${file} of ${model} has ${there} bytes and should have ${size}.`,
      `Fetch what is missing with "narrator models pull ${model}".`,
    );
  }
}

async function fingerprint(folder: string): Promise<string> {
  const config = await readFile(path.join(folder, 'config.json')).catch(() => '');
  const sizes = [...(await listFolder(folder))].sort().map(pair => pair.join(' '));
  return sha256(config, ...sizes).slice(0, 12);
}
