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
  for (const entry of manifest.files) {
    signal?.throwIfAborted();
    const { path: name, size, sha256 } = entry;
    const fault = await checkSize(folder, entry);
    if (fault) faults.push(fault);
    else if (
      !(await checkFile(fileOf(folder, name), size, { algorithm: 'sha256', value: sha256 }, signal)).matches
    ) {
      faults.push({ path: name, fault: 'wrong checksum' });
    }
  }
  return faults;
}

/**
 * Whether a file of a pulled model is there and as long as it should be; its content is not read.
 *
 * @returns what is wrong; undefined where nothing is
 */
export async function checkSize(
  folder: string,
  { path: name, size }: { readonly path: string; readonly size: number },
): Promise<FileFault | undefined> {
  const there = await stat(fileOf(folder, name)).catch(() => undefined);
  if (!there) return { path: name, fault: 'missing' };
  return there.size === size ? undefined : { path: name, fault: 'wrong size' };
}

function fileOf(folder: string, name: string): string {
  return path.join(folder, ...name.split('/'));
}
