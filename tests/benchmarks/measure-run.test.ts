import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/benchmarks/compare-runs.ts';
import type { BenchmarkItem } from '../../src/benchmarks/dataset.ts';
import { measureRun } from '../../src/benchmarks/measure-run.ts';
import { rankContenders } from '../../src/benchmarks/rank-contenders.ts';
import type { RunRecord, StoredPrediction } from '../../src/benchmarks/run-record.ts';
import { runScores } from '../../src/benchmarks/scores.ts';
import { contenderOf, datasetOf, identityOf, predictionOf, writeRun } from './recorded-set.ts';

const paths: string[] = [];
afterEach(async () => {
  for (const path of paths.splice(0)) await rm(path, { recursive: true });
});

const IMAGES = 60;
const item = (i: number, more: Partial<BenchmarkItem> = {}): BenchmarkItem => ({
  id: `i${i}`,
  image: null,
  references: [],
  group: null,
  gap: null,
  ...more,
});
const items = Array.from({ length: IMAGES }, (_, i) => item(i));

type Wanted = (i: number) => StoredPrediction;
type Contender = RunRecord['contenders'][number];

async function measure(
  contenders: readonly [Contender, Wanted][],
  set: readonly BenchmarkItem[] = items,
  more: Partial<RunRecord> = {},
) {
  const dataset = datasetOf(set);
  const run = await writeRun(
    dataset,
    contenders.map(([contender, wanted]) => ({ contender, predictions: set.map((_, i) => wanted(i)) })),
    more,
  );
  paths.push(run.path);
  const scores = await measureRun({
    ...run,
    dataset,
    resampling: { resamples: 200, seed: 1 },
    signal: new AbortController().signal,
  });
  return { ...run, scores };
}

const model = (name: string, parametersB: number | null, more: Partial<Contender> = {}) =>
  contenderOf(name, { kind: 'engine', identity: identityOf({ parametersB }), loadsMs: [800, 500], ...more });

/** An answer that an engine of ours gave and measured. */
const answer = (i: number, supported: number, more: Partial<StoredPrediction> = {}) =>
  predictionOf(`i${i}`, 'A small red boat lies on a calm lake.', {
    describeMs: 100 + (i % 10),
    usage: { peakMemoryBytes: 1e9 + i, costUsd: 0.001 },
    grounding: {
      supported,
      contradicted: i % 2,
      uncheckable: 1,
      supportedPer100Words: supported * 10 + (i % 3),
    },
    ...more,
  });

describe('targets and ranks', () => {
  test('met, not met and not measured, each with what it rests on', async () => {
    const nine =
      'A big, old boat with red, shiny sides, a dark hull and a narrow, wet deck lies in clear, calm, blue water.';
    const { scores } = await measure([
      [model('ours', 3), i => answer(i, 3, { text: nine })],
      [model('other', 2.9), i => answer(i, 1, { describeMs: 900 })],
      [model('small', 0.5), i => answer(i, 2)],
    ]);
    const outcomes = (name: string) =>
      scores.targets.filter(({ contender }) => contender === name).map(({ outcome }) => outcome);
    expect(outcomes('ours')).toEqual(['met', 'met', 'met', 'met']);
    expect(outcomes('other')).toEqual(['not met', 'not met', 'met', 'not met']);
    expect(outcomes('small')).toEqual(['not met', 'met', 'met', 'not measured']);
    const details = scores.targets
      .filter(({ contender }) => contender === 'ours')
      .map(({ detail }) => detail);
    expect(details[1]).toMatch(/^Median 105 ms, 95th percentile 109 ms on 60 descriptions\.$/);
    expect(details[2]).toBe('1.00 GB of the process.');
    expect(details[3]).toBe('Rank 1 of 2.');
    expect(
      rankContenders(scores, 'supportedPer100Words').map(({ contender, rank }) => [contender, rank]),
    ).toEqual([
      ['ours', 1],
      ['small', 2],
      ['other', 3],
    ]);
  });

  test('a shared first place is not better than every other, and a card that nobody watched leaves memory open', async () => {
    const { scores, record } = await measure(
      [
        [model('a', 3), i => answer(i, 2)],
        [model('b', 3), i => answer(i, 2)],
        [model('c', 3, { peakGpuMemoryBytes: 7.5e9 }), i => answer(i, 1)],
      ],
      items,
      { machine: { cpu: '', cores: 1, memoryBytes: 1, gpu: 'a card', platform: '' } },
    );
    expect(record.machine.gpu).toBe('a card');
    const of = (name: string) => scores.targets.filter(({ contender }) => contender === name);
    expect(of('a')[3]).toMatchObject({
      outcome: 'not met',
      detail: 'Rank 1 of 3. No difference is shown to b.',
    });
    expect(of('c')[3]).toMatchObject({ outcome: 'not met', detail: 'Rank 3 of 3.' });
    expect(of('a')[2]!.outcome).toBe('not measured');
    expect(of('c')[2]).toMatchObject({
      outcome: 'not met',
      detail: expect.stringContaining('7.50 GB on the graphics card'),
    });
  });

  test('one 3B model has nobody to be ranked among', async () => {
    const { scores } = await measure([
      [model('ours', 3), i => answer(i, 3)],
      [model('small', 0.5), i => answer(i, 1)],
    ]);
    expect(scores.targets[3]).toMatchObject({
      outcome: 'not measured',
      detail: expect.stringContaining('No other 3B model'),
    });
  });
});

