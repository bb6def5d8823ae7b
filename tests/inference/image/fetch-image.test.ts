import type { LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fetchImageBytes, nameOfUrl } from '../../../src/inference/image/fetch-image.ts';
import { type KeptConnections, keepConnections } from '../../../src/inference/image/keep-connections.ts';
import { expectImageError } from './expect-image-error.ts';
import { encode, quadrants } from './sample-images.ts';
import { type LocalServer, serveHttp, serveTcp } from './serve-locally.ts';

let png: Buffer;
beforeAll(async () => {
  png = await encode(quadrants(), 'png');
});

/** A server that answers everything with a good image. */
const serveImage = () => serveHttp((_, response) => response.end(png));

/** Fetches from a local server that is on the allow-list. */
const fetchFrom = (server: LocalServer, path = '/photo.png', options = {}) =>
  fetchImageBytes(server.url + path, { allowedAddresses: [server.address], timeoutMs: 5000, ...options });

/** Resolves every name to these addresses, one answer a call; the last one stays. */
function answering(...answers: readonly (readonly string[])[]): LookupFunction & { calls: number } {
  const lookup: LookupFunction & { calls: number } = (_host, _options, callback) => {
    const answer = answers[Math.min(lookup.calls++, answers.length - 1)]!;
    const found = answer.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(callback, null, found);
  };
  lookup.calls = 0;
  return lookup;
}

describe('control: what is fetched', () => {
  test('an image from an allow-listed server, with a name, without asking for compression', async () => {
    let headers: Record<string, unknown> = {};
    const server = await serveHttp((request, response) => {
      headers = request.headers;
      response.end(png);
    });
    expect(await fetchFrom(server)).toEqual(png);
    expect(headers['user-agent']).toMatch(/^visual-narrator\/\d/);
    expect(headers['accept-encoding']).toBe('identity');
    await server.allClosed();
  });

  test('an image with a wrong content type: the bytes decide', async () => {
    const server = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(png);
    });
    expect(await fetchFrom(server)).toEqual(png);
  });

  test('an image behind five redirects, absolute and relative', async () => {
    const server = await serveHttp((request, response) => {
      const n = Number(request.url!.slice(1));
      const location = n % 2 ? `/${n - 1}` : `${server.url}/${n - 1}`;
      // An unread body must not hold up the next hop.
      if (n > 0) response.writeHead([301, 302, 303, 307, 308][n - 1]!, { location }).write('x'.repeat(1e6));
      else response.end(png);
    });
    expect(await fetchFrom(server, '/5')).toEqual(png);
    expect(server.connections()).toBe(6);
  });

  test('an image in many small pieces', async () => {
    const server = await serveHttp(async (_, response) => {
      for (const byte of png) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await fetchFrom(server)).toEqual(png);
  });

  test('a host name that resolves to an allow-listed address, among others that are dropped', async () => {
    const server = await serveImage();
    const lookup = answering(['10.0.0.1', '::1', '127.0.0.1']);
    const url = `http://images.test:${server.port}/`;
    expect(await fetchImageBytes(url, { allowedAddresses: [server.address], lookup })).toEqual(png);
    expect(lookup.calls).toBe(1);
  });
});

