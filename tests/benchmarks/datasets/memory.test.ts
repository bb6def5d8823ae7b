import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { useFolder } from './dataset-files.ts';

const folder = useFolder();
/** MiB: opening the file below takes less than 18, modules and all, and holding its entries more than 28. */
const HEAP = 23;

function runInSmallHeap(mode: 'open' | 'hold', path: string) {
  const script = fileURLToPath(new URL('open-in-child.ts', import.meta.url));
  return spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP}`, '--max-semi-space-size=1', script, mode, path],
    {
      encoding: 'utf8',
    },
  );
}

// A large one is opened by `npm run bench:datasets`.
test('a set is opened in a heap that cannot hold it', { timeout: 120_000 }, () => {
  const images = Array.from({ length: 12_000 }, (_, id) => ({ id, file_name: `${id}.jpg` }));
  const annotations = Array.from({ length: 60_000 }, (_, i) => ({
    image_id: (i * 7919) % 12_000,
    caption: `A grey bicycle number ${i} stands beside a wall of the old café, and nobody is near it.`,
  }));
  const file = folder.write('large.json', { images, annotations });
  const opened = runInSmallHeap('open', file);
  expect(opened.stdout.trim(), opened.stderr).toBe('60000');
  // The control: whoever holds its entries needs more.
  const held = runInSmallHeap('hold', file);
  expect(held.status).not.toBe(0);
  expect(held.stderr).toContain('heap out of memory');
});
