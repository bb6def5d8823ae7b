import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Description } from '../../src/inference/narrator.ts';
import { createResultCache, type RunOptions } from '../../src/inference/result-cache.ts';

const LIMITS = { maxItems: 10, maxBytes: 10_000, maxAgeMs: 60_000 };
const waiter = () => ({ signal: new AbortController().signal });

function described(text: string): Description {
  return {
    text,
    style: 'brief',
    shortened: false,
    engine: { name: 'test', model: 'test' },
    image: { format: 'png', width: 1, height: 1, bytes: 1, sha256: '', animated: false, transparent: false },
    timings: { read: 0, decode: 0, load: 0, describe: 0, total: 0 },
  };
}

/** A run that takes `ms` and can be stopped; counts how often it was begun and stopped. */
function countedRun(ms = 20) {
  const counts = { begun: 0, stopped: 0 };
  const run = async ({ signal, onText }: RunOptions) => {
    const number = ++counts.begun;
    onText?.('So far.');
    await wait(ms, undefined, { signal }).catch(() => counts.stopped++);
    signal.throwIfAborted();
    return described(`run ${number}`);
  };
  return { counts, run };
}

describe('the cache of descriptions', () => {
  it('describes once what is asked twice, at once or later', async () => {
    const cache = createResultCache(LIMITS);
    const { counts, run } = countedRun();
    const answers = await Promise.all([1, 2, 3].map(() => cache.describe('key', run, waiter())));
    answers.push(await cache.describe('key', run, waiter()));
    expect(answers.map(({ isReused }) => isReused)).toEqual([false, true, true, true]);
    expect(new Set(answers.map(({ description }) => description.text))).toEqual(new Set(['run 1']));
    expect(counts.begun).toBe(1);
    await cache.describe('other', run, waiter());
    expect(counts.begun).toBe(2);
  });

  it('begins anew for whoever wants it fresh, and keeps that', async () => {
    const cache = createResultCache(LIMITS);
    const { counts, run } = countedRun(40);
    const early = cache.describe('key', run, waiter());
    const fresh = await cache.describe('key', run, { ...waiter(), isFresh: true });
    expect(fresh).toMatchObject({ description: { text: 'run 2' }, isReused: false });
    expect((await early).description.text).toBe('run 1');
    expect((await cache.describe('key', run, waiter())).description.text).toBe('run 2');
    expect((await cache.describe('key', run, { ...waiter(), isFresh: true })).description.text).toBe('run 3');
    expect((await cache.describe('key', run, waiter())).description.text).toBe('run 3');
    expect(counts.begun).toBe(3);
  });

  it('keeps the fresh answer when one that was begun before it ends later', async () => {
    const cache = createResultCache(LIMITS);
    const slow = cache.describe('key', countedRun(120).run, waiter());
    await cache.describe('key', async () => described('fresh'), { ...waiter(), isFresh: true });
    expect((await slow).description.text).toBe('run 1');
    expect((await cache.describe('key', countedRun().run, waiter())).description.text).toBe('fresh');
  });

  it('goes on for the others when one gives up', async () => {
    const cache = createResultCache(LIMITS);
    const { counts, run } = countedRun(100);
    const first = cache.describe('key', run, { signal: AbortSignal.timeout(20) });
    const second = cache.describe('key', run, waiter());
    await expect(first).rejects.toThrow();
    expect((await second).description.text).toBe('run 1');
    expect(counts).toEqual({ begun: 1, stopped: 0 });
  });

  it('stops when all have given up, and whoever comes then begins anew', async () => {
    const cache = createResultCache(LIMITS);
    const { counts, run } = countedRun(100);
    const controller = new AbortController();
    const both = Promise.allSettled([1, 2].map(() => cache.describe('key', run, controller)));
    controller.abort(new Error('enough'));
    for (const answer of await both) expect(answer).toMatchObject({ reason: { message: 'enough' } });
    expect((await cache.describe('key', run, waiter())).description.text).toBe('run 2');
    expect(counts).toEqual({ begun: 2, stopped: 1 });
  });

  it('keeps no failure', async () => {
    const cache = createResultCache(LIMITS);
    const failing = () => Promise.reject(new Error('no'));
    const both = await Promise.allSettled([1, 2].map(() => cache.describe('key', failing, waiter())));
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const { run } = countedRun();
    expect((await cache.describe('key', run, waiter())).isReused).toBe(false);
  });

  it('tells whoever joins the text so far', async () => {
    const cache = createResultCache(LIMITS);
    const { run } = countedRun();
    const texts: string[] = [];
    const onText = (text: string) => texts.push(text);
    await Promise.all([1, 2].map(() => cache.describe('key', run, { ...waiter(), onText })));
    expect(texts).toEqual(['So far.', 'So far.']);
  });

  it('forgets the least recently used beyond so many', async () => {
    const cache = createResultCache({ ...LIMITS, maxItems: 2 });
    const { run } = countedRun(0);
    for (const key of ['a', 'b', 'a', 'c']) await cache.describe(key, run, waiter());
    expect(cache.size).toBe(2);
    expect((await cache.describe('a', run, waiter())).isReused).toBe(true);
    expect((await cache.describe('b', run, waiter())).isReused).toBe(false);
  });

  it('forgets beyond so many bytes, and keeps nothing that is larger by itself', async () => {
    const cache = createResultCache({ ...LIMITS, maxBytes: 2000 });
    const long = async () => described('x'.repeat(900));
    for (const key of ['a', 'b', 'c']) await cache.describe(key, long, waiter());
    expect(cache.size).toBe(1);
    await cache.describe('d', async () => described('x'.repeat(3000)), waiter());
    expect((await cache.describe('d', long, waiter())).isReused).toBe(false);
  });

  it('forgets after a time', async () => {
    const cache = createResultCache({ ...LIMITS, maxAgeMs: 30 });
    const { run } = countedRun(0);
    await cache.describe('key', run, waiter());
    await wait(60);
    expect((await cache.describe('key', run, waiter())).isReused).toBe(false);
  });
});