describe('addresses', () => {
  test.each(
    `127.0.0.1 127.1 2130706433 0x7f.1 0x7f000001 0177.0.0.1 127.0.0.1. 127.8.8.8 0.0.0.0 0 10.0.0.1 172.16.0.1
    192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255 240.0.0.1 192.0.2.1 198.18.0.1
    [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [fe80::1] [fc00::1] [ff02::1]
    [2002:7f00:1::] [fec0::1]`.split(/\s+/),
  )('%s is refused before a connection is made', async host => {
    const server = await serveImage();
    const work = fetchImageBytes(`http://${host}:${server.port}/photo.png`);
    await expectImageError(work, 'blocked-address', '/photo.png', 'private', 'give the file');
    expect(server.connections()).toBe(0);
  });

  test.each(['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]'])(
    'the allow-list is exact: another port or spelling (%s) opens nothing',
    async host => {
      const server = await serveImage();
      const other = await serveImage();
      const allowedAddresses = [other.address, 'localhost', '127.0.0.1', `127.0.0.1:${server.port}0`];
      const work = fetchImageBytes(`http://${host}:${server.port}/`, { allowedAddresses });
      await expectImageError(work, 'blocked-address');
      expect(server.connections()).toBe(0);
    },
  );

  test('a name that the system resolves to loopback', async () => {
    const server = await serveImage();
    for (const host of ['localhost', 'LOCALHOST']) {
      await expectImageError(
        fetchImageBytes(`http://${host}:${server.port}/`),
        'blocked-address',
        'localhost',
      );
    }
    expect(server.connections()).toBe(0);
    const url = `http://localhost:${server.port}/`;
    expect(await fetchImageBytes(url, { allowedAddresses: [server.address] })).toEqual(png);
  });

  test.each([
    [['127.0.0.1']],
    [['10.1.2.3', '192.168.0.1']],
    [['::ffff:127.0.0.1']],
    [['fe80::1', '::1', '::']],
    [['64:ff9b::7f00:1']],
  ])('a name that resolves to %s, over http and https', async answer => {
    const server = await serveImage();
    for (const protocol of ['http', 'https']) {
      const url = `${protocol}://images.test:${server.port}/`;
      await expectImageError(
        fetchImageBytes(url, { lookup: answering(answer) }),
        'blocked-address',
        'images.test',
      );
    }
    expect(server.connections()).toBe(0);
  });

  test('a name that answers with an open address first and a private one next (rebinding)', async () => {
    // Each hop connects to the very answer that was checked; the next hop's answer is checked again.
    const server = await serveHttp((_, response) => response.writeHead(302, { location: '/again' }).end());
    const lookup = answering(['127.0.0.1'], ['127.0.0.2']);
    const options = { allowedAddresses: [server.address], lookup };
    const work = fetchImageBytes(`http://rebinding.test:${server.port}/`, options);
    await expectImageError(work, 'blocked-address', 'rebinding.test');
    expect(lookup.calls).toBe(2);
    expect(server.connections()).toBe(1);
  });

  test.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    '//0x7f.1:PORT/',
  ])('a redirect to the private address %s', async target => {
    const secret = await serveImage();
    const location = target.replace('PORT', `${secret.port}`);
    const server = await serveHttp((_, response) => response.writeHead(302, { location }).end());
    await expectImageError(fetchFrom(server), 'blocked-address', server.address);
    expect(secret.connections()).toBe(0);
  });
});

describe('URLs', () => {
  test.each([
    ['ftp://example.org/a.png', 'ftp:'],
    ['file:///etc/passwd', 'file:'],
    ['data:image/png;base64,AAAA', 'data:'],
    ['javascript:alert(1)', 'javascript:'],
    ['gopher://127.0.0.1/', 'gopher:'],
    ['http://', 'not a valid URL'],
    ['http://exa mple.org/', 'not a valid URL'],
    ['http://[::1/', 'not a valid URL'],
    ['', 'not a valid URL'],
    ['https://me:secret@example.org/a.png', 'password'],
  ])('%s', async (url, word) => {
    const error = await expectImageError(fetchImageBytes(url), 'bad-url', word, 'give');
    expect(error.message).not.toContain('secret');
  });

  test.each(['ftp://example.org/a', 'file:///etc/passwd', 'data:image/png;base64,AA', 'http://u:p@1.1.1.1/'])(
    'a redirect to %s',
    async location => {
      const server = await serveHttp((_, response) => response.writeHead(301, { location }).end());
      await expectImageError(fetchFrom(server), 'bad-url', 'redirects to');
    },
  );

  test('an error names host and path, never the query, which may hold a token', async () => {
    const server = await serveHttp((_, response) => response.writeHead(403).end());
    const error = await expectImageError(
      fetchFrom(server, '/a/b.png?token=SECRET#part'),
      'http-status',
      '/a/b.png',
    );
    expect(error.message).not.toContain('SECRET');
    expect(nameOfUrl('https://me:pw@example.org:8443/a%20b.png?x=1')).toBe('example.org:8443/a%20b.png');
  });
});

describe('redirects', () => {
  test('a loop ends', async () => {
    const server = await serveHttp((_, response) => response.writeHead(302, { location: '/' }).end());
    await expectImageError(fetchFrom(server), 'too-many-redirects', '5 times', 'give the address');
    expect(server.connections()).toBe(6);
  });

  test('a redirect to nowhere is a failed answer', async () => {
    const server = await serveHttp((_, response) => response.writeHead(302).end());
    await expectImageError(fetchFrom(server), 'http-status', '302');
  });
});

