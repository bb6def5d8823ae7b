import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { formatBytes, readSystemMemory } from '../inference/memory.ts';
import type { Check } from './finding.ts';

const NEEDED_NODE = 24;
/** Less than the smallest engine needs. */
const SCARCE_MEMORY = 500_000_000;
const SCARCE_DISK = 200_000_000;

/** The Node that runs this, and where it is from. */
export function checkNode(version: string, execPath: string): Check {
  return {
    check: 'node',
    timeoutMs: 1000,
    async run() {
      const major = Number(version.split('.')[0]);
      const isOwn = execPath.includes(path.join('node_modules', 'node', 'bin'));
      const details = { version, path: execPath, fromPackage: isOwn };
      if (major < NEEDED_NODE) {
        return {
          verdict: 'fail',
          message: `Node ${version} is older than ${NEEDED_NODE}: run npm install, which brings one.`,
          details,
        };
      }
      return {
        verdict: 'ok',
        message: `Node ${version}, ${isOwn ? 'brought by npm' : 'installed on this machine'} (${execPath})`,
        details,
      };
    },
  };
}

/** Cores, and what memory there is and is free, control groups respected. */
export function checkMachine(): Check {
  return {
    check: 'machine',
    timeoutMs: 5000,
    async run() {
      const { total, free, limit } = await readSystemMemory();
      const cores = availableParallelism();
      const { platform, arch } = process;
      const details = {
        platform,
        arch,
        cores,
        processor: cpus()[0]?.model,
        totalBytes: total,
        freeBytes: free,
        limitBytes: limit,
      };
      const limited = limit === null ? '' : ', limited by a control group';
      const found = `${platform} ${arch}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${formatBytes(free)} of ${formatBytes(total)} memory free${limited}`;
      if (free < SCARCE_MEMORY) {
        return {
          verdict: 'warn',
          message: `${found}: an engine needs about ${formatBytes(SCARCE_MEMORY)}. End other programs or allow more.`,
          details,
        };
      }
      return { verdict: 'ok', message: found, details };
    },
  };
}

/** Whether the folder for converted and downloaded models can be written to, how much it holds, and what room is left. */
export function checkCache(folder: string): Check {
  return {
    check: 'cache',
    timeoutMs: 10_000,
    async run(signal) {
      const remedy = 'Name another with NARRATOR_CACHE, or change its permissions.';
      try {
        await mkdir(folder, { recursive: true });
        const file = path.join(folder, `doctor-${randomUUID()}.tmp`);
        await writeFile(file, 'written by narrator doctor');
        await rm(file);
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? String(error);
        return {
          verdict: 'warn',
          message: `${folder} cannot be written to (${reason}): models are converted at each start. ${remedy}`,
          details: { folder, isWritable: false },
        };
      }
      const { bytes, files } = await measureFolder(folder, signal);
      const { bavail, bsize } = await statfs(folder);
      const freeBytes = bavail * bsize;
      const details = { folder, isWritable: true, bytes, files, freeBytes };
      const found = `${folder} holds ${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}; ${formatBytes(freeBytes)} of disk free`;
      return freeBytes < SCARCE_DISK
        ? {
            verdict: 'warn',
            message: `${found}: free some, or name another folder with NARRATOR_CACHE.`,
            details,
          }
        : { verdict: 'ok', message: found, details };
    },
  };
}

async function measureFolder(folder: string, signal: AbortSignal): Promise<{ bytes: number; files: number }> {
  let bytes = 0;
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    signal.throwIfAborted();
    if (!entry.isFile()) continue;
    // Another process may have removed it in between.
    bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
    files++;
  }
  return { bytes, files };
}
