import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The holder says this often that it is alive. */
const HEARTBEAT_MS = 2000;
/** A lock that was silent for as long belongs to a process that died. */
const STALE_MS = 15_000;
const POLL_MS = 250;

/**
 * Holds a lock file while `work` runs, so that two processes do not write the same model. Waits as long as another
 * process is at it, whose own waits are bounded, and takes over where that died. Should two take over at the same instant, both download: the
 * checksum of each file is compared before it gets its name, so that the model is right all the same.
 *
 * @param onWait told once where another process has the lock
 * @throws what `work` throws; the signal's reason when aborted
 */
export async function withLock<T>(
  file: string,
  { signal, onWait }: { signal?: AbortSignal; onWait?: () => void },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  let waited = false;
  while (!(await tryLock(file))) {
    if (!waited) onWait?.();
    waited = true;
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isDead(file)) await rm(file, { force: true });
    return false;
  }
}

async function isDead(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  // Released in this very moment.
  if (!stats) return false;
  if (Date.now() - stats.mtimeMs > STALE_MS) return true;
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