test('grounding, shares and times are computed as their notes say', async () => {
  const { scores } = await measure([[model('ours', 3), i => answer(i, i % 3)]]);
  const { results } = scores.contenders[0]!;
  expect(results.supported).toMatchObject({ score: 1, count: IMAGES });
  // 30 contradicted of 30 + 60.
  expect(results.contradictedShare).toMatchObject({ score: expect.closeTo(100 / 3, 9) });
  expect(results.describeMsMean).toMatchObject({ score: 104.5, note: 'one after the other' });
  expect(results.coldStartMs).toMatchObject({ score: 800 });
  expect(results.costPer1000).toMatchObject({ score: expect.closeTo(1, 9) });
  expect(results.firstTextMsP50).toMatchObject({ status: 'not computed' });
  expect(results.imagesPerSecondAt1).toMatchObject({ status: 'not computed' });
  expect(results.bleu4).toEqual({ status: 'not computed', reason: 'The data set has no reference texts.' });
  expect(runScores.parse(scores)).toEqual(scores);
});

test('images a second are given for each concurrency that was tried', async () => {
  const throughput = [
    { concurrency: 1, images: 10, ms: 2000 },
    { concurrency: 4, images: 20, ms: 1000 },
  ];
  const { scores } = await measure([
    [model('ours', 3, { throughput, coldStartMs: 1234 }), i => answer(i, 1)],
    [model('other', 3), i => answer(i, 1)],
  ]);
  const [ours, other] = scores.contenders;
  expect(ours!.results.imagesPerSecondAt4).toMatchObject({ score: 20, count: 20, interval: null });
  expect(ours!.results.coldStartMs).toMatchObject({ score: 1234 });
  expect(other!.results.imagesPerSecondAt4).toMatchObject({ status: 'not computed' });
});

test('times of several images at once say so', async () => {
  const { scores } = await measure([[model('ours', 3), i => answer(i, 1)]], items, {
    request: { style: 'brief', promptVersion: 'p1', maxTokens: 100, atOnce: 4 },
  });
  const { describeMsMean, describeMsP50, describeMsP99 } = scores.contenders[0]!.results;
  expect(describeMsMean).toMatchObject({ note: 'up to 4 asked for at once' });
  expect(describeMsP50).toMatchObject({ note: 'up to 4 asked for at once' });
  expect(describeMsP99).toMatchObject({
    note: 'too few images for more than a hint; up to 4 asked for at once',
  });
});

test('quoted words are in no figure of adjectives', async () => {
  const text = 'A sign reads “big red old” above a door.';
  const quotes = [{ start: text.indexOf('big'), end: text.indexOf('”') }];
  const { scores } = await measure([
    [model('told', 3), i => answer(i, 1, { text, quotes })],
    [model('untold', 3), i => answer(i, 1, { text })],
  ]);
  const [told, untold] = scores.contenders.map(({ results }) => results.adjectives);
  expect(told).toMatchObject({ score: 0 });
  expect(untold).toMatchObject({ score: 3 });
});

test('pairs are compared on the images that both answered, whatever one failed on', async () => {
  const failing = (i: number) => (i < 20 ? predictionOf(`i${i}`, null) : answer(i, 1));
  const { scores } = await measure([
    // Far better on the images that the other failed on, alike on the rest.
    [model('a', 3), i => answer(i, i < 20 ? 9 : 1)],
    [model('b', 3), failing],
  ]);
  const test = scores.comparisons.find(({ measure }) => measure === 'supportedPer100Words')!;
  expect(test).toMatchObject({ count: 40, difference: 0, p: 1, verdict: 'no-difference-shown' });
  expect(scores.contenders[1]).toMatchObject({ answered: 40, failed: 20 });
});

