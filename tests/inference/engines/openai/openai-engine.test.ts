import { inspect } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { DescribeRequest } from '../../../../src/inference/engines/engine.ts';
import {
  createOpenAiEngine,
  type OpenAiEngineOptions,
} from '../../../../src/inference/engines/openai/openai-engine.ts';
import { decodeImage } from '../../../../src/inference/image/decode-image.ts';
import { ModelError } from '../../../../src/inference/model-error.ts';
import { PROMPT_VERSION, promptFor } from '../../../../src/inference/prompts.ts';
import { serveTcp } from '../../image/serve-locally.ts';
import { event, fails, piece, says, sends, serveChat, streams } from './chat-server.ts';

const KEY = 'sk-secret-0123456789';

async function picture(width = 1600, height = 800) {
  const png = await sharp({ create: { width, height, channels: 3, background: '#c33' } })
    .png()
    .toBuffer();
  return await decodeImage(png, { name: 'red.png', maxSide: 2048 });
}

function engineAt(baseUrl: string, options: Partial<OpenAiEngineOptions> = {}) {
  return createOpenAiEngine({
    baseUrl,
    apiKey: KEY,
    model: 'm',
    timeoutMs: 10_000,
    maxTokens: 200,
    maxRetries: 2,
    backoffMs: 1,
    ...options,
  });
}

async function ask(
  baseUrl: string,
  options: Partial<OpenAiEngineOptions> = {},
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
  const { message, remedy } = error as ModelError;
  expect(message.endsWith(remedy)).toBe(true);
  expect(message).toMatch(/^[A-Z0-9].*\.$/);
  return error as ModelError;
}