describe('answers that are no image', () => {
  test.each([
    [404, 'check the address'],
    [403, 'login'],
    [429, 'later'],
    [500, 'try again later'],
    [418, 'browser'],
  ])('HTTP status %i, even with an image as its body', async (status, remedy) => {
    const server = await serveHttp((_, response) => response.writeHead(status).end(png));
    await expectImageError(fetchFrom(server), 'http-status', `${status}`, remedy);
  });

  test('nothing', async () => {
    const server = await serveHttp((_, response) => response.end());
    await expectImageError(fetchFrom(server), 'empty', 'again');
  });

  test('a web page that calls itself a PNG', async () => {
    const server = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><p>Please log in');
    });
    await expectImageError(fetchFrom(server), 'not-an-image', 'web page', 'the image itself');
  });

  test('an endless page is left as soon as its beginning shows what it is', async () => {
    let sent = 0;
    const server = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const send = () => {
        while (!response.destroyed && response.write('<p>And so on.</p>'.repeat(50))) sent += 850;
      };
      response.on('drain', send);
      send();
    });
    await expectImageError(fetchFrom(server), 'not-an-image', 'web page');
    await server.allClosed();
    expect(sent).toBeLessThan(10_000_000);
  });
});

describe('size', () => {
  const limit = { maxBytes: 100_000 };

  test('a body of exactly the limit passes, one byte more does not', async () => {
    const server = await serveHttp((request, response) => {
      response.write(png);
      response.end(Buffer.alloc(Number(request.url!.slice(1)) - png.length));
    });
    expect(await fetchFrom(server, '/100000', limit)).toHaveLength(100_000);
    await expectImageError(fetchFrom(server, '/100001', limit), 'too-large', '0.1 MB', 'scale it down');
  });

  test('an announced length over the limit is refused before the body', async () => {
    const server = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-length': 100_001 }).flushHeaders();
    });
    await expectImageError(fetchFrom(server, '/', limit), 'too-large');
    await server.allClosed();
  });

  test('an endless image is cut at the limit', async () => {
    const server = await serveHttp((_, response) => {
      response.write(png);
      const send = () => {
        while (!response.destroyed && response.write(Buffer.alloc(50_000)));
      };
      response.on('drain', send);
      send();
    });
    await expectImageError(fetchFrom(server, '/', { maxBytes: 3_000_000 }), 'too-large', '3 MB');
    await server.allClosed();
  });

  test('20 MB is the limit unless told', async () => {
    const server = await serveHttp((_, response) =>
      response.end(Buffer.concat([png, Buffer.alloc(20_000_000)])),
    );
    await expectImageError(fetchFrom(server), 'too-large', '20 MB');
  });

  test('a body shorter than announced', async () => {
    const server = await serveTcp(socket => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${png.length + 10}\r\n\r\n`);
        socket.end(png);
      });
    });
    await expectImageError(fetchFrom(server), 'fetch-failed', 'broke', 'again');
  });

  test('a body longer than announced is cut there and not taken for an answer of its own', async () => {
    const server = await serveTcp(socket => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${png.length - 10}\r\n\r\n`);
        socket.end(png);
      });
    });
    // What was announced arrived; whether it is whole is for the decoder to say.
    expect(await fetchFrom(server)).toEqual(png.subarray(0, -10));
  });

  test.each(['gzip', 'deflate', 'br', 'zstd', 'GZIP, identity'])(
    'a body in %s, which may unpack to any size',
    async encoding => {
      const server = await serveHttp((_, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(Buffer.alloc(30_000_000)));
      });
      await expectImageError(fetchFrom(server), 'fetch-failed', 'compression', 'give the file');
    },
  );

  test('a gzip bomb that does not say so', async () => {
    const server = await serveHttp((_, response) => response.end(gzipSync(Buffer.alloc(30_000_000))));
    await expectImageError(fetchFrom(server), 'not-an-image');
  });

  test('a header without end', async () => {
    const server = await serveTcp(socket => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const send = () => {
        while (!socket.destroyed && socket.write(`x-more: ${'x'.repeat(1000)}\r\n`));
      };
      socket.on('drain', send);
      send();
    });
    await expectImageError(fetchFrom(server), 'fetch-failed', 'header');
  });
});

