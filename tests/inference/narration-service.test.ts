import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { reportDescription } from '../../src/description-report.ts';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { defaultCacheFolder } from '../../src/inference/model-cache.ts';
import {
  createNarrationService,
  defaultLimits,
  type NarrationService,
  type ServiceLimits,
  type ServiceRequest,
} from '../../src/inference/narration-service.ts';
import { fails, type Reply, says, serveChat } from './engines/openai/chat-server.ts';
import { isRunning, MISBEHAVING_CHILD, picture } from './isolation/misbehaviour.ts';

let service: NarrationService | undefined;
afterEach(async () => {
  await service?.close(0);
  service = undefined;
});

function start(limits: Partial<ServiceLimits> = {}): NarrationService {
  service = createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
    entry: MISBEHAVING_CHILD,
    limits: { graceMs: 200, ...limits },
  });
  return service;
}

function ask(
  on: NarrationService,
  behaviour: Parameters<typeof picture>[0],
  { height = 8, ...request }: Partial<ServiceRequest> & { height?: number } = {},
) {
  const bytes = picture(behaviour, height);
  return on.describe({ bytes, source: 'a', style: 'brief', deadlineMs: 20_000, ...request });
}

describe('the narration service', () => {
  it('describes, and describes the same only once', async () => {
    const on = start();
    const first = await ask(on, 'well');
    expect(first).toMatchObject({ text: 'Picture 10 x 8, description 1.', isReused: false });
    expect(await ask(on, 'well', { source: 'b' })).toEqual({ ...first, isReused: true });
    expect(on.status()).toEqual([{ engine: 'embedded', pid: expect.any(Number), model: 'tiny', waiting: 0 }]);
  });

  it('describes anew in another style, with another limit of tokens, and another image', async () => {
    const on = start();
    await ask(on, 'well');
    for (const change of [{ style: 'alt' }, { maxTokens: 5 }, { maxTokens: 6 }, { height: 9 }] as const) {
      expect((await ask(on, 'well', change)).isReused).toBe(false);
    }
  });

  it('describes anew where a fresh description is wanted, and keeps that one', async () => {
    const on = start();
    await ask(on, 'well');
    const fresh = await ask(on, 'well', { isFresh: true });
    expect(fresh).toMatchObject({ text: 'Picture 10 x 8, description 2.', isReused: false });
    expect(await ask(on, 'well')).toEqual({ ...fresh, isReused: true });
  });

  it('shares one run among those who ask at once, each with an end of its own', async () => {
    const on = start();
    await ask(on, 'well');
    const [early, late] = await Promise.allSettled([
      ask(on, 'cooperative', { height: 50, deadlineMs: 100 }),
      ask(on, 'cooperative', { height: 50 }),
    ]);
    expect(early).toMatchObject({ reason: { code: 'deadline' } });
    expect(late).toMatchObject({ value: { text: 'Picture 15 x 50, description 2.', isReused: true } });
  });

  it('cuts each answer to its own length', async () => {
    const on = start();
    await ask(on, 'well');
    expect(await ask(on, 'well', { maxChars: 12 })).toMatchObject({ text: 'Picture 10…', shortened: true });
    expect((await ask(on, 'well')).shortened).toBe(false);
  });

  it('keeps to a deadline while the request waits and while a model never ends, and serves the next', async () => {
    const on = start();
    await ask(on, 'well');
    const begun = performance.now();
    const both = await Promise.allSettled([
      ask(on, 'endless', { deadlineMs: 300 }),
      ask(on, 'cooperative', { deadlineMs: 150 }),
    ]);
    expect(performance.now() - begun).toBeLessThan(2000);
    for (const answer of both)
      expect(answer).toMatchObject({ reason: { name: 'InferenceError', code: 'deadline' } });
    await ask(on, 'well', { height: 9 });
  });

  it('ends at its caller’s wish', async () => {
    const controller = new AbortController();
    const answer = expect(ask(start(), 'endless', { signal: controller.signal })).rejects.toThrow('no more');
    controller.abort(new Error('no more'));
    await answer;
  });

  it('answers at once that it is busy', async () => {
    const on = start({ queue: { maxItems: 1, maxBytes: 1e6, sourceShare: 1 } });
    await ask(on, 'well');
    const taken = [1, 2].map(height => ask(on, 'cooperative', { height: 30 + height }));
    await wait(50);
    const begun = performance.now();
    await expect(ask(on, 'well', { height: 3 })).rejects.toMatchObject({ code: 'busy' });
    expect(performance.now() - begun).toBeLessThan(200);
    await Promise.all(taken);
  });

  it('has a limit on all requests, those that share a run among them', async () => {
    const on = start({ maxRequests: 2 });
    const taken = [1, 2].map(() => ask(on, 'well'));
    await expect(ask(on, 'well')).rejects.toMatchObject({ code: 'busy' });
    await Promise.all(taken);
    await ask(on, 'well');
  });

  it('refuses a file that is too large and an engine that is not there', async () => {
    const on = start();
    const bytes = new Uint8Array(20_000_001);
    await expect(ask(on, 'well', { bytes })).rejects.toMatchObject({ code: 'too-large' });
    await expect(ask(on, 'well', { engine: 'no\u202e' })).rejects.toThrow('There is no engine "no?" here');
    expect(on.status()[0]?.pid).toBeUndefined();
  });

  it('needs engines that differ', () => {
    const config = { engine: 'embedded', cacheFolder: null } as const;
    for (const engines of [[], [config, config]]) {
      expect(() => createNarrationService({ engines, env: {} })).toThrow(RangeError);
    }
    expect(defaultLimits().maxMemory).toBeGreaterThan(1e8);
  });
});

