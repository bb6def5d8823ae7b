import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createInferenceProcess,
  type InferenceEvent,
  type InferenceProcess,
  type ProcessLimits,
} from '../../../src/inference/isolation/inference-process.ts';
import {
  type BEHAVIOURS,
  isRunning,
  MISBEHAVING_CHILD,
  type MisbehavingConfig,
  picture,
} from './misbehaviour.ts';

const LIMITS: ProcessLimits = {
  queue: { maxItems: 8, maxBytes: 1_000_000, sourceShare: 1 },
  concurrency: 1,
  maxMemory: null,
  graceMs: 200,
  loadMs: 10_000,
  idleMs: 60_000,
};

let started: InferenceProcess | undefined;
let events: InferenceEvent[] = [];
afterEach(async () => {
  await started?.close(0);
  started = undefined;
  events = [];
});

function start(limits: Partial<ProcessLimits> = {}, config: MisbehavingConfig = {}): InferenceProcess {
  started = createInferenceProcess({
    entry: MISBEHAVING_CHILD,
    config,
    env: process.env,
    limits: { ...LIMITS, ...limits },
    onEvent: event => events.push(event),
  });
  return started;
}

type Behaviour = keyof typeof BEHAVIOURS;

async function ask(
  on: InferenceProcess,
  behaviour: Behaviour,
  {
    height = 8,
    source = 'a',
    signal = new AbortController().signal,
    onText = undefined as ((text: string) => void) | undefined,
  } = {},
) {
  const bytes = picture(behaviour, height);
  return await on.describe({ bytes, source, style: 'brief', onText }, signal);
}

const endings = () => events.filter(event => event.type === 'ended').map(({ reason }) => reason);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}

describe('the inference process', () => {
  it('describes without a scene where the picture cannot be measured, and says so once', async () => {
    const inference = start({}, { measureFault: true });
    for (const height of [8, 9]) {
      const description = await ask(inference, 'well', { height });
      expect(description.text).toMatch(/^Picture/);
      expect(description.scene).toBeUndefined();
    }
    const warnings = events.filter(event => event.type === 'warning').map(({ warning }) => warning);
    expect(warnings.filter(warning => warning.includes('There is no detector.'))).toHaveLength(1);
  });

  it('is started by the first request and describes', async () => {
    const inference = start();
    expect(inference.pid).toBeUndefined();
    const description = await ask(inference, 'well');
    expect(description).toMatchObject({
      text: 'Picture 10 x 8, description 1.',
      style: 'brief',
      engine: { name: 'misbehaving', model: 'tiny' },
      image: { format: 'png', width: 10, height: 8 },
    });
    expect(description).not.toHaveProperty('decoded');
    expect(description.usage?.peakMemoryBytes).toBeGreaterThan(10e6);
    expect(description.timings.queue).toBeGreaterThan(0);
    expect(description.timings.total).toBeGreaterThan(description.timings.describe);
    expect(inference.identity).toMatchObject({ name: 'misbehaving', model: 'tiny' });
    expect(isRunning(inference.pid!)).toBe(true);
    expect(events).toContainEqual({ type: 'warning', warning: 'loaded' });
  });

  it('is nicer than its parent, and so are the threads that it computes on', async () => {
    const inference = start();
    await ask(inference, 'well');
    const pid = inference.pid!;
    expect(getPriority(pid)).toBe(Math.min(19, getPriority() + 10));
    if (process.platform !== 'linux') return;
    const computing = readdirSync(`/proc/${pid}/task`).filter(task =>
      readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').startsWith('libuv-worker'),
    );
    expect(computing.length).toBeGreaterThan(0);
    // Linux takes a thread's id, too.
    for (const task of computing) expect(getPriority(Number(task))).toBe(getPriority(pid));
  });

  it('describes one image after the other in the same process', async () => {
    const inference = start();
    const texts = await Promise.all([1, 2, 3].map(height => ask(inference, 'well', { height })));
    expect(texts.map(({ text }) => text)).toEqual([1, 2, 3].map(n => `Picture 10 x ${n}, description ${n}.`));
    expect(endings()).toEqual([]);
  });

  it('keeps class, code, sentence and remedy of an error', async () => {
    const inference = start();
    await expect(ask(inference, 'refuses')).rejects.toMatchObject({
      name: 'ModelError',
      code: 'model-unsupported',
      message: 'No such picture. Take another.',
      remedy: 'Take another.',
    });
    const signal = new AbortController().signal;
    const broken = inference.describe({ bytes: new Uint8Array(9), source: 'a', style: 'alt' }, signal);
    await expect(broken).rejects.toMatchObject({ name: 'ImageError', code: 'not-an-image' });
    await expect(broken).rejects.toThrow(/^The image is not/);
  });

  it('tells the log of a fault and the person only that there was one', async () => {
    const inference = start();
    const fault = ask(inference, 'throws');
    await expect(fault).rejects.toMatchObject({ code: 'inference-fault' });
    await expect(fault).rejects.not.toThrow(/secret/);
    expect(events).toContainEqual({ type: 'fault', detail: expect.stringContaining('secret detail') });
    expect((await ask(inference, 'well')).text).toContain('description 2');
  });

  it('fails each request while the model does not load, and stays', async () => {
    const inference = start({}, { loadFault: true });
    for (let i = 0; i < 2; i++)
      await expect(ask(inference, 'well')).rejects.toMatchObject({ code: 'model-missing' });
    expect(endings()).toEqual([]);
  });

  it('passes growing text on', async () => {
    const texts: string[] = [];
    await ask(start(), 'streams', { onText: text => texts.push(text) });
    expect(texts).toEqual(['One.', 'One. Two.', 'One. Two. Three.']);
  });

  it('does not hand the environment’s secrets on', async () => {
    const inference = createInferenceProcess({
      entry: new URL('environment-child.ts', import.meta.url),
      config: null,
      env: { ...process.env, DISCORD_TOKEN: 'secret', HTTPS_PROXY: 'http://proxy.example' },
      limits: LIMITS,
      onEvent: () => {},
    });
    started = inference;
    const names: string[] = JSON.parse((await ask(inference, 'well')).text);
    expect(names).toContain('PATH');
    expect(names).toContain('HTTPS_PROXY');
    expect(names).not.toContain('DISCORD_TOKEN');
  });
});

