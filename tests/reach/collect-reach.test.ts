import { expect, it } from 'vitest';
import { type CollectOptions, collectReach, SLOT_MS } from '../../src/reach/collect-reach.ts';
import type { Sample } from '../../src/store/store.ts';
import { sendJson, startAnswering } from './answering-server.ts';

const NOW = Date.UTC(2026, 11, 1, 12, 34);

function options(
  url: string,
  changes: Partial<CollectOptions> = {},
): CollectOptions & { readonly kept: Sample[] } {
  const kept: Sample[] = [];
  const access = { baseUrl: url, token: null };
  return {
    kept,
    access: { huggingface: access, github: access, x: access, reddit: access },
    subjects: { huggingface: ['spaces/org/space'], github: ['org/repo'], x: [], reddit: [] },
    store: {
      add: async samples => {
        kept.push(...samples);
      },
    },
    now: () => NOW,
    signal: new AbortController().signal,
    log: { error: () => {} },
    retryMs: 1,
    ...changes,
  };
}

const likes = (samples: readonly Sample[]) => samples.find(({ metric }) => metric === 'likes')!;
const stars = (samples: readonly Sample[]) => samples.find(({ metric }) => metric === 'stars')!;

it('writes all figures of a run as samples of the hour, and of a subject that is named twice one', async () => {
  const server = await startAnswering((_, response) => sendJson(response, { likes: 4, stargazers_count: 5 }));
  const run = options(server.url, {
    subjects: {
      huggingface: ['spaces/org/space', 'spaces/org/space'],
      github: ['org/repo'],
      x: [],
      reddit: [],
    },
  });
  const samples = await collectReach(run);
  expect(samples).toHaveLength(10);
  expect(run.kept.toSorted((a, b) => a.metric.localeCompare(b.metric))).toEqual(
    samples.toSorted((a, b) => a.metric.localeCompare(b.metric)),
  );
  for (const { slot, takenAt } of samples) expect([slot, takenAt]).toEqual([NOW - (NOW % SLOT_MS), NOW]);
  expect([likes(samples).value, stars(samples).value]).toEqual([4, 5]);
});

it('gives a source up that takes too long, and keeps what another one gave', async () => {
  const server = await startAnswering(({ url }, response) => {
    if (url?.startsWith('/api/spaces')) sendJson(response, { likes: 4 });
  });
  const run = options(server.url, { sourceMs: 300 });
  const samples = await collectReach(run);
  expect(likes(samples).value).toBe(4);
  expect(stars(samples)).toMatchObject({ value: null, reason: 'GitHub took longer than 0.3 seconds.' });
  expect(run.kept).toHaveLength(10);
});

it('logs a fault of the program in one source, and keeps what another one gave', async () => {
  const server = await startAnswering((_, response) => sendJson(response, { likes: 4, stargazers_count: 5 }));
  const logged: object[] = [];
  const run = options(server.url, { log: { error: fields => logged.push(fields) } });
  // A header cannot carry it: the configuration refuses such a token before.
  const huggingface = { baseUrl: server.url, token: 'hf_a\nb' };
  const samples = await collectReach({ ...run, access: { ...run.access, huggingface } });
  expect(logged).toEqual([{ source: 'huggingface', err: expect.any(TypeError) }]);
  expect(likes(samples)).toMatchObject({ value: null, outcome: 'missing' });
  expect(stars(samples).value).toBe(5);
});

it('rejects when it is told to stop, or when the samples cannot be kept', async () => {
  const stop = new AbortController();
  const server = await startAnswering((_, response) => {
    if (stop.signal.aborted) sendJson(response, {});
    else stop.abort(new Error('stopped'));
  });
  await expect(collectReach(options(server.url, { signal: stop.signal }))).rejects.toThrow('stopped');
  const full = async () => {
    throw new Error('full');
  };
  await expect(collectReach(options(server.url, { store: { add: full } }))).rejects.toThrow('full');
});