it('asks an endpoint for several descriptions at a time, and passes its errors on', async () => {
  let atATime = 0;
  let most = 0;
  const answer: Reply = (response, request) => {
    most = Math.max(most, ++atATime);
    setTimeout(() => {
      atATime--;
      says('A teal wall.')(response, request);
    }, 300);
  };
  const server = await serveChat(answer, answer, answer, answer, answer, fails(401));
  service = createNarrationService({
    engines: [{ engine: 'openai', baseUrl: server.baseUrl, model: 'm', apiKey: 'key' }],
    env: process.env,
  });
  const on = service;
  const answers = await Promise.all([1, 2, 3, 4, 5].map(height => ask(on, 'well', { height })));
  expect(most).toBe(4);
  for (const { text, usage } of answers) {
    expect(text).toBe('A teal wall.');
    expect(usage).toMatchObject({ outputTokens: 30 });
    // The model is not in this machine's memory.
    expect(usage).not.toHaveProperty('peakMemoryBytes');
  }
  await expect(ask(on, 'well', { height: 6 })).rejects.toMatchObject({
    name: 'ModelError',
    code: 'endpoint-auth',
  });
});

it('measures the picture for an engine that does not, where it is asked to', async () => {
  const bytes = drawPng(64, 64, (_, y) => (y < 0.5 ? [70, 130, 230] : [40, 140, 50]));
  const server = await serveChat(says('A blue picture.'), says('A red picture.'));
  const on = createNarrationService({
    engines: [{ engine: 'openai', baseUrl: server.baseUrl, model: 'm' }],
    env: process.env,
    scenes: { cacheFolder: defaultCacheFolder(process.env) },
  });
  service = on;
  const verdicts = async (style: 'brief' | 'vivid') => {
    const description = await on.describe({ bytes, source: 'a', style, deadlineMs: 20_000 });
    return reportDescription('', description).grounding?.pairs.map(({ verdict }) => verdict);
  };
  expect(await verdicts('brief')).toEqual(['supported']);
  expect(await verdicts('vivid')).toEqual(['contradicted']);
});

const PROGRAM = fileURLToPath(new URL('narration-service-process.ts', import.meta.url));

it('describes with the program’s own engine and loads no native code for it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'describe'], { timeout: 25_000 });
  const { text, nativeCode, nativeCodeOnceLoaded } = JSON.parse(stdout);
  expect(text).toMatch(/sky|blue|green/);
  expect(nativeCode).toEqual([]);
  expect(nativeCodeOnceLoaded).not.toEqual([]);
});

it.each(['endless', 'well'] as const)(
  'its process ends soon after a parent that was killed, while it describes %s',
  async behaviour => {
    const parent = fork(PROGRAM, ['wait', behaviour], { execArgv: [] });
    const [child] = (await once(parent, 'message')) as [number];
    process.kill(child, 0);
    await wait(200);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(child), { timeout: 5000 }).toBe(false);
  },
);