describe('time', () => {
  const soon = { timeoutMs: 300 };
  const expectTimeout = async (work: Promise<unknown>) => {
    const start = performance.now();
    await expectImageError(work, 'fetch-timeout', '0.3 seconds', 'give the file');
    expect(performance.now() - start).toBeLessThan(2500);
  };

  test('a server that never answers', async () => {
    const server = await serveTcp(() => {});
    await expectTimeout(fetchFrom(server, '/', soon));
    await server.allClosed();
  });

  test('an answer that stops in the middle', async () => {
    const server = await serveHttp((_, response) => response.write(png.subarray(0, 50)));
    await expectTimeout(fetchFrom(server, '/', soon));
    await server.allClosed();
  });

  test.each(['header', 'body'])('a %s that drips', async part => {
    const server = await serveTcp(socket => {
      if (part === 'header') socket.write('HTTP/1.1 200 OK\r\nx-drip: ');
      else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${'GIF89a'}`);
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await expectTimeout(fetchFrom(server, '/', soon));
    await server.allClosed();
  });

  test('redirects that each take a little: the limit is for all together', async () => {
    const server = await serveHttp((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 100);
    });
    await expectTimeout(fetchFrom(server, '/', soon));
  });

  test('a TLS handshake that never ends', async () => {
    const server = await serveTcp(() => {});
    await expectTimeout(
      fetchImageBytes(`https://${server.address}/`, { ...soon, allowedAddresses: [server.address] }),
    );
    await server.allClosed();
  });

  test('a name that is never resolved', async () => {
    await expectTimeout(fetchImageBytes('http://images.test/', { ...soon, lookup: () => {} }));
  });

  test('an abort rejects with its reason and closes the connection', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const server = await serveHttp((_, response) => {
      response.write(png.subarray(0, 50));
      setTimeout(() => controller.abort(reason), 20);
    });
    await expect(fetchFrom(server, '/', { signal: controller.signal })).rejects.toBe(reason);
    await server.allClosed();
    await expect(fetchFrom(server, '/', { signal: controller.signal })).rejects.toBe(reason);
    expect(server.connections()).toBe(1);
  });
});

describe('broken connections', () => {
  test('reset before the answer', async () => {
    const server = await serveTcp(socket => socket.once('data', () => socket.resetAndDestroy()));
    await expectImageError(fetchFrom(server), 'fetch-failed', 'broke', 'again');
  });

  test('reset within the body', async () => {
    const server = await serveHttp((request, response) => {
      response.write(png, () => request.socket.resetAndDestroy());
    });
    await expectImageError(fetchFrom(server), 'fetch-failed', 'broke');
  });

  test('nobody listens', async () => {
    const server = await serveImage();
    await server.stop();
    await expectImageError(fetchFrom(server), 'fetch-failed', 'refused', 'check the address');
  });

  test('not HTTP at all', async () => {
    const server = await serveTcp(socket => socket.end('SSH-2.0-OpenSSH_9.7\r\n'));
    await expectImageError(fetchFrom(server), 'fetch-failed');
  });

  test('a name that does not exist', async () => {
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), []);
    await expectImageError(fetchImageBytes('http://nowhere.test/', { lookup }), 'fetch-failed', 'host name');
  });

  test('a server without a certificate', async () => {
    const server = await serveImage();
    const url = `https://${server.address}/`;
    await expectImageError(fetchImageBytes(url, { allowedAddresses: [server.address] }), 'fetch-failed');
  });
});

