import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig, secretsOf } from '../../src/config/env.ts';
import { startWeb, type Web } from '../../src/web/start-web.ts';
import { bareOptions, TOKEN } from './bare-options.ts';

let web: Web;
let url: string;
beforeAll(async () => {
  web = await startWeb(bareOptions());
  url = web.url.replace('0.0.0.0', '127.0.0.1');
});
afterAll(() => web.close());

const bearer = { authorization: `Bearer ${TOKEN}` };

describe('a public address', () => {
  it('is refused at the start without a token', () => {
    expect(() => readConfig({ NARRATOR_WEB_HOST: '0.0.0.0' })).toThrow(/NARRATOR_API_TOKEN should be set/);
    expect(() => readConfig({ NARRATOR_WEB_HOST: '0.0.0.0', NARRATOR_API_TOKEN: 'short' })).toThrow(
      /NARRATOR_API_TOKEN should be 24/,
    );
    const config = readConfig({ NARRATOR_WEB_HOST: '::', NARRATOR_API_TOKEN: TOKEN });
    expect(config.web).toEqual({ host: '::', port: 8686, token: TOKEN });
    expect(secretsOf(config)).toEqual([TOKEN]);
    expect(readConfig({ NARRATOR_WEB_HOST: '127.0.0.2' }).web.token).toBeNull();
  });

  it.each([
    '',
    'try',
    'metrics',
    'openapi.json',
    'api/goals',
    'charts/density-wide-light.svg',
    'charts/goals-wide-dark.svg',
  ])('shows /%s to those with the token alone', async place => {
    const wrong = [undefined, 'Bearer', `Bearer ${TOKEN}x`, `Basic ${btoa('me:wrong')}`];
    for (const authorization of wrong) {
      const answer = await fetch(url + place, authorization ? { headers: { authorization } } : {});
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/);
    }
  });

  it('takes the token as Bearer, and as a password', async () => {
    for (const authorization of [bearer.authorization, `Basic ${btoa(`anyone:${TOKEN}`)}`]) {
      expect((await fetch(`${url}try`, { headers: { authorization } })).status).toBe(200);
    }
  });

  it('shows what it has where the store fails', async () => {
    const page = await (await fetch(url, { headers: bearer })).text();
    expect(page).toContain('Discord is not connected yet.');
    expect(page.match(/cannot be read at the moment/g)).toHaveLength(3);
    expect(page).toContain('No benchmark has been run here yet.');
  });

  it('shows the latest benchmark with its source and its notes, as text', async () => {
    const table = {
      ...{
        title: 'Captions of <NoCaps>',
        madeAt: Date.UTC(2026, 10, 20, 9, 30),
        columns: ['Model', 'CIDEr'],
      },
      source: 'run 7f3a, commit 1a2b3c4, NoCaps validation, 200 images',
      rows: [
        ['embedded <b>', '12.3'],
        ['vlm', 'not computed'],
      ],
      notes: ['On one machine.'],
    };
    const other = await startWeb(bareOptions({ readBenchmark: async () => table }));
    const page = await (await fetch(other.url.replace('0.0.0.0', '127.0.0.1'), { headers: bearer })).text();
    await other.close();
    expect(page).toContain('<caption>Captions of &lt;NoCaps&gt;</caption>');
    expect(page).toContain('<th scope="row">embedded &lt;b&gt;</th><td>12.3</td>');
    expect(page).toMatch(/200 images · <time datetime="2026-11-20T09:30:00.000Z">2026-11-20 09:30 UTC</);
    expect(page).toContain('<li>On one machine.</li>');
  });

  it('is alive without a token, and says why it is not ready, without details', async () => {
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    const answer = await fetch(`${url}readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { ready: false, reasons: ['Discord is not connected yet.', expect.stringMatching(/^What is kept/)] },
    ]);
  });
});

describe('limits', () => {
  it('end a description at its deadline, and refuse the fourth of a minute', async () => {
    const send = async () => {
      const headers = { ...bearer, 'content-type': 'image/png' };
      const answer = await fetch(`${url}api/describe`, { method: 'POST', headers, body: 'x' });
      return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
    };
    const answers = [await send(), await send(), await send(), await send()];
    expect(answers).toEqual([
      [504, 'deadline'],
      [504, 'deadline'],
      [504, 'deadline'],
      [429, 'rate-limited'],
    ]);
  });

  it('say which setting is wrong where the port is taken', async () => {
    const port = Number(new URL(url).port);
    const taken = startWeb(bareOptions({ config: { host: '0.0.0.0', port, token: TOKEN } }));
    await expect(taken).rejects.toMatchObject({ code: 'web-port-taken', message: /NARRATOR_WEB_PORT/ });
  });
});
