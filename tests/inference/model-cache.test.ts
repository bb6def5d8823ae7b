import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CachedModelRequest,
  defaultCacheFolder,
  loadCachedModel,
  sha256,
} from '../../src/inference/model-cache.ts';

const BYTES = new Uint8Array([1, 2, 3, 4]);
const SOURCE = sha256('the weights');

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'narrator-cache-'));
  folder = path.join(parent, 'models');
});
afterEach(() => rm(parent, { recursive: true }));

const load = (changed: Partial<CachedModelRequest> = {}) =>
  loadCachedModel({ folder, model: 'tiny', version: 1, source: SOURCE, build: () => BYTES, ...changed });
const unwanted = () => expect.unreachable('the model is in the cache');

describe('a converted model', () => {
  it('is built once and then taken from the cache', async () => {
    expect(await load()).toEqual({ bytes: BYTES, origin: 'built' });
    const again = await load({ build: unwanted });
    expect(again.origin).toBe('cache');
    expect([...again.bytes]).toEqual([...BYTES]);
    expect(await readdir(folder)).toEqual([`tiny-v1-${SOURCE}-${sha256(BYTES)}.onnx`]);
  });

  it('is built anew from other weights or by another converter, and the earlier one goes', async () => {
    await load();
    expect((await load({ version: 2 })).origin).toBe('built');
    expect(await readdir(folder)).toHaveLength(1);
    expect((await load({ version: 2, source: sha256('other weights') })).origin).toBe('built');
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('leaves other files alone, also those of a model whose name begins the same', async () => {
    await load({ model: 'tiny-v1' });
    await writeFile(path.join(folder, 'tiny-notes.txt'), 'mine');
    await load();
    await load({ version: 2 });
    expect(await readdir(folder)).toHaveLength(3);
    expect((await load({ model: 'tiny-v1', build: unwanted })).origin).toBe('cache');
  });

  it.each([
    ['changed', (bytes: Buffer) => bytes.with(2, 9)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 3)],
    ['emptied', () => new Uint8Array()],
  ])('is not trusted where its file was %s', async (_, damage) => {
    await load();
    const [name] = await readdir(folder);
    const file = path.join(folder, name!);
    await writeFile(file, damage(await readFile(file)));
    expect(await load()).toEqual({ bytes: BYTES, origin: 'built' });
    expect((await load({ build: unwanted })).origin).toBe('cache');
  });

  it('is not kept where no folder is given', async () => {
    expect(await load({ folder: null })).toEqual({ bytes: BYTES, origin: 'built' });
  });

  it.skipIf(process.getuid?.() === 0)(
    'comes with a warning where the folder may not be written to',
    async () => {
      await chmod(parent, 0o555);
      expect(await load()).toMatchObject({
        bytes: BYTES,
        origin: 'built',
        warning: expect.stringContaining(folder),
      });
      await chmod(parent, 0o755);
    },
  );

  it('comes with a warning where the folder cannot be made', async () => {
    await writeFile(folder, 'a file is in the way');
    expect(await load()).toMatchObject({
      bytes: BYTES,
      origin: 'built',
      warning: expect.stringContaining(folder),
    });
  });

  it('comes with a warning where its file cannot be put in place, and leaves nothing half written', async () => {
    const inTheWay = path.join(folder, `tiny-v1-${SOURCE}-${sha256(BYTES)}.onnx`, 'inside');
    await load({ model: 'other' });
    await mkdir(inTheWay, { recursive: true });
    expect(await load()).toMatchObject({ origin: 'built', warning: expect.stringContaining(folder) });
    expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([]);
  });

  it('removes what a killed process left half written long ago, and not what another still writes', async () => {
    await load({ model: 'other' });
    const names = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    const [old, fresh] = names.map(name => path.join(folder, `tiny-${name}.tmp`)) as [string, string];
    await Promise.all([writeFile(old, ''), writeFile(fresh, '')]);
    const yesterday = Date.now() / 1000 - 86_400;
    await utimes(old, yesterday, yesterday);
    await load();
    expect(await readdir(folder)).toContain(path.basename(fresh));
    expect(await readdir(folder)).not.toContain(path.basename(old));
  });

  it('fails as its builder fails', async () => {
    const build = () => {
      throw new RangeError('no such operation');
    };
    await expect(load({ build })).rejects.toThrow(RangeError);
  });
});

it('is whole where several processes build it at once', async () => {
  const script = fileURLToPath(new URL('model-cache-process.ts', import.meta.url));
  const meeting = path.join(parent, 'meeting');
  const start = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, meeting, '2']);
    return JSON.parse(stdout);
  };
  const both = await Promise.all([start(), start()]);
  const [name, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  const kept = sha256(await readFile(path.join(folder, name!)));
  expect(name).toContain(kept);
  expect(both).toEqual([1, 2].map(() => ({ origin: 'built', sha256: kept })));
  expect(await start()).toEqual({ origin: 'cache', sha256: kept });
});

describe('the cache folder', () => {
  it.each([
    [{ NARRATOR_CACHE: '/srv/cache', XDG_CACHE_HOME: '/xdg' }, 'linux', '/srv/cache'],
    [{ XDG_CACHE_HOME: '/xdg' }, 'linux', '/xdg/visual-narrator'],
    [{ XDG_CACHE_HOME: 'relative' }, 'linux', '/home/ann/.cache/visual-narrator'],
    [{ NARRATOR_CACHE: '', XDG_CACHE_HOME: '' }, 'linux', '/home/ann/.cache/visual-narrator'],
    [{}, 'darwin', '/home/ann/Library/Caches/visual-narrator'],
    [{ LOCALAPPDATA: '/local' }, 'win32', '/local/visual-narrator/Cache'],
    [{}, 'win32', '/home/ann/AppData/Local/visual-narrator/Cache'],
  ] as const)('of %o on %s is %s', (env, platform, expected) => {
    expect(defaultCacheFolder(env, platform, '/home/ann')).toBe(expected);
  });
});