describe('kept connections', () => {
  const kept: KeptConnections[] = [];
  afterEach(() => Promise.all(kept.splice(0).map(each => each.close())));

  function keepTo(server: LocalServer, hosts = [server.address]): KeptConnections {
    const connections = keepConnections({ hosts, allowedAddresses: [server.address] });
    kept.push(connections);
    return connections;
  }

  test('serve one image after the other, until they are closed', async () => {
    const server = await serveImage();
    const connections = keepTo(server);
    for (let i = 0; i < 3; i++) {
      expect(await fetchFrom(server, `/${i}`, { connections })).toEqual(png);
      // It is free for the next one a moment after the last byte.
      await wait(20);
    }
    expect(server.connections()).toBe(1);
    await connections.close();
    await server.allClosed();
  });

  test('control: without them each image has its own', async () => {
    const server = await serveImage();
    for (let i = 0; i < 3; i++) await fetchFrom(server, `/${i}`);
    expect(server.connections()).toBe(3);
  });

  test('are not for other hosts, nor for another port of theirs', async () => {
    const server = await serveImage();
    const connections = keepTo(server, ['127.0.0.1', 'cdn.example.org']);
    for (let i = 0; i < 2; i++) expect(await fetchFrom(server, `/${i}`, { connections })).toEqual(png);
    expect(server.connections()).toBe(2);
  });

  test('go over https and to the default port, where the host is not a local server', () => {
    const { serves } = keepConnections({ hosts: ['cdn.example.org'] });
    expect(serves(new URL('https://cdn.example.org/a.png'))).toBe(true);
    expect(serves(new URL('http://cdn.example.org/a.png'))).toBe(false);
    expect(serves(new URL('https://cdn.example.org:8443/a.png'))).toBe(false);
    expect(serves(new URL('https://cdn.example.org.evil.test/a.png'))).toBe(false);
  });

  test('check the address that a name leads to', async () => {
    const server = await serveImage();
    const name = `images.test:${server.port}`;
    // On the list by its name, which leads to an address that is not.
    const options = { allowedAddresses: [name], lookup: answering(['127.0.0.1']) };
    const connections = keepConnections({ ...options, hosts: [name] });
    kept.push(connections);
    const url = new URL(`http://${name}/a.png`);
    expect(connections.serves(url)).toBe(true);
    await expectImageError(fetchImageBytes(url.href, { ...options, connections }), 'blocked-address');
    expect(server.connections()).toBe(0);
  });

  test('that the server closed meanwhile are no fault', async () => {
    let requests = 0;
    const server = await serveHttp((request, response) => {
      // The second request on a connection meets its end.
      if (++requests % 2 === 0) request.socket.resetAndDestroy();
      else response.end(png);
    });
    const connections = keepTo(server);
    for (let i = 0; i < 2; i++) expect(await fetchFrom(server, `/${i}`, { connections })).toEqual(png);
    expect(requests).toBe(3);
  });

  test('are good again after a refusal, an answer that was not read, and an abort', async () => {
    const server = await serveHttp((request, response) => {
      if (request.url === '/gone') response.writeHead(404).end('x'.repeat(1e6));
      else if (request.url === '/text') response.end('This is no image.'.repeat(1e5));
      else if (request.url === '/slow') response.write(png.subarray(0, 50));
      else response.end(png);
    });
    const connections = keepTo(server);
    await expectImageError(fetchFrom(server, '/gone', { connections }), 'http-status');
    await expectImageError(fetchFrom(server, '/text', { connections }), 'not-an-image');
    const signal = AbortSignal.timeout(100);
    await expect(fetchFrom(server, '/slow', { connections, signal })).rejects.toThrow('timeout');
    expect(await fetchFrom(server, '/good', { connections })).toEqual(png);
  });
});

describe('an authorization', () => {
  /** A server that remembers what it was sent, and sends on to `location` where there is one. */
  async function listening(location?: () => string) {
    const seen: (string | undefined)[] = [];
    const server = await serveHttp((request, response) => {
      seen.push(request.headers.authorization);
      if (location) response.writeHead(302, { location: location() }).end();
      else response.end(png);
    });
    return { ...server, seen };
  }
  const value = 'Bearer secret';

  test('is sent to the host that it is for', async () => {
    const server = await listening();
    await fetchFrom(server, '/a.png', { authorization: { hosts: [server.address], value } });
    expect(server.seen).toEqual([value]);
  });

  test('is not sent to another port of that host, nor without its port', async () => {
    const server = await listening();
    const other = await listening();
    await fetchFrom(server, '/a.png', { authorization: { hosts: [other.address, '127.0.0.1'], value } });
    expect(server.seen).toEqual([undefined]);
  });

  test('does not go along on a redirect to another host, and is back where it is for', async () => {
    let last: string;
    const first = await listening(() => stranger.url);
    const stranger = await listening(() => last);
    const third = await listening();
    last = third.url;
    const options = {
      allowedAddresses: [first.address, stranger.address, third.address],
      authorization: { hosts: [first.address, third.address], value },
    };
    await fetchImageBytes(`${first.url}/a.png`, options);
    expect([first.seen, stranger.seen, third.seen]).toEqual([[value], [undefined], [value]]);
  });

  test('is not sent in the clear by name, not even where the name leads to an allowed server', async () => {
    const server = await listening();
    const host = `files.test:${server.port}`;
    const options = {
      allowedAddresses: [server.address],
      lookup: answering(['127.0.0.1']),
      authorization: { hosts: [host, 'files.test'], value },
    };
    await fetchImageBytes(`http://${host}/a.png`, options);
    expect(server.seen).toEqual([undefined]);
  });
});
