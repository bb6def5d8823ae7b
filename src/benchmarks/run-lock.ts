import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BenchmarkError } from './benchmark-error.ts';

export interface RunLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one that works on a run. The operating system holds the lock, by way of SQLite (a file of
 * its own, which never has content): it goes with the process, however that ends, and no other process's number can be
 * mistaken for its owner's.
 *
 * @param folder the run's, on a disk of this machine
 * @throws BenchmarkError `benchmark-run` naming the process that has it
 */
export async function lockRun(folder: string): Promise<RunLock> {
  await mkdir(folder, { recursive: true });
  const pidFile = path.join(folder, '.lock.pid');
  const database = new DatabaseSync(path.join(folder, '.lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    throw new BenchmarkError(
      'benchmark-run',
      `The run ${path.basename(folder)} is at work already${/^\d+$/.test(pid) ? ` in process ${pid}` : ''}: wait for it, or end that process and try again.`,
      { cause },
    );
  }
  await writeFile(pidFile, String(process.pid));
  return {
    async release() {
      await rm(pidFile, { force: true });
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