describe('a request', () => {
  test('carries the key, the prompt, and the image as a JPEG of at most 1024 pixels a side', async () => {
    const server = await serveChat(says('A red field.'));
    await ask(`${server.baseUrl}/`, { detail: 'low' }, { style: 'alt', maxTokens: 77 });
    const [{ url, headers, body }] = server.requests as [(typeof server.requests)[0]];
    expect(url).toBe('/v1/chat/completions');
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(body).toMatchObject({ model: 'm', temperature: 0, max_tokens: 77 });
    expect(body.messages[0]).toEqual({ role: 'system', content: promptFor('alt').system });
    const [image, text] = body.messages[1]!.content as [
      { image_url: { url: string; detail: string } },
      object,
    ];
    expect(text).toEqual({ type: 'text', text: promptFor('alt').user });
    expect(image.image_url.detail).toBe('low');
    const jpeg = Buffer.from(image.image_url.url.replace('data:image/jpeg;base64,', ''), 'base64');
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 1024, height: 512 });
    const { channels } = await sharp(jpeg).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 17))).toEqual([12, 3, 3]);
  });

  test('carries no authorization without a key', async () => {
    const server = await serveChat(says('A red field.'));
    await ask(server.baseUrl, { apiKey: undefined });
    expect(server.requests[0]!.headers).not.toHaveProperty('authorization');
  });

  test('is put otherwise where a model refuses a parameter, from then on', async () => {
    const refuses = (param: string) => fails(400, { message: 'no', param, code: 'unsupported_parameter' });
    const server = await serveChat(refuses('max_tokens'), refuses('temperature'), says('A red field.'));
    const engine = engineAt(server.baseUrl);
    await engine.describe(await picture(), { style: 'brief' });
    await engine.describe(await picture(), { style: 'brief' });
    expect(server.requests).toHaveLength(4);
    for (const { body } of server.requests.slice(2)) {
      expect(body).toMatchObject({ max_completion_tokens: 200 });
      expect(body).not.toHaveProperty('max_tokens');
      expect(body).not.toHaveProperty('temperature');
    }
  });

  test('is not sent on where the endpoint redirects', async () => {
    const elsewhere = await serveChat(says('A red field.'));
    const server = await serveChat(response =>
      response.writeHead(307, { location: `${elsewhere.baseUrl}/chat/completions` }).end(),
    );
    expect((await failure(ask(server.baseUrl))).code).toBe('endpoint-refused');
    expect(elsewhere.requests).toHaveLength(0);
  });

  test.each(['ftp://a/v1', 'a/v1', 'http://user:pass@a/v1', 'http://a/v1?key=1'])(
    'is not made to the base URL %s',
    baseUrl => {
      expect(() => engineAt(baseUrl)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

describe('an answer', () => {
  test('comes with the version of the prompt, the tokens, and no cost where none is known', async () => {
    const { baseUrl } = await serveChat(says('A red field.'));
    const { text, promptVersion, usage } = await ask(baseUrl);
    expect(text).toBe('A red field.');
    expect(promptVersion).toBe(PROMPT_VERSION);
    expect(usage).toEqual({ inputTokens: 900, outputTokens: 30, tokensPerSecond: expect.any(Number) });
  });

  test('comes with the cost that the endpoint bills, or else by the prices', async () => {
    const prices = { input: 2, output: 10 };
    const billed = await serveChat(
      says('A red field.', { usage: { prompt_tokens: 900, completion_tokens: 30, cost: 0.0125 } }),
    );
    expect((await ask(billed.baseUrl, { prices })).usage).toMatchObject({ costUsd: 0.0125 });
    const silent = await serveChat(says('A red field.'));
    expect((await ask(silent.baseUrl, { prices })).usage!.costUsd).toBeCloseTo(0.0021, 10);
    const untold = await serveChat(says('A red field.', { usage: null }));
    expect((await ask(untold.baseUrl, { prices })).usage).toEqual({});
  });

  test('loses mentions, links, tags and control characters', async () => {
    const { baseUrl } = await serveChat(
      says(
        'A dog\u0000 <b>runs</b> past a [sign](http://evil.example).\u202e @everyone <!channel> go to evil.com!',
      ),
    );
    expect((await ask(baseUrl)).text).toBe('A dog runs past a sign. go to!');
  });

  test('is bounded at a sentence, and says where it quotes', async () => {
    const { baseUrl } = await serveChat(says(`A sign reads “OPEN daily”. ${'A dog runs. '.repeat(2000)}`));
    const { text, quotes } = await ask(baseUrl);
    expect(text.length).toBeLessThanOrEqual(4000);
    expect(text.endsWith('runs.')).toBe(true);
    expect(quotes!.map(({ start, end }) => text.slice(start, end))).toEqual(['OPEN daily']);
  });

  test('loses the sentence that the limit of tokens broke off', async () => {
    const choices = [{ message: { content: 'A dog runs. The grass is very' }, finish_reason: 'length' }];
    const { baseUrl } = await serveChat(says('', { choices }));
    expect((await ask(baseUrl)).text).toBe('A dog runs.');
  });
});

describe('a streamed answer', () => {
  const END = [
    piece(null, 'stop'),
    event({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } }),
    'data: [DONE]\n\n',
  ];

  test('is told as it grows, each time cleaned', async () => {
    const { baseUrl, requests } = await serveChat(
      streams([piece('A red'), piece(' dog @every'), piece('one runs.'), ...END]),
    );
    const told: string[] = [];
    const { text, usage } = await ask(baseUrl, {}, { onText: soFar => told.push(soFar) });
    expect(told).toEqual(['A red', 'A red dog', 'A red dog runs.']);
    expect(text).toBe('A red dog runs.');
    expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 4 });
    expect(requests[0]!.body.stream).toBe(true);
  });

  test('that breaks off is asked for again', async () => {
    const { baseUrl, requests } = await serveChat(
      streams([piece('A red')], response => response.destroy()),
      streams([piece('A red')]),
      streams([piece('A red dog.'), ...END]),
    );
    expect((await ask(baseUrl, {}, { onText: () => {} })).text).toBe('A red dog.');
    expect(requests).toHaveLength(3);
  });

  test('that falls silent ends with a time-out', async () => {
    const { baseUrl } = await serveChat(streams([piece('A red')], () => {}));
    const error = await failure(ask(baseUrl, { idleMs: 50, maxRetries: 0 }, { onText: () => {} }));
    expect(error.code).toBe('endpoint-timeout');
    expect(error.message).toMatch(/middle of its answer/);
  });

  test('that reports an error is asked for again', async () => {
    const { baseUrl, requests } = await serveChat(
      streams([piece('A'), 'data: {"error":{"message":"overloaded"}}\n\n']),
      streams([piece('A dog.'), ...END]),
    );
    expect((await ask(baseUrl, {}, { onText: () => {} })).text).toBe('A dog.');
    expect(requests).toHaveLength(2);
  });

  test('that never ends is cut off', async () => {
    const { baseUrl } = await serveChat(
      streams(Array.from({ length: 60 }, () => piece('A dog runs. '.repeat(100)))),
    );
    const { text } = await ask(baseUrl, {}, { onText: () => {} });
    expect(text.length).toBeLessThanOrEqual(4000);
  });
});

