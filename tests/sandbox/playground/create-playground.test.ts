import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlayground, type Playground } from '../../../src/sandbox/playground/create-playground.ts';
import { SAMPLES } from '../../../src/sandbox/playground/samples.ts';
import type { Sandbox } from '../../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';

// undici takes none that is shorter.
const BOUNDARY = 'boundary-of-27-characters-or-more';
const log = { error: () => {} };
let sandbox: Sandbox;
let playground: Playground;

beforeAll(async () => {
  sandbox = await startSandbox();
  playground = await createPlayground({ platforms: sandbox.platforms, host: '127.0.0.1', port: 0, log });
});
afterAll(async () => {
  await playground.close();
  await sandbox.close();
});

/** With any headers: fetch would set Host and Origin itself. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, playground.url), { method, headers }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function formOf(act: object, personId: string): { headers: Record<string, string>; body: string } {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      origin: playground.url.slice(0, -1),
    },
    body: `${field('act', JSON.stringify(act))}${field('personId', personId)}--${BOUNDARY}--\r\n`,
  };
}

function discord() {
  const platform = sandbox.platforms[0]!;
  const [person] = platform.people;
  const channel = platform.snapshot(person!.id).channels.find(({ name }) => name === 'general')!;
  return { platform, personId: person!.id, channelId: channel.id };
}

describe('the playground’s server', () => {
  it('serves its page with a policy that allows nothing from elsewhere, and all that the page names', async () => {
    const { status, text, headers } = await ask('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
    const named = [...text.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(match => match[1]!);
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) expect((await ask(path)).status).toBe(200);
  });

  it('gives out the sample photographs and no other files', async () => {
    for (const { name } of SAMPLES) {
      expect((await ask(`/samples/${name}`)).headers['content-type']).toBe('image/jpeg');
    }
    for (const path of ['/samples/none', '/page/none.js', '/page/..%2Fsamples.ts', '/page/samples.ts']) {
      expect((await ask(path)).status).toBe(404);
    }
  });

  it('answers no other host’s name: a rebound name is the attacker’s', async () => {
    const port = new URL(playground.url).port;
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1']) {
      expect((await ask('/', { headers: { host } })).status).toBe(403);
    }
    expect((await ask('/', { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it('takes nothing from other pages, nor from a form that says not where it is from', async () => {
    const { personId, channelId } = discord();
    const { headers, body } = formOf({ channelId, text: 'hello' }, personId);
    const { origin: _, ...without } = headers;
    const refused = [
      without,
      { ...headers, origin: 'http://evil.example' },
      { ...headers, origin: 'null' },
      { ...headers, 'sec-fetch-site': 'cross-site' },
      { ...headers, 'sec-fetch-site': 'same-site' },
    ];
    for (const each of refused) {
      expect((await ask('/discord/post', { method: 'POST', headers: each, body })).status).toBe(403);
    }
    const fromElsewhere = { 'sec-fetch-site': 'cross-site' };
    expect((await ask('/events', { headers: fromElsewhere })).status).toBe(403);
    expect((await ask('/', { headers: fromElsewhere })).status).toBe(200);
    const taken = await ask('/discord/post', { method: 'POST', headers, body });
    expect([taken.status, JSON.parse(taken.text)]).toEqual([200, { messageId: expect.any(String) }]);
  });

  it('says in words what is wrong with what was sent', async () => {
    const { personId, channelId } = discord();
    const post = async (act: object, person = personId) => {
      const { status, text } = await ask('/discord/post', { method: 'POST', ...formOf(act, person) });
      return { status, error: JSON.parse(text).error };
    };
    expect(await post({ channelId: 'nowhere', text: 'a' })).toEqual({
      status: 400,
      error: expect.stringContaining('no channel'),
    });
    expect(await post({ text: 'a' })).toMatchObject({ status: 400 });
    expect(await post({ channelId, text: 'a' }, 'nobody')).toMatchObject({ status: 400 });
    const unknown = await ask('/elsewhere/post', {
      method: 'POST',
      ...formOf({ channelId, text: 'a' }, personId),
    });
    expect(unknown.status).toBe(400);
  });

  it('takes 20 MB and no more', async () => {
    const { headers } = formOf({}, '');
    const { status } = await ask('/discord/post', {
      method: 'POST',
      headers,
      body: Buffer.alloc(21_000_000),
    });
    expect(status).toBe(413);
  });

  it('shows files of its own platforms only', async () => {
    const elsewhere = encodeURIComponent('http://127.0.0.1:1/a.png');
    expect((await ask(`/files/discord?url=${elsewhere}`)).status).toBe(404);
    expect((await ask('/files/slack?id=F404')).status).toBe(404);
    expect((await ask('/files/discord')).status).toBe(404);
  });

  it('tells the whole state first, then what happens, and serves a bounded number of pages', async () => {
    const { platform, personId, channelId } = discord();
    const leave = new AbortController();
    const open = () =>
      fetch(new URL(`/events?discord=${personId}`, playground.url), { signal: leave.signal });
    const reader = (await open()).body!.pipeThrough(new TextDecoderStream()).getReader();
    let read = '';
    const until = async (text: string) => {
      while (!read.includes(text)) read += (await reader.read()).value;
    };
    await until('"problems"');
    expect(read).toMatch(/^data: \{"type":"state","platforms":\[/);
    expect(read).toContain(`"personId":"${personId}"`);
    await platform.post({ personId, channelId, text: 'Told at once', files: [] });
    await until('Told at once');
    const others = await Promise.all(Array.from({ length: 16 }, open));
    expect(others.map(({ status }) => status).filter(status => status === 503)).toHaveLength(1);
    leave.abort();
    await expect
      .poll(async () => {
        const again = new AbortController();
        const { status } = await fetch(new URL('/events', playground.url), { signal: again.signal });
        again.abort();
        return status;
      })
      .toBe(200);
  });

  it('keeps back what people do until the bots are there', async () => {
    const ready = Promise.withResolvers<void>();
    const options = { platforms: sandbox.platforms, host: '127.0.0.1', port: 0, log };
    const early = await createPlayground({ ...options, ready: ready.promise });
    try {
      const { platform, personId, channelId } = discord();
      const { headers, body } = formOf({ channelId, text: 'Too early' }, personId);
      const sent = fetch(new URL('/discord/post', early.url), {
        method: 'POST',
        headers: { ...headers, origin: early.url.slice(0, -1) },
        body,
      });
      const posted = () =>
        platform.snapshot(personId).messages.some(({ json }) => JSON.stringify(json).includes('Too early'));
      // The page is there all the same.
      expect((await fetch(early.url)).status).toBe(200);
      expect(posted()).toBe(false);
      ready.resolve();
      expect((await sent).status).toBe(200);
      expect(posted()).toBe(true);
    } finally {
      await early.close();
    }
  });

  it('listens on this machine alone, and says so where a port is taken', async () => {
    const port = Number(new URL(playground.url).port);
    const options = { platforms: sandbox.platforms, log };
    await expect(createPlayground({ ...options, host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'bad-host',
    });
    await expect(createPlayground({ ...options, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'port-taken',
    });
  });
});
