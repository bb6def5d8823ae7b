import { stat } from 'node:fs/promises';
import path from 'node:path';
import { checkFile } from './download-file.ts';
import type { StoredModel } from './model-store.ts';

/** What is wrong with a file of a pulled model. */
export interface FileFault {
  readonly path: string;
  readonly fault: 'missing' | 'wrong size' | 'wrong checksum';
}

/**
 * Reads every file of a pulled model and compares it with the manifest.
 *
 * @returns what is wrong; empty where the model is whole
 * @throws the signal's reason when aborted
 */
export async function verifyModel(
  { folder, manifest }: StoredModel,
  signal?: AbortSignal,
): Promise<FileFault[]> {
  const faults: FileFault[] = [];
  for (const { path: name, size, sha256 } of manifest.files) {
    signal?.throwIfAborted();
    const file = path.join(folder, ...name.split('/'));
    const there = await stat(file).catch(() => undefined);
    if (!there) faults.push({ path: name, fault: 'missing' });
    else if (there.size !== size) faults.push({ path: name, fault: 'wrong size' });
    else if (!(await checkFile(file, size, { algorithm: 'sha256', value: sha256 }, signal)).matches) {
      faults.push({ path: name, fault: 'wrong checksum' });
    }
  }
  return faults;
}
