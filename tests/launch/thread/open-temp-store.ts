import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';

export interface TempStore {
  readonly folder: string;
  readonly store: Store;
  close(): Promise<void>;
}

/** A store in a folder of its own. */
export async function openTempStore(): Promise<TempStore> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-thread-'));
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
  return {
    folder,
    store,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
