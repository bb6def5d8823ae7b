import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore, type StoreOptions } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { NOW, replyRow } from './rows.ts';

const PUT_UNTIL_KILLED = fileURLToPath(new URL('put-until-killed.ts', import.meta.url));

describe('the store on SQLite', () => {
  const releases: (() => unknown)[] = [];
  afterEach(async () => {
    for (let release = releases.pop(); release; release = releases.pop()) await release();
  });
  const makeFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'narrator-store-'));
    releases.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };
  const open = async (file: string, options?: StoreOptions): Promise<Store> => {
    const store = await openStore({ kind: 'sqlite', file }, { now: () => NOW, ...options });
    releases.push(() => store.close());
    return store;
  };
  const lock = (file: string) => {
    const other = new DatabaseSync(file);
    releases.push(() => other.isOpen && other.close());
    other.exec('begin immediate');
    return other;
  };

  it.skipIf(process.platform === 'win32')('is for its user only', async () => {
    const file = join(await makeFolder(), 'data', 'deep', 'narrator.sqlite');
    const store = await open(file);
    await store.replies.put(replyRow({ id: 'a' }));
    for (const name of [file, `${file}-wal`, `${file}-shm`]) {
      expect((await stat(name)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    expect((await stat(dirname(dirname(file)))).mode & 0o777).toBe(0o700);
  });

  it('leaves one file when it is closed, also after statistics', async () => {
    const folder = await makeFolder();
    const store = await open(join(folder, 'narrator.sqlite'));
    await store.replies.put(replyRow({ id: 'a' }));
    expect(await store.descriptions.days({ from: 0, until: NOW })).toEqual([]);
    await store.close();
    expect(await readdir(folder)).toEqual(['narrator.sqlite']);
  });

  it('waits for a lock without stopping the event loop', async () => {
    const file = join(await makeFolder(), 'narrator.sqlite');
    const store = await open(file);
    const other = lock(file);
    const put = store.replies.put(replyRow({ id: 'a' }));
    // Reading goes on meanwhile. The lock is released by a timer: a wait that stops the event loop would never end.
    expect(await store.replies.get('a')).toBeNull();
    setTimeout(() => other.exec('commit'), 60);
    await put;
    expect(await store.replies.get('a')).not.toBeNull();
  });

  it('says that another process holds the lock, after a bounded time', async () => {
    const file = join(await makeFolder(), 'narrator.sqlite');
    const store = await open(file, { retryMs: 50 });
    const other = lock(file);
    await expect(store.people.forget('slack', 'U1')).rejects.toMatchObject({
      code: 'store-busy',
      message: expect.stringContaining(file),
    });
    // Where there is nothing to write, another process can be started meanwhile.
    await (await open(file, { retryMs: 50 })).ping();
    other.exec('rollback');
    expect(await store.people.forget('slack', 'U1')).toBe(0);
  });

  it('says what is wrong with a path', async () => {
    const folder = await makeFolder();
    const garbage = join(folder, 'garbage');
    await writeFile(garbage, 'This is no database, but a text of some length. '.repeat(100));
    for (const [file, words] of [
      [folder, 'is a folder'],
      [join(garbage, 'narrator.sqlite'), 'is a file where a folder has to be'],
      [join(garbage, 'deep', 'narrator.sqlite'), 'is a file where a folder has to be'],
      [garbage, 'is not a database'],
    ] as const) {
      await expect(openStore({ kind: 'sqlite', file })).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringMatching(`^(A part of the path )?${file} ${words}`),
      });
    }
  });

  it.skipIf(process.platform === 'win32')('says that it may not write', async () => {
    const folder = await makeFolder();
    const file = join(folder, 'narrator.sqlite');
    await (await openStore({ kind: 'sqlite', file })).close();
    await mkdir(join(folder, 'closed'));
    for (const path of [file, join(folder, 'closed')]) await chmod(path, 0o555);
    await chmod(folder, 0o755);
    // Root may write everywhere: so somebody else does it.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      for (const path of [
        file,
        join(folder, 'closed', 'new.sqlite'),
        join(folder, 'closed', 'deep', 'new'),
      ]) {
        await expect(openStore({ kind: 'sqlite', file: path })).rejects.toMatchObject({
          code: 'store-unavailable',
          message: expect.stringContaining(`${path} cannot be written to`),
        });
      }
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('says that the disk is full, keeps what it has, and goes on when there is room', async ({ skip }) => {
    const folder = await makeFolder();
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    skip(status !== 0, 'a small disk to fill can be mounted by root on Linux only');
    releases.push(() => spawnSync('umount', [folder]));
    const file = join(folder, 'narrator.sqlite');
    const store = await open(file);
    await store.replies.put(replyRow({ id: 'small' }));
    const large = replyRow({ id: 'large', state: 'x'.repeat(2_000_000) });
    await expect(store.replies.put(large)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: `The disk with ${file} is full. Make room on it.`,
    });
    // In a transaction SQLite rolls back by itself.
    const key = { source: 's', subject: 'x', metric: 'm' };
    const row = { ...key, value: 1, outcome: 'value', takenAt: 1, slot: 1, rawId: null } as const;
    await expect(store.samples.add([{ ...row, reason: 'x'.repeat(2_000_000) }])).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    expect(await store.replies.get('small')).not.toBeNull();
    spawnSync('mount', ['-o', 'remount,size=20m', folder]);
    await store.replies.put(large);
    expect(await store.replies.get('large')).not.toBeNull();
  });

  it('is made once by four processes that start together, and prints no warning', async () => {
    const file = join(await makeFolder(), 'narrator.sqlite');
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [PUT_UNTIL_KILLED, file, '3'])),
    );
    expect(runs).toEqual(Array.from({ length: 4 }, () => ({ stdout: '0\n1\n2\n', stderr: '' })));
  });

  it('loses nothing that it said was kept when its process is killed', async () => {
    const file = join(await makeFolder(), 'narrator.sqlite');
    const child = spawn(process.execPath, [PUT_UNTIL_KILLED, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    releases.push(() => child.kill('SIGKILL'));
    let last = -1;
    for await (const line of createInterface(child.stdout)) {
      last = Number(line);
      // Lines that it printed before it was killed still come.
      if (last === 500) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(last).toBeGreaterThanOrEqual(500);
    const store = await open(file);
    for (let number = 0; number <= last; number++) {
      expect(await store.replies.get(String(number))).not.toBeNull();
    }
  });
});