describe('an endpoint that fails', () => {
  test('is asked again after 429 with retry-after, and after 500', async () => {
    const { baseUrl, requests } = await serveChat(
      fails(429, { message: 'slow down' }, { 'retry-after': '0.01' }),
      fails(500),
      says('A red field.'),
    );
    expect((await ask(baseUrl)).text).toBe('A red field.');
    expect(requests).toHaveLength(3);
  });

  test('is asked no more often than allowed', async () => {
    const { baseUrl, requests } = await serveChat(fails(503));
    const error = await failure(ask(baseUrl, { maxRetries: 2 }));
    expect(error.code).toBe('endpoint-unavailable');
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ failed \(status 503\)\./);
    expect(requests).toHaveLength(3);
  });

  test('is not waited for when it asks for too long a wait', async () => {
    for (const value of ['3600', new Date(Date.now() + 3_600_000).toUTCString()]) {
      const { baseUrl, requests } = await serveChat(fails(429, {}, { 'retry-after': value }));
      const error = await failure(ask(baseUrl));
      expect(error.code).toBe('endpoint-limited');
      expect(error.message).toMatch(/in 3(600|599) seconds/);
      expect(requests).toHaveLength(1);
    }
  });

  test('is left alone after five faults in a row', async () => {
    const { baseUrl, requests } = await serveChat(fails(500));
    const engine = engineAt(baseUrl, { maxRetries: 3 });
    const image = await picture(10, 10);
    await failure(engine.describe(image, { style: 'brief' }));
    const error = await failure(engine.describe(image, { style: 'brief' }));
    expect(error.code).toBe('endpoint-unavailable');
    expect(error.message).toMatch(/5 times in a row/);
    await failure(engine.describe(image, { style: 'brief' }));
    expect(requests).toHaveLength(5);
  });

  test('is not left alone for faults that are the request’s', async () => {
    const { baseUrl, requests } = await serveChat(fails(400));
    const engine = engineAt(baseUrl);
    const image = await picture(10, 10);
    for (let i = 0; i < 7; i++) await failure(engine.describe(image, { style: 'brief' }));
    expect(requests).toHaveLength(7);
  });

  test.each([
    [401, { message: `Incorrect API key provided: ${KEY}` }, 'endpoint-auth', /OPENAI_API_KEY/],
    [403, { message: 'no' }, 'endpoint-auth', /OPENAI_API_KEY/],
    [402, { message: 'no' }, 'endpoint-limited', /credit/],
    [429, { message: 'no', code: 'insufficient_quota' }, 'endpoint-limited', /credit/],
    [404, { message: `no model for ${KEY}` }, 'endpoint-refused', /no model for \[key\].*base URL/],
    [400, { message: 'no images @here http://evil.com' }, 'endpoint-refused', /“no images”.*takes images/],
  ])('with %i %j is not asked again', async (status, body, code, sentence) => {
    const { baseUrl, requests } = await serveChat(fails(status, body));
    const error = await failure(ask(baseUrl));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['no JSON', sends('{"choices": [{"mess')],
    ['a web page', sends('<!doctype html><title>Sign in</title>', 'text/html')],
    ['another form', sends('{"answer": 42}')],
    ['no choices', says('', { choices: [] })],
    ['null', says(null)],
    ['nothing but a link', says('https://evil.example')],
    ['five megabytes', sends(Buffer.alloc(5_000_000, ' '))],
  ])('to make sense, with %s, is named', async (_, reply) => {
    const { baseUrl, requests } = await serveChat(reply);
    expect((await failure(ask(baseUrl))).code).toBe('endpoint-malformed');
    expect(requests).toHaveLength(1);
  });

  test('to describe this image has its refusal named', async () => {
    const choices = [{ message: { content: null, refusal: 'I will not.' }, finish_reason: 'stop' }];
    const { baseUrl } = await serveChat(says('', { choices }));
    const error = await failure(ask(baseUrl));
    expect(error.code).toBe('endpoint-refused');
    expect(error.message).toMatch(/declined/);
  });

  test('to take the call, or to answer it, is named', async () => {
    const server = await serveChat(says('A red field.'));
    await server.stop();
    expect((await failure(ask(server.baseUrl, { maxRetries: 0 }))).code).toBe('endpoint-unavailable');
    const hung = await serveTcp(() => {});
    const error = await failure(ask(`${hung.url}/v1`, { timeoutMs: 200 }));
    expect(error.code).toBe('endpoint-timeout');
    expect(error.message).toMatch(/0\.2 seconds/);
    await hung.allClosed();
  });

  test('is waited for no longer than the time limit, the waits between requests included', async () => {
    const { baseUrl } = await serveChat(fails(500));
    const error = await failure(ask(baseUrl, { timeoutMs: 100, backoffMs: 8000, maxRetries: 9 }));
    expect(error.code).toBe('endpoint-timeout');
  });
});

test('an abort ends a request at once, with its own reason', async () => {
  const hung = await serveTcp(() => {});
  const abort = new AbortController();
  const described = engineAt(`${hung.url}/v1`).describe(await picture(), { style: 'brief' }, abort.signal);
  const reason = new Error('enough');
  setTimeout(() => abort.abort(reason), 50);
  await expect(described).rejects.toBe(reason);
  await hung.allClosed();
});

test('closing ends requests', async () => {
  const hung = await serveTcp(() => {});
  const engine = engineAt(`${hung.url}/v1`);
  await engine.load();
  const described = engine.describe(await picture(), { style: 'brief' });
  setTimeout(() => engine.close(), 50);
  await expect(described).rejects.toMatchObject({ code: 'interrupted' });
});
