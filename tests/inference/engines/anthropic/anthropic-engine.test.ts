import { inspect } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  type AnthropicEngineOptions,
  createAnthropicEngine,
} from '../../../../src/inference/engines/anthropic/anthropic-engine.ts';
import type { DescribeRequest } from '../../../../src/inference/engines/engine.ts';
import { decodeImage } from '../../../../src/inference/image/decode-image.ts';
import { ModelError } from '../../../../src/inference/model-error.ts';
import { PROMPT_VERSION, promptFor } from '../../../../src/inference/prompts.ts';
import { serveTcp } from '../../image/serve-locally.ts';
import { sends, serveChat, streams } from '../openai/chat-server.ts';
import { errs, messageEvents, named, tells } from './messages-server.ts';

const KEY = 'sk-ant-secret-0123456789';

async function picture() {
  const png = await sharp({ create: { width: 1600, height: 800, channels: 3, background: '#c33' } })
    .png()
    .toBuffer();
  return await decodeImage(png, { name: 'red.png', maxSide: 2048 });
}

function engineAt(baseUrl: string, options: Partial<AnthropicEngineOptions> = {}) {
  return createAnthropicEngine({
    ...{ baseUrl, apiKey: KEY, model: 'm', timeoutMs: 10_000, maxTokens: 200, maxRetries: 2, backoffMs: 1 },
    ...options,
  });
}

async function ask(
  baseUrl: string,
  options: Partial<AnthropicEngineOptions> = {},
  request: Partial<DescribeRequest> = {},
) {
  return await engineAt(baseUrl, options).describe(await picture(), { style: 'vivid', ...request });
}

/** The error that a description ends with; its whole depth holds no key. */
async function failure(described: Promise<unknown>): Promise<ModelError> {
  const error = await described.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(KEY);
  return error as ModelError;
}

describe('a request', () => {
  test('carries the key, the same prompt and picture as other engines, and no thoughts', async () => {
    const server = await serveChat(tells('A red field.'));
    const { text, promptVersion, usage, quotes } = await ask(
      server.url,
      { prices: { input: 2, output: 10 } },
      { style: 'alt', maxTokens: 77 },
    );
    expect({ text, promptVersion, quotes }).toEqual({
      text: 'A red field.',
      promptVersion: PROMPT_VERSION,
      quotes: [],
    });
    expect(usage).toMatchObject({ inputTokens: 900, outputTokens: 30 });
    expect(usage!.costUsd).toBeCloseTo(0.0021, 10);
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[0]];
    expect(url).toBe('/v1/messages');
    expect([headers['x-api-key'], headers.authorization]).toContainEqual(expect.stringContaining(KEY));
    expect(headers['anthropic-version']).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(body).toMatchObject({
      ...{ model: 'm', max_tokens: 77, system: promptFor('alt').system, thinking: { type: 'disabled' } },
      messages: [
        { role: 'user', content: [{ type: 'image' }, { type: 'text', text: promptFor('alt').user }] },
      ],
    });
    const [{ source }] = body.messages[0]!.content as [{ source: { media_type: string; data: string } }];
    expect(source.media_type).toBe('image/jpeg');
    expect(await sharp(Buffer.from(source.data, 'base64')).metadata()).toMatchObject({
      format: 'jpeg',
      width: 1024,
      height: 512,
    });
  });

  test('is put without a word on thoughts where the model takes none, from then on', async () => {
    const server = await serveChat(errs(400, 'invalid_request_error'), tells('A red field.'));
    const engine = engineAt(server.url);
    await engine.describe(await picture(), { style: 'brief' });
    await engine.describe(await picture(), { style: 'brief' });
    expect(server.requests.map(({ body }) => 'thinking' in body)).toEqual([true, false, false]);
  });

  test('is not put twice once the model has taken it', async () => {
    const server = await serveChat(tells('A red field.'), errs(400, 'invalid_request_error', 'too large'));
    const engine = engineAt(server.url);
    await engine.describe(await picture(), { style: 'brief' });
    const error = await failure(engine.describe(await picture(), { style: 'brief' }));
    expect(error.code).toBe('endpoint-refused');
    expect(error.message).toContain('“too large”');
    expect(server.requests).toHaveLength(2);
  });
});

