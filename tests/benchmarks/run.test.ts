import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Contender } from '../../src/benchmarks/contender.ts';
import type { BenchmarkDataset, BenchmarkItem } from '../../src/benchmarks/dataset.ts';
import { openDataset } from '../../src/benchmarks/datasets/open-dataset.ts';
import { type RunLimits, type RunOptions, runBenchmark } from '../../src/benchmarks/run.ts';
import { openRunFolder, type RunFolder } from '../../src/benchmarks/run-folder.ts';
import type { RunRecord } from '../../src/benchmarks/run-record.ts';
import { NarratorError } from '../../src/errors.ts';
import { makeRecord } from './make-run.ts';

const ITEMS = 12;
let root: string;
let folder: RunFolder;
let dataset: BenchmarkDataset;
let record: RunRecord;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'run-'));
  const file = path.join(root, 'set.jsonl');
  const rows = Array.from({ length: ITEMS }, (_, i) =>
    JSON.stringify({ image_id: i, captions: ['A stone.'] }),
  );
  await writeFile(file, rows.join('\n'));
  dataset = await openDataset(`jsonl:${file}`);
  folder = openRunFolder(path.join(root, 'runs'));
  const base = makeRecord();
  record = makeRecord({
    dataset: { ...base.dataset, hash: dataset.hash, count: ITEMS, sampled: ITEMS },
    contenders: base.contenders
      .slice(0, 1)
      .map(contender => ({ ...contender, name: 'tester', slug: 'tester' })),
  });
  await folder.write(record);
});
afterEach(() => rm(root, { recursive: true }));

interface Tester extends Contender {
  readonly asked: string[];
  mostAtOnce: number;
}

/** A contender that answers as it is told to. */
function tester(
  answer: (
    item: BenchmarkItem,
    signal: AbortSignal,
  ) => Promise<{ costUsd?: number }> | { costUsd?: number } = () => ({}),
  parts: { isPaid?: boolean; revision?: string } = {},
): Tester {
  const { isPaid = false, revision = 'r1' } = parts;
  let inFlight = 0;
  const self: Tester = {
    ...{ name: 'tester', kind: 'engine', concurrency: 4, asked: [], mostAtOnce: 0 },
    identity: () => ({
      ...{ engine: 'tester', model: 'm', revision, promptVersion: '1', maxTokens: 9, parametersB: null },
      remarks: [],
    }),
    prepare: async () => 5,
    async predict(item, signal) {
      self.asked.push(item.id);
      self.mostAtOnce = Math.max(self.mostAtOnce, ++inFlight);
      try {
        await wait(2, undefined, { signal });
        const usage = await answer(item, signal);
        return {
          ...{ text: `A grey stone ${item.id}.`, describeMs: 1, firstTextMs: null, usage },
          ...{ grounding: null, quotes: [] },
        };
      } finally {
        inFlight--;
      }
    },
    trials: isPaid ? { ask: async () => {}, coldStart: null, isPaid } : null,
    close: async () => {},
  };
  return self;
}

async function run(contender: Contender, limits: Partial<RunLimits> = {}, more: Partial<RunOptions> = {}) {
  return await runBenchmark({
    ...{ record: await folder.read(record.id), dataset, contenders: [contender], promptVersion: '1', folder },
    limits: {
      ...{ atOnce: 1, failuresInRow: 3, retryFailed: false, budget: { usd: null, requests: null } },
      ...{ trials: { concurrency: [1], images: 0, paid: false }, ...limits },
    },
    signal: new AbortController().signal,
    ...more,
  });
}

const stored = async () => await folder.predictions(record, 'tester');
const all = Array.from({ length: ITEMS }, (_, i) => String(i));

