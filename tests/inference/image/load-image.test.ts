import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadImage, loadImageBytes, nameOf } from '../../../src/inference/image/load-image.ts';
import { expectImageError } from './expect-image-error.ts';
import { encode, FORMATS, quadrants } from './sample-images.ts';
import { serveHttp } from './serve-locally.ts';

let directory: string;
let png: Buffer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-image-'));
  png = await encode(quadrants(), 'png');
});
afterAll(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(at(name), bytes);
  return at(name);
}

describe('files', () => {
  test.each(FORMATS)('%s, under a misleading name', async format => {
    const path = await write(`${format}.html`, await encode(quadrants(200, 100), format));
    expect(await loadImage(path, { maxSide: 50 })).toMatchObject({
      width: 50,
      height: 25,
      source: { format, width: 200, height: 100 },
    });
  });

  test('a link to an image, and names that look odd', async () => {
    await symlink(await write('real.png', png), at('link.png'));
    for (const path of [at('link.png'), await write('C: a b#?.png', png), await write('-', png)]) {
      expect(await loadImageBytes(path)).toEqual(png);
    }
  });

  test('missing, also below a file, and links to nothing', async () => {
    await symlink(at('nowhere.png'), at('broken.png'));
    for (const path of [at('missing.png'), join(await write('file.png', png), 'x.png'), at('broken.png')]) {
      await expectImageError(loadImage(path), 'not-found', '.png', 'check the spelling');
    }
  });

  test('a directory', async () => {
    await mkdir(at('pictures.jpg'));
    await expectImageError(
      loadImage(at('pictures.jpg')),
      'is-directory',
      'pictures.jpg',
      'give an image file',
    );
  });

  test('a named pipe without a writer does not wait for one', async () => {
    execFileSync('/usr/bin/mkfifo', [at('pipe.jpg')]);
    await expectImageError(loadImage(at('pipe.jpg')), 'unreadable', 'pipe.jpg', 'give an image file');
  });

  test('a device', async () => {
    await expectImageError(loadImage('/dev/zero'), 'unreadable', '/dev/zero', 'device');
  });

  test('a socket', async () => {
    const server = createServer().listen(at('socket'));
    await expectImageError(loadImage(at('socket')), 'unreadable', 'socket');
    server.close();
  });

  test.skipIf(process.getuid?.() === 0)('a file without permission (root may read everything)', async () => {
    const path = await write('secret.png', png);
    await chmod(path, 0);
    await expectImageError(loadImage(path), 'unreadable', 'secret.png', 'permissions');
  });

  test('paths that no file can have', async () => {
    await expectImageError(loadImage('a\0b.png'), 'unreadable', 'a?b.png', 'check');
    await expectImageError(loadImage('x'.repeat(5000)), 'unreadable', 'check');
    await expectImageError(loadImage(''), 'not-found', 'check');
  });

  test('empty', async () => {
    await expectImageError(loadImage(await write('empty.jpg', '')), 'empty', 'empty.jpg', 'again');
  });

  test('a page that is called an image', async () => {
    const path = await write('page.jpg', '<!doctype html><title>Not found</title>');
    await expectImageError(loadImage(path), 'not-an-image', 'page.jpg', 'web page');
  });

  test('over 20 MB is refused without being read', async () => {
    const path = await write('large.jpg', png);
    await truncate(path, 50_000_000_000);
    await expectImageError(loadImage(path), 'too-large', 'large.jpg', '20 MB');
  });
});

describe('standard input', () => {
  test('an image in pieces', async () => {
    const stdin = Readable.from([png.subarray(0, 3), png.subarray(3, 40), png.subarray(40)]);
    expect(await loadImage('-', { stdin })).toMatchObject({ width: 48, source: { format: 'png' } });
  });

  test('nothing', async () => {
    await expectImageError(loadImage('-', { stdin: Readable.from([]) }), 'empty', 'Standard input');
    await expectImageError(loadImage('-'), 'empty', 'pipe one in');
  });

  test('a terminal is not waited for', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    await expectImageError(loadImage('-', { stdin }), 'empty', 'pipe one in');
  });

  test('text without end is left early, an image without end at 20 MB', async () => {
    const words = spawn('yes', ['no image']);
    await expectImageError(loadImage('-', { stdin: words.stdout }), 'not-an-image', 'text');
    words.kill();
    const endless = Readable.from(
      (function* () {
        yield png;
        while (true) yield Buffer.alloc(1_000_000);
      })(),
    );
    await expectImageError(loadImage('-', { stdin: endless }), 'too-large', '20 MB');
  });

  test('a stream that breaks', async () => {
    const stdin = new PassThrough();
    stdin.write(png.subarray(0, 50));
    setImmediate(() => stdin.destroy(new Error('EIO')));
    await expectImageError(loadImage('-', { stdin }), 'unreadable', 'again');
  });
});

describe('URLs', () => {
  test('an image, and the guard before it', async () => {
    const server = await serveHttp((_, response) => response.end(png));
    const url = `${server.url}/photo.png`;
    const image = await loadImage(url, { fetch: { allowedAddresses: [server.address] } });
    expect(image.source.bytes).toBe(png.length);
    await expectImageError(loadImage(url), 'blocked-address', server.address, 'give the file');
  });

  test('an image that is shorter than it should be is damaged', async () => {
    const server = await serveHttp((_, response) => response.end(png.subarray(0, png.length - 40)));
    const work = loadImage(`${server.url}/a.png?key=SECRET`, {
      fetch: { allowedAddresses: [server.address] },
    });
    const { message } = await expectImageError(work, 'corrupt', `${server.address}/a.png`, 'incomplete');
    expect(message).not.toContain('SECRET');
  });

  test.each(['ftp://example.org/a.png', 'file:///etc/hostname', 'data:image/png;base64,AAAA', 'https:a b'])(
    '%s is no path',
    async source => {
      await expectImageError(loadImage(source), 'bad-url');
    },
  );
});

test('an abort rejects with its reason', async () => {
  const reason = new Error('no longer wanted');
  const path = await write('photo.png', png);
  for (const source of ['-', path, 'http://192.0.2.1/']) {
    await expect(loadImage(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  }
  const controller = new AbortController();
  const waiting = loadImage('-', { stdin: new PassThrough(), signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await expect(waiting).rejects.toBe(reason);
});

test('names for messages', () => {
  expect(nameOf('-')).toBe('Standard input');
  expect(nameOf('photos/a.jpg')).toBe('photos/a.jpg');
  expect(nameOf('https://example.org/a.jpg?token=1')).toBe('example.org/a.jpg');
});
