import { webApi } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createBoltLog } from '../../../src/bots/slack/bolt-log.ts';
import { createSlackApi } from '../../../src/bots/slack/slack-api.ts';
import { serveHttp } from '../../inference/image/serve-locally.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

const OK: Answer = { body: { ok: true, ts: '1.2' } };
const schema = z.object({ ts: z.string() });

/** The API of a server that gives these answers, the last one again and again. */
async function serve(...answers: readonly Answer[]) {
  let asked = 0;
  const revoked: unknown[] = [];
  const stopping = new AbortController();
  const server = await serveHttp((_, response) => {
    const { status = 200, headers = {}, body } = answers[Math.min(asked++, answers.length - 1)]!;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const log = { info() {}, warn() {}, error() {} };
  const client = new webApi.WebClient('xoxb-1', {
    slackApiUrl: `${server.url}/api/`,
    retryConfig: { retries: 1, minTimeout: 1, maxTimeout: 1 },
    rejectRateLimitedCalls: true,
    logger: createBoltLog(log),
  });
  const onRevoked = (error: unknown) => revoked.push(error);
  const api = createSlackApi({ client, log, stop: stopping.signal, onRevoked });
  return { api, revoked, stopping, url: `${server.url}/actions/1`, asked: () => asked };
}

describe('a call', () => {
  test('gives the fields that were asked for', async () => {
    const { api } = await serve(OK);
    expect(await api.call('chat.postMessage', {}, schema)).toEqual({ ts: '1.2' });
  });

  test('that is rate limited waits as long as Slack asks', async () => {
    const { api, asked } = await serve(
      { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } },
      OK,
    );
    const from = performance.now();
    await api.call('chat.update', {}, schema);
    expect(performance.now() - from).toBeGreaterThanOrEqual(990);
    expect(asked()).toBe(2);
  });

  test('that is to wait for longer than a minute has failed', async () => {
    const { api, asked } = await serve({
      status: 429,
      headers: { 'retry-after': '61' },
      body: { ok: false, error: 'ratelimited' },
    });
    await expect(api.call('chat.update', {}, schema, 'long')).rejects.toMatchObject({ code: 'platform' });
    expect(asked()).toBe(1);
  });

  test('that is refused is not tried again', async () => {
    const { api, asked, revoked } = await serve({ body: { ok: false, error: 'not_in_channel' } });
    await expect(api.call('chat.update', {}, schema)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(asked()).toBe(1);
    expect(revoked).toEqual([]);
  });

  test('whose answer is of another shape is a failure of the platform', async () => {
    const { api } = await serve({ body: { ok: true } });
    await expect(api.call('chat.update', {}, schema)).rejects.toMatchObject({ code: 'platform' });
  });

  test.each(['invalid_auth', 'account_inactive', 'token_revoked'])(
    'answered %s tells that the token is void',
    async error => {
      const { api, revoked } = await serve({ body: { ok: false, error } });
      await expect(api.call('chat.update', {}, schema)).rejects.toMatchObject({ code: 'platform' });
      expect(revoked).toHaveLength(1);
    },
  );

  test('ends with the service', async () => {
    const { api, stopping } = await serve(OK);
    stopping.abort(new Error('stopped'));
    await expect(api.call('chat.update', {}, schema)).rejects.toThrow('stopped');
  });
});

describe('a response URL', () => {
  test.each([[{ body: 'ok' }], [{ body: { ok: true } }], [{ body: '' }]])(
    'that answers %o took it',
    async answer => {
      const { api, url } = await serve(answer);
      await expect(api.respond(url, { text: 'x' })).resolves.toBeUndefined();
    },
  );

  test('that fails is asked again', async () => {
    const { api, url, asked } = await serve({ status: 500, body: 'no' }, { body: 'ok' });
    await api.respond(url, { text: 'x' });
    expect(asked()).toBe(2);
  });

  test.each([
    [{ status: 404, body: 'used_url' }],
    [{ status: 404, body: { ok: false, error: 'expired_url' } }],
    [{ body: { ok: false, error: 'invalid_blocks' } }],
  ])('that answers %o refused it', async answer => {
    const { api, url, asked } = await serve(answer);
    const error = await api.respond(url, { text: 'x' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'platform' });
    expect(String((error as Error).cause)).not.toContain('127.0.0.1');
    expect(asked()).toBe(1);
  });
});