describe('a streamed answer', () => {
  test('is told as it grows, with the tokens', async () => {
    const server = await serveChat(streams(messageEvents(['A red', ' dog @every', 'one runs.'])));
    const told: string[] = [];
    const { text, usage } = await ask(server.url, {}, { onText: soFar => told.push(soFar) });
    expect(told).toEqual(['A red', 'A red dog', 'A red dog runs.']);
    expect(text).toBe('A red dog runs.');
    expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 4 });
    expect(server.requests[0]!.body.stream).toBe(true);
  });

  test('that breaks off, or reports an overload, is asked for again', async () => {
    const server = await serveChat(
      streams(messageEvents(['A red'], null), response => response.destroy()),
      streams(messageEvents(['A red'], null)),
      streams([...messageEvents(['A'], null), named('error', { error: { type: 'overloaded_error' } })]),
      streams(messageEvents(['A red dog.'])),
    );
    expect((await ask(server.url, { maxRetries: 3 }, { onText: () => {} })).text).toBe('A red dog.');
    expect(server.requests).toHaveLength(4);
  });

  test('that falls silent ends with a time-out', async () => {
    const server = await serveChat(streams(messageEvents(['A red'], null), () => {}));
    const error = await failure(ask(server.url, { idleMs: 50, maxRetries: 0 }, { onText: () => {} }));
    expect(error.code).toBe('endpoint-timeout');
  });

  test('loses the sentence that the limit of tokens broke off', async () => {
    const server = await serveChat(streams(messageEvents(['A dog runs. The grass is'], 'max_tokens')));
    expect((await ask(server.url, {}, { onText: () => {} })).text).toBe('A dog runs.');
  });
});

describe('an endpoint that fails', () => {
  test('is asked again after 429 with retry-after, and after 529', async () => {
    const server = await serveChat(
      errs(429, 'rate_limit_error', 'slow down', { 'retry-after': '0.2' }),
      errs(529, 'overloaded_error'),
      tells('A red field.'),
    );
    const start = performance.now();
    expect((await ask(server.url)).text).toBe('A red field.');
    expect(performance.now() - start).toBeGreaterThan(190);
    expect(server.requests).toHaveLength(3);
  });

  test('with 529 again and again is given up', async () => {
    const server = await serveChat(errs(529, 'overloaded_error'));
    const error = await failure(ask(server.url));
    expect(error.code).toBe('endpoint-unavailable');
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ failed \(status 529\)\./);
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    [401, 'authentication_error', `invalid ${KEY}`, 'endpoint-auth', /ANTHROPIC_API_KEY/],
    [403, 'billing_error', 'no', 'endpoint-limited', /credit/],
    [400, 'billing_error', 'no', 'endpoint-limited', /credit/],
    [404, 'not_found_error', `no model for ${KEY}`, 'endpoint-refused', /no model for \[key\].*base URL/],
    [413, 'invalid_request_error', 'large @here http://evil.com', 'endpoint-refused', /“large”/],
  ])('with %i %s is not asked again', async (status, type, message, code, sentence) => {
    const server = await serveChat(tells('A red field.'), errs(status, type, message));
    const engine = engineAt(server.url);
    await engine.describe(await picture(), { style: 'brief' });
    const error = await failure(engine.describe(await picture(), { style: 'brief' }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['no JSON', sends('{"type": "mess')],
    ['a web page', sends('<!doctype html><title>Sign in</title>', 'text/html')],
    ['another form', sends('{"answer": 42}')],
    ['no words', tells(null)],
    ['nothing but a link', tells('https://evil.example')],
    ['five megabytes', sends(Buffer.alloc(5_000_000, ' '))],
  ])('to make sense, with %s, is named', async (_, reply) => {
    const server = await serveChat(reply);
    const error = await failure(ask(server.url));
    expect(error.code).toBe('endpoint-malformed');
    expect(error.message).toContain('Anthropic’s API');
    expect(server.requests).toHaveLength(1);
  });

  test('to describe this image has its refusal named', async () => {
    const server = await serveChat(tells('I will not.', { stop_reason: 'refusal' }));
    const error = await failure(ask(server.url));
    expect(error.code).toBe('endpoint-refused');
    expect(error.message).toMatch(/declined/);
  });

  test('to come to a description within its tokens is named', async () => {
    const thoughts = { content: [{ type: 'thinking', thinking: 'Hm.' }], stop_reason: 'max_tokens' };
    const server = await serveChat(tells('', thoughts));
    const error = await failure(ask(server.url));
    expect(error.code).toBe('endpoint-refused');
    expect(error.message).toMatch(/all of its 200 tokens/);
  });

  test('to take the call, or to answer it, is named', async () => {
    const server = await serveChat(tells('A red field.'));
    await server.stop();
    expect((await failure(ask(server.url, { maxRetries: 0 }))).code).toBe('endpoint-unavailable');
    const hung = await serveTcp(() => {});
    const error = await failure(ask(hung.url, { timeoutMs: 200 }));
    expect(error.code).toBe('endpoint-timeout');
    await hung.allClosed();
  });
});

test('an abort ends a request at once, with its own reason; closing does too', async () => {
  const hung = await serveTcp(() => {});
  const abort = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => abort.abort(reason), 50);
  const described = engineAt(hung.url).describe(await picture(), { style: 'brief' }, abort.signal);
  await expect(described).rejects.toBe(reason);
  const engine = engineAt(hung.url);
  setTimeout(() => engine.close(), 50);
  await expect(engine.describe(await picture(), { style: 'brief' })).rejects.toMatchObject({
    code: 'interrupted',
  });
  await hung.allClosed();
});