describe('an inference process that ends', () => {
  it.each([
    ['aborts', 'SIGABRT'],
    ['segfaults', 'SIGSEGV'],
  ] as const)(
    'because its engine %s costs the request at hand, and those that wait are served',
    async (behaviour, signal) => {
      const inference = start();
      const crash = expect(ask(inference, behaviour)).rejects.toMatchObject({ code: 'inference-crashed' });
      const next = ask(inference, 'well');
      await crash;
      expect((await next).text).toBe('Picture 10 x 8, description 1.');
      expect(events).toContainEqual(expect.objectContaining({ type: 'ended', reason: 'crashed', signal }));
    },
  );

  it('by kill -9 in the middle of a request costs that request, and those that wait are served', async () => {
    const inference = start();
    await ask(inference, 'well');
    const pid = inference.pid!;
    const crash = expect(ask(inference, 'endless')).rejects.toMatchObject({ code: 'inference-crashed' });
    const next = ask(inference, 'well', { source: 'b' });
    await until(() => inference.waiting === 1);
    await wait(100);
    process.kill(pid, 'SIGKILL');
    await crash;
    await next;
    expect(inference.pid).not.toBe(pid);
    expect(endings()).toEqual(['crashed']);
  });

  it('by kill -9 while nothing is asked is started again by the next request', async () => {
    const inference = start();
    await ask(inference, 'well');
    process.kill(inference.pid!, 'SIGKILL');
    await until(() => inference.pid === undefined);
    await ask(inference, 'well');
  });

  it('again and again is started more slowly, and recovers', async () => {
    const inference = start();
    const begun = performance.now();
    for (let i = 0; i < 3; i++) await expect(ask(inference, 'aborts')).rejects.toThrow();
    // Second crash: 0.25 s; third: 0.5 s.
    await ask(inference, 'well');
    expect(performance.now() - begun).toBeGreaterThan(750);
    await expect(ask(inference, 'aborts')).rejects.toThrow();
    expect((await ask(inference, 'well')).text).toContain('description 1');
  });

  it('because its module cannot be run says so', async () => {
    started = createInferenceProcess({
      entry: new URL('no-such-child.ts', import.meta.url),
      config: null,
      env: process.env,
      limits: LIMITS,
      onEvent: event => events.push(event),
    });
    await expect(ask(started, 'well')).rejects.toMatchObject({ code: 'inference-crashed' });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'ended',
        code: 1,
        lastWords: expect.stringContaining('no-such-child'),
      }),
    );
  });

  it.runIf(process.platform === 'linux')('for its memory leaves the next request a new one', async () => {
    const inference = start({ maxMemory: 500e6 });
    await expect(ask(inference, 'eatsMemory')).rejects.toMatchObject({
      code: 'inference-memory',
      message: expect.stringContaining('500 MB'),
    });
    await ask(inference, 'well');
    expect(endings()).toEqual(['memory']);
  });

  it('because nobody asks gives its memory back, and the next request starts it', async () => {
    const inference = start({ idleMs: 50 });
    await ask(inference, 'well');
    const pid = inference.pid!;
    await until(() => inference.pid === undefined);
    expect(isRunning(pid)).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'idle', code: 0 });
    await ask(inference, 'well');
  });
});

