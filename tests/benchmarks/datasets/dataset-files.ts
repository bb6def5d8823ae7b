import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { BenchmarkDataset, BenchmarkItem } from '../../../src/benchmarks/dataset.ts';

/** A folder for files of a test, removed after each. */
export function useFolder(): { readonly path: string; write(name: string, content: unknown): string } {
  let folder: string | null = null;
  afterEach(() => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    folder = null;
  });
  const path = () => {
    folder ??= mkdtempSync(join(tmpdir(), 'narrator-datasets-'));
    return folder;
  };
  return {
    get path() {
      return path();
    },
    /** Text and bytes as they are, everything else as JSON. */
    write(name, content) {
      const file = join(path(), name);
      const isRaw = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(file, isRaw ? content : JSON.stringify(content));
      return file;
    },
  };
}

export async function writeImage(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'pixels');
}

export async function readAll(
  dataset: Pick<BenchmarkDataset, 'items'> | AsyncIterable<BenchmarkItem>,
): Promise<BenchmarkItem[]> {
  return Array.fromAsync('items' in dataset ? dataset.items() : dataset);
}

/** `{code, message}` of what a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: Error & { code?: unknown }) => reason,
  );
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
