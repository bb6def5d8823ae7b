import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { MemoryNeed } from './engines/engine.ts';
import { ModelError } from './model-error.ts';

/** In bytes. */
interface Memory {
  readonly total: number;
  /** What can be had without swapping: caches of files count as free. */
  readonly free: number;
}

export interface SystemMemory extends Memory {
  /** What a control group (a container's, a service's) allows where that is less than the machine has. */
  readonly limit: number | null;
}

export interface Gpu extends Memory {
  readonly name: string;
  readonly driver: string;
}

/**
 * The system's memory, within the limits of the process's control groups.
 *
 * `process.availableMemory()` knows the groups too, and counts the cache of files as used: in a container that just
 * downloaded a model, the model would be refused because its own file is cached.
 *
 * @param root where `/proc` and `/sys` lie, other than `/` in tests
 */
export async function readSystemMemory(root = '/'): Promise<SystemMemory> {
  const total = totalmem();
  const groups = (await readGroups(root)).filter(group => group.total < total);
  return {
    total: Math.min(total, ...groups.map(group => group.total)),
    free: Math.max(0, Math.min(freemem(), ...groups.map(group => group.free))),
    limit: groups.length > 0 ? Math.min(...groups.map(group => group.total)) : null,
  };
}

/** All the memory that the process may ever have: the machine's, or its control group's. */
export function totalMemory(): number {
  const limit = process.constrainedMemory();
  // 0 where there is none.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Files of one control group, and the lines of its `memory.stat` that can be taken back from the cache. */
const VERSIONS = {
  // https://docs.kernel.org/admin-guide/cgroup-v2.html, "Memory Interface Files"
  v2: {
    mount: 'sys/fs/cgroup',
    limit: 'memory.max',
    used: 'memory.current',
    cached: ['inactive_file', 'active_file', 'slab_reclaimable'],
  },
  // https://docs.kernel.org/admin-guide/cgroup-v1/memory.html, section 5.2
  v1: {
    mount: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cached: ['total_inactive_file', 'total_active_file'],
  },
} as const;

/** The process's control groups that limit memory, from its own up to the topmost. None on other systems. */
async function readGroups(root: string): Promise<Memory[]> {
  const membership = await readText(path.join(root, 'proc/self/cgroup'));
  const groups: Memory[] = [];
  // `0::/a/b` in version 2; `4:memory:/a/b` in version 1.
  for (const [, controllers, group] of membership.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    const version = controllers === '' ? VERSIONS.v2 : VERSIONS.v1;
    if (version === VERSIONS.v1 && !controllers!.split(',').includes('memory')) continue;
    // Inside a container the path may be the host's: then only the mount's own folder is there.
    for (let at = path.join('/', group!); ; at = path.dirname(at)) {
      const found = await readGroup(path.join(root, version.mount, at), version);
      if (found) groups.push(found);
      if (at === '/') break;
    }
  }
  return groups;
}

async function readGroup(
  folder: string,
  { limit, used, cached }: (typeof VERSIONS)[keyof typeof VERSIONS],
): Promise<Memory | undefined> {
  const [limitText, usedText, stat] = await Promise.all(
    [limit, used, 'memory.stat'].map(file => readText(path.join(folder, file))),
  );
  const total = Number.parseInt(limitText!, 10);
  const taken = Number.parseInt(usedText!, 10);
  // `max`, or no such file.
  if (Number.isNaN(total) || Number.isNaN(taken)) return undefined;
  const lines = new Map(stat!.split('\n').map(line => line.split(' ') as [string, string]));
  const reclaimable = cached.reduce((sum, name) => sum + Number(lines.get(name) ?? 0), 0);
  return { total, free: total - Math.max(0, taken - reclaimable) };
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

const GPU_QUERY = [
  '--query-gpu=name,driver_version,memory.total,memory.free',
  '--format=csv,noheader,nounits',
];
const MEBIBYTE = 1024 * 1024;

/** NVIDIA's graphics cards as its driver's `nvidia-smi` names them; null where there is no such program. */
export async function readGpus(): Promise<Gpu[] | null> {
  let table: string;
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', GPU_QUERY, { timeout: 10_000 });
    table = stdout;
  } catch {
    return null;
  }
  return table
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [name, driver, total, free] = line.split(', ') as [string, string, string, string];
      return { name, driver, total: Number(total) * MEBIBYTE, free: Number(free) * MEBIBYTE };
    });
}

/** What is free where a model would be loaded; null where that cannot be told. */
export async function readFreeMemory(device: MemoryNeed['device']): Promise<number | null> {
  if (device === 'cpu') return (await readSystemMemory()).free;
  // ONNX Runtime takes the first card unless told otherwise.
  const first = (await readGpus())?.[0];
  return first && Number.isFinite(first.free) ? first.free : null;
}

/**
 * Refuses a model that would not fit.
 *
 * @param free bytes; null, where it is not known, refuses nothing
 * @throws ModelError `model-too-large`
 */
export function refuseWithoutMemory(model: string, { bytes, device }: MemoryNeed, free: number | null): void {
  if (free === null || bytes <= free) return;
  const [whose, remedy] =
    device === 'cpu'
      ? [
          'free',
          'End other programs, allow the service more memory, or choose a smaller model or a smaller dtype (q4, q8).',
        ]
      : [
          'free on the graphics card',
          'End what else uses the card, or choose the CPU, a smaller model or a smaller dtype (q4f16).',
        ];
  throw new ModelError(
    'model-too-large',
    `${model} needs about ${formatBytes(bytes)} and ${formatBytes(free)} are ${whose}.`,
    remedy,
  );
}

/** A size in decimal units with one decimal, as in "1.5 GB". */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