test('every item is asked for once, in the set’s order, and stored; a finished run asks nothing', async () => {
  const contender = tester();
  const { record: written, outcomes } = await run(contender);
  expect(contender.asked).toEqual(all);
  expect(outcomes).toEqual([
    { contender: 'tester', answered: ITEMS, failed: 0, pending: 0, stoppedBy: null },
  ]);
  expect((await stored()).map(({ text }) => text)).toEqual(all.map(id => `A grey stone ${id}.`));
  expect(written).toMatchObject({
    state: 'finished',
    contenders: [{ identity: { revision: 'r1' }, loadsMs: [5] }],
  });
  expect(await folder.read(record.id)).toEqual(written);
  const again = tester();
  await run(again);
  expect(again.asked).toEqual([]);
});

test('several are in flight at once, as many as the contender allows', async () => {
  const contender = tester();
  await run(contender, { atOnce: 8 });
  expect(contender.mostAtOnce).toBe(4);
  expect((await stored()).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(all.map(Number));
});

test('an interrupt drops what is in flight, keeps what is stored, and is gone on from', async () => {
  const interrupt = new AbortController();
  const reason = new NarratorError('interrupted', 'Interrupted.');
  const contender = tester(({ id }) => {
    if (id === '5') interrupt.abort(reason);
    return {};
  });
  await expect(run(contender, { atOnce: 2 }, { signal: interrupt.signal })).rejects.toBe(reason);
  const before = (await stored()).map(({ id }) => id);
  expect(before.length).toBeGreaterThanOrEqual(4);
  expect(await stored()).toEqual(expect.not.arrayContaining([expect.objectContaining({ text: null })]));
  expect((await folder.read(record.id)).state).toBe('running');
  const next = tester();
  await run(next);
  expect(next.asked).toEqual(all.filter(id => !before.includes(id)));
});

test('failures are stored with their code, and asked for again only when told', async () => {
  const failing = tester(({ id }) => {
    if (Number(id) % 3 === 0) throw new NarratorError('model-failed', `No ${id}.`);
    return {};
  });
  const { outcomes, record: written } = await run(failing);
  expect(outcomes[0]).toMatchObject({ answered: 8, failed: 4, pending: 0, stoppedBy: null });
  expect(written.state).toBe('finished');
  expect((await stored())[3]).toMatchObject({
    id: '3',
    text: null,
    error: { code: 'model-failed', message: 'No 3.' },
  });
  const [idle, retrying] = [tester(), tester()];
  await run(idle);
  expect(idle.asked).toEqual([]);
  expect((await run(retrying, { retryFailed: true })).outcomes[0]).toMatchObject({ answered: 12, failed: 0 });
  expect(retrying.asked).toEqual(['0', '3', '6', '9']);
});

test('a contender that fails again and again is left, and says so', async () => {
  const down = tester(({ id }) => {
    if (Number(id) > 1) throw new NarratorError('endpoint-unavailable', 'It cannot be reached.');
    return {};
  });
  const { outcomes, record: written } = await run(down);
  expect(down.asked).toHaveLength(5);
  expect(outcomes[0]).toMatchObject({ answered: 2, failed: 3, pending: 7 });
  expect(outcomes[0]!.stoppedBy!.message).toMatch(
    /failed 3 times in a row.*It cannot be reached\..*--retry-failed/,
  );
  expect(written.state).toBe('running');
});

test('a key that is not accepted is no item’s fault: nothing is stored', async () => {
  const refused = tester(() => {
    throw new NarratorError('endpoint-auth', 'The key is not accepted.');
  });
  const { outcomes } = await run(refused, { atOnce: 3 });
  expect(outcomes[0]).toMatchObject({ pending: ITEMS, stoppedBy: { code: 'endpoint-auth' } });
  expect(await stored()).toEqual([]);
});

test('a contender that cannot be loaded does not keep the others from running', async () => {
  const two = makeRecord({
    ...record,
    contenders: ['broken', 'tester'].map(name => ({ ...record.contenders[0]!, name, slug: name })),
  });
  await folder.write(two);
  const broken: Contender = {
    ...tester(),
    name: 'broken',
    prepare: () => Promise.reject(new NarratorError('model-missing', 'It is not there.')),
  };
  const good = tester();
  const { outcomes } = await run(good, {}, { contenders: [broken, good], record: two });
  expect(outcomes.map(({ pending, stoppedBy }) => [pending, stoppedBy?.code])).toEqual([
    [ITEMS, 'model-missing'],
    [0, undefined],
  ]);
});

test('a fault of the program ends the run', async () => {
  const faulty = tester(() => {
    throw new TypeError('a fault');
  });
  await expect(run(faulty)).rejects.toThrow(TypeError);
});

test('a budget ends a run in order, and a larger one goes on', async () => {
  record.contenders[0]!.prices = { input: 1, output: 1 };
  await folder.write(record);
  const paid = () => tester(() => ({ costUsd: 0.1 }), { isPaid: true });
  const first = await run(paid(), { atOnce: 3, budget: { usd: 0.55, requests: null } });
  expect(first.outcomes[0]).toMatchObject({
    answered: 5,
    pending: 7,
    stoppedBy: { code: 'benchmark-budget' },
  });
  expect(first.outcomes[0]!.stoppedBy!.message).toMatch(/US\$0\.5000 of US\$0\.55/);
  const second = await run(paid(), { budget: { usd: null, requests: 8 } });
  expect(second.outcomes[0]).toMatchObject({ answered: 8, pending: 4 });
  expect(second.outcomes[0]!.stoppedBy!.message).toMatch(/all of 8 requests/);
  expect((await run(paid(), { budget: { usd: 2, requests: 100 } })).record.state).toBe('finished');
});

test('a budget without prices is refused before anything is asked', async () => {
  const contender = tester(() => ({ costUsd: 0.1 }), { isPaid: true });
  await expect(run(contender, { budget: { usd: 1, requests: null } })).rejects.toMatchObject({
    code: 'benchmark-budget',
  });
  expect(contender.asked).toEqual([]);
});

test('what differs from the record is named, and nothing is mixed', async () => {
  const interrupted = tester(({ id }) => {
    if (Number(id) > 3) throw new NarratorError('endpoint-unavailable', 'Down.');
    return {};
  });
  await run(interrupted);
  await expect(run(tester(), {}, { promptVersion: '2' })).rejects.toThrow(
    /the prompt \(version 1 then, 2 now\)/,
  );
  const other = { ...dataset, hash: 'b'.repeat(64) };
  await expect(run(tester(), {}, { dataset: other })).rejects.toThrow(
    /the data set \(SHA-256 .* bbbbbbbbbbbb… now\)/,
  );
  const changed = tester(undefined, { revision: 'r2' });
  await expect(run(changed)).rejects.toThrow(/tester cannot go on: its revision \(r1 then, r2 now\)/);
  expect(changed.asked).toEqual([]);
});

test('one process works on a run at a time', async () => {
  const slow = tester(async () => {
    await wait(20);
    return {};
  });
  const first = run(slow);
  await wait(30);
  await expect(run(tester())).rejects.toMatchObject({ code: 'benchmark-run' });
  await first;
});

test('times by concurrency are measured once, with more images than are asked for at once', async () => {
  const contender = tester();
  const asked: string[] = [];
  const timed: Contender = {
    ...contender,
    kind: 'rewriter',
    trials: {
      isPaid: true,
      coldStart: null,
      async ask({ id }) {
        asked.push(id);
        await wait(5);
      },
    },
  };
  const trials = { concurrency: [1, 4, 16], images: 3, paid: true };
  const { record: written } = await run(timed, { trials });
  expect(written.contenders[0]!.throughput).toEqual([
    { concurrency: 1, images: 3, ms: expect.any(Number) },
    { concurrency: 4, images: 8, ms: expect.any(Number) },
  ]);
  expect(asked).toHaveLength(11);
  await run(timed, { trials });
  expect(asked).toHaveLength(11);
});