test('a contender that answered nothing has reasons, not zeros', async () => {
  const { scores } = await measure([
    [model('silent', 3), i => predictionOf(`i${i}`, null)],
    [model('ours', 3), i => answer(i, 1)],
  ]);
  const { answered, failed, results } = scores.contenders[0]!;
  expect([answered, failed]).toEqual([0, IMAGES]);
  const computed = Object.entries(results).filter(([, { status }]) => status === 'computed');
  expect(computed.map(([key]) => key)).toEqual(['coldStartMs']);
  expect(scores.comparisons).toEqual([]);
});

test('with hundreds of comparisons a clear difference can still be shown', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const { scores } = await measure(
    names.map(name => [model(name, 3), i => answer(i, name === 'a' ? 5 : 1)] as [Contender, Wanted]),
  );
  expect(scores.comparisons.length).toBeGreaterThan(100);
  // With as many tosses as resamples the smallest p times the number of tests is above 0.05.
  expect(scores.comparisons.length / 201).toBeGreaterThan(0.05);
  expect(rankContenders(scores, 'supportedPer100Words').map(({ rank }) => rank)).toEqual([1, 2, 2, 2, 2]);
});

test('what differs beside the model is said with the claim', async () => {
  const other = { ...model('other', 3), identity: identityOf({ promptVersion: 'p2' }) };
  const { scores } = await measure([
    [model('ours', 3), i => answer(i, 1)],
    [other, i => answer(i, 2)],
  ]);
  expect(scores.claims[0]!.text).toMatch(
    /^On 60 images, other is better than ours on Supported adjectives \(difference \+10\.00 per 100 words, 95 % interval \+10\.00 to \+10\.00, adjusted p = 0\.0\d+\)\. ours and other were not given the same prompt\.$/,
  );
});

test('audio description: inline texts have to fit their gaps, extended ones need not', async () => {
  const set = items.map((_, i) =>
    item(i, { gap: { seconds: i % 2 ? 1 : 60, playback: i % 4 === 3 ? 'extended' : 'inline' } }),
  );
  const { scores } = await measure([[model('ours', 3), i => answer(i, 1)]], set);
  expect(scores.contenders[0]!.results.guidelineFitsGap).toMatchObject({ score: 75, count: IMAGES });
});

describe('what is refused', () => {
  test('an unfinished run, and another data set', async () => {
    const { folder, record } = await measure([[model('ours', 3), i => answer(i, 1)]]);
    const options = { folder, resampling: { resamples: 100, seed: 1 }, signal: new AbortController().signal };
    await expect(
      measureRun({ ...options, record: { ...record, state: 'running' }, dataset: datasetOf(items) }),
    ).rejects.toMatchObject({ code: 'benchmark-run', message: expect.stringContaining('not finished') });
    await expect(
      measureRun({ ...options, record, dataset: datasetOf(items.slice(1)) }),
    ).rejects.toMatchObject({ code: 'benchmark-run', message: expect.stringContaining('hash') });
  });

  test('an interrupt ends it', async () => {
    const { folder, record } = await measure([[model('ours', 3), i => answer(i, 1)]]);
    const reason = new Error('stop');
    await expect(
      measureRun({
        folder,
        record,
        dataset: datasetOf(items),
        resampling: { resamples: 100, seed: 1 },
        signal: AbortSignal.abort(reason),
      }),
    ).rejects.toBe(reason);
  });
});

test('contenders of two runs are compared on the images of both, and only where they were asked for the same', async () => {
  const { folder, record } = await measure([[model('ours', 3), i => answer(i, 1)]]);
  const later: RunRecord = { ...record, id: 'r2' };
  await folder.write(later);
  for (const { id } of items.slice(10)) await folder.append(later, 'ours', answer(Number(id.slice(1)), 2));
  const compare = (b: RunRecord) =>
    compareRuns(
      folder,
      [
        { record, contender: 'ours' },
        { record: b, contender: 'ours' },
      ],
      datasetOf(items),
      { resamples: 200, seed: 1 },
      new AbortController().signal,
    );
  const { comparisons, names } = await compare(later);
  expect(names).toEqual(['ours (r1)', 'ours (r2)']);
  expect(comparisons[0]).toMatchObject({
    measure: 'supportedPer100Words',
    difference: expect.closeTo(10, 9),
    count: 50,
    verdict: 'b-better',
  });
  await expect(
    compare({ ...later, request: { ...later.request, promptVersion: 'p9' } }),
  ).rejects.toMatchObject({ code: 'benchmark-run', message: expect.stringContaining('the prompt') });
});