describe('a cancelled request', () => {
  it('answers at once and leaves an engine that can stop alone', async () => {
    const inference = start();
    await ask(inference, 'well');
    const begun = performance.now();
    const signal = AbortSignal.timeout(100);
    await expect(ask(inference, 'cooperative', { height: 1000, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect((await ask(inference, 'well')).text).toContain('description 3');
    expect(endings()).toEqual([]);
  });

  it.each(['endless', 'stubborn'] as const)(
    'ends an engine that is %s, and the next is served',
    async behaviour => {
      const inference = start();
      await ask(inference, 'well');
      const pid = inference.pid!;
      const signal = AbortSignal.timeout(100);
      await expect(ask(inference, behaviour, { height: 1000, signal })).rejects.toThrow();
      expect((await ask(inference, 'well')).text).toContain('description 1');
      expect(endings()).toEqual(['cancelled']);
      expect(isRunning(pid)).toBe(false);
    },
  );

  it('frees its place where it still waits', async () => {
    const inference = start();
    const first = ask(inference, 'cooperative', { height: 50 });
    const signal = AbortSignal.timeout(50);
    await expect(ask(inference, 'well', { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(inference.waiting).toBe(0);
    await first;
    expect(endings()).toEqual([]);
  });

  it('while it is decoded ends the process, since a decoder cannot be stopped', async () => {
    const inference = start();
    await ask(inference, 'well');
    const create = { width: 7000, height: 7000, channels: 3, background: 'teal' } as const;
    const bytes = await sharp({ create }).jpeg({ progressive: true }).toBuffer();
    const request = { bytes: new Uint8Array(bytes), source: 'a', style: 'brief' } as const;
    await expect(inference.describe(request, AbortSignal.timeout(80))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await ask(inference, 'well');
    expect(endings()).toEqual(['cancelled']);
  });

  it('while the model loads does not end the loading', async () => {
    const inference = start({ graceMs: 50 }, { loadMs: 1000 });
    await expect(ask(inference, 'well', { signal: AbortSignal.timeout(600) })).rejects.toThrow();
    expect((await ask(inference, 'well')).text).toContain('description 1');
    expect(endings()).toEqual([]);
  });

  it('while the process starts does not end the start', async () => {
    const inference = start({ graceMs: 100 });
    await expect(ask(inference, 'well', { signal: AbortSignal.timeout(10) })).rejects.toThrow();
    await ask(inference, 'well');
    expect(endings()).toEqual([]);
  });

  it('does not take others of the same process with it', async () => {
    const inference = start({ concurrency: 2 });
    await ask(inference, 'well');
    const other = ask(inference, 'cooperative', { height: 60 });
    await expect(
      ask(inference, 'stubborn', { height: 1000, signal: AbortSignal.timeout(50) }),
    ).rejects.toThrow();
    expect((await other).text).toContain('description 1');
    expect(endings()).toEqual(['cancelled']);
  });
});

it('a model that does not finish loading is given up', async () => {
  const inference = start({ loadMs: 800 }, { loadMs: 60_000 });
  await expect(ask(inference, 'well')).rejects.toMatchObject({ code: 'load-timeout' });
});

describe('closing', () => {
  it('lets requests be done, takes no more, and ends the process', async () => {
    const inference = start();
    const requests = [ask(inference, 'cooperative', { height: 20 }), ask(inference, 'well')];
    await until(() => inference.waiting === 1);
    const pid = inference.pid!;
    const closed = inference.close(5000);
    await expect(ask(inference, 'well')).rejects.toMatchObject({ code: 'stopping' });
    await Promise.all(requests);
    await closed;
    expect(isRunning(pid)).toBe(false);
    expect(endings()).toEqual(['stopped']);
  });

  it('answers what is not done in time', async () => {
    const inference = start();
    const requests = [ask(inference, 'endless'), ask(inference, 'well')];
    const answers = Promise.allSettled(requests);
    await until(() => inference.waiting === 1);
    const begun = performance.now();
    await inference.close(300);
    expect(performance.now() - begun).toBeLessThan(2000);
    for (const answer of await answers) expect(answer).toMatchObject({ reason: { code: 'stopping' } });
  });
});
