import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCheck } from '../../src/doctor/finding.ts';
import { checkEndpoint, checkModels } from '../../src/doctor/model-checks.ts';
import { commitFolder, writeManifest } from '../../src/inference/models/model-store.ts';

const signal = new AbortController().signal;

describe('the models', () => {
  const commit = 'a'.repeat(40);
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(path.join(tmpdir(), 'narrator-models-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  async function pulled(size: number) {
    const files = [{ path: 'config.json', size, sha256: 'b'.repeat(64) }];
    const about = { licence: null, family: 'SmolVLM', parts: [] };
    await writeManifest(cache, { format: 1, model: 'team/tiny', commit, revision: 'main', ...about, files });
    await writeFile(path.join(commitFolder(cache, 'team/tiny', commit), 'config.json'), '{}');
  }

  test('are none, which is no fault', async () => {
    expect(await runCheck(checkModels(cache), signal)).toMatchObject({ verdict: 'note' });
  });

  test('are whole', async () => {
    await pulled(2);
    const finding = await runCheck(checkModels(cache), signal);
    expect(finding).toMatchObject({ verdict: 'ok', message: expect.stringContaining('team/tiny') });
  });

  test('are cut off, which is a fault that a command mends', async () => {
    await pulled(3);
    const finding = await runCheck(checkModels(cache), signal);
    expect(finding).toMatchObject({
      verdict: 'fail',
      message: expect.stringMatching(/team\/tiny.*models pull/),
    });
  });
});

describe('the endpoint', () => {
  let server: Server;
  let base: string;
  let asked: { url?: string; key?: unknown };
  let status = 200;
  beforeEach(async () => {
    asked = {};
    server = createServer((request, response) => {
      asked = { url: request.url, key: request.headers.authorization ?? request.headers['x-api-key'] };
      response.writeHead(status).end('{"data":[]}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  });
  afterEach(() => new Promise(resolve => server.close(resolve)));

  test('answers', async () => {
    status = 200;
    expect(await runCheck(checkEndpoint('openai', base, 'sk-secret'), signal)).toMatchObject({
      verdict: 'ok',
    });
    expect(asked).toEqual({ url: '/v1/models', key: 'Bearer sk-secret' });
  });

  test('of Anthropic’s API answers, and its own variables are named', async () => {
    status = 200;
    const root = base.replace('/v1/', '');
    expect(await runCheck(checkEndpoint('anthropic', root, 'sk-ant-secret'), signal)).toMatchObject({
      check: 'anthropic endpoint',
      verdict: 'ok',
    });
    expect(asked).toEqual({ url: '/v1/models', key: 'sk-ant-secret' });
    status = 401;
    const refused = await runCheck(checkEndpoint('anthropic', root, 'sk-ant-secret'), signal);
    expect(refused).toMatchObject({ verdict: 'fail', message: expect.stringContaining('ANTHROPIC_API_KEY') });
  });

  test.each([
    [401, 'fail', /OPENAI_API_KEY/],
    [503, 'fail', /503/],
    [404, 'warn', /404/],
  ])('that answers %i is judged %s, and no message has the key', async (code, verdict, message) => {
    status = code;
    const finding = await runCheck(checkEndpoint('openai', base, 'sk-secret'), signal);
    expect(finding).toMatchObject({ verdict, message: expect.stringMatching(message) });
    expect(JSON.stringify(finding)).not.toContain('sk-secret');
  });

  test('is not there', async () => {
    const finding = await runCheck(checkEndpoint('openai', 'http://127.0.0.1:9/v1', undefined), signal);
    expect(finding).toMatchObject({ verdict: 'fail', message: expect.stringContaining('OPENAI_BASE_URL') });
    expect(await runCheck(checkEndpoint('openai', 'localhost', undefined), signal)).toMatchObject({
      verdict: 'fail',
    });
  });
});
