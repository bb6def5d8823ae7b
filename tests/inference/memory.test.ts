import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { freemem, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatBytes,
  readFreeMemory,
  readSystemMemory,
  refuseWithoutMemory,
  totalMemory,
} from '../../src/inference/memory.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'narrator-memory-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Files below `root` with their contents. */
async function lay(files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  }
}

const MB = 1e6;

describe('the system’s memory', () => {
  it('is the machine’s where no control group limits it', async () => {
    expect(await readSystemMemory(root)).toMatchObject({ total: totalmem(), limit: null });
    await lay({
      'proc/self/cgroup': '0::/user.slice\n',
      'sys/fs/cgroup/user.slice/memory.max': 'max\n',
      'sys/fs/cgroup/user.slice/memory.current': '1000000\n',
    });
    expect(await readSystemMemory(root)).toMatchObject({ total: totalmem(), limit: null });
    expect(totalMemory()).toBeLessThanOrEqual(totalmem());
  });

  it('is what the tightest group above allows (version 2), with cached files as free', async () => {
    await lay({
      'proc/self/cgroup': '0::/outer/inner\n',
      'sys/fs/cgroup/outer/inner/memory.max': String(200 * MB),
      'sys/fs/cgroup/outer/inner/memory.current': String(50 * MB),
      'sys/fs/cgroup/outer/memory.max': String(100 * MB),
      'sys/fs/cgroup/outer/memory.current': String(90 * MB),
      'sys/fs/cgroup/outer/memory.stat': `anon ${20 * MB}\ninactive_file ${40 * MB}\nactive_file ${10 * MB}\n`,
    });
    expect(await readSystemMemory(root)).toEqual({ total: 100 * MB, free: 60 * MB, limit: 100 * MB });
  });

  it('is what the group allows (version 1), also where only the container’s own folder is there', async () => {
    await lay({
      'proc/self/cgroup': '5:devices:/x\n4:cpu,memory:/docker/1234\n0::/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': String(100 * MB),
      'sys/fs/cgroup/memory/memory.usage_in_bytes': String(30 * MB),
      'sys/fs/cgroup/memory/memory.stat': `total_inactive_file ${5 * MB}\n`,
    });
    expect(await readSystemMemory(root)).toEqual({ total: 100 * MB, free: 75 * MB, limit: 100 * MB });
  });

  it('is never less than nothing', async () => {
    await lay({
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/memory.max': String(10 * MB),
      'sys/fs/cgroup/memory.current': String(11 * MB),
    });
    expect((await readSystemMemory(root)).free).toBe(0);
  });
});

describe('the guard of memory', () => {
  it('lets in what fits and what cannot be told', () => {
    refuseWithoutMemory('tiny', { bytes: 10, device: 'cpu' }, 10);
    refuseWithoutMemory('tiny', { bytes: 10, device: 'cuda' }, null);
  });

  it.each([
    ['cpu', /^tiny needs about 6\.2 GB and 2\.0 GB are free\. .*smaller model/],
    ['cuda', /^tiny needs about 6\.2 GB and 2\.0 GB are free on the graphics card\. .*CPU/],
  ] as const)('names need, what is free on %s, and what to do', (device, sentence) => {
    const refused = () => refuseWithoutMemory('tiny', { bytes: 6.2e9, device }, 2e9);
    expect(refused).toThrow(expect.objectContaining({ code: 'model-too-large' }));
    expect(refused).toThrow(sentence);
  });

  it('asks the system', async () => {
    const free = await readFreeMemory('cpu');
    expect(free).toBeGreaterThan(0);
    expect(free).toBeLessThanOrEqual(Math.max(freemem() * 1.5, totalmem()));
  });
});

it.each([
  [1_234_567, '1.2 MB'],
  [500_000_000, '500 MB'],
  [24_105_000_000, '24.1 GB'],
])('%i bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
