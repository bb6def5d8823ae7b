import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataset } from '../../src/benchmarks/datasets/open-dataset.ts';
import { measureRun } from '../../src/benchmarks/measure-run.ts';
import { compareInBench } from '../../src/commands/bench/compare-in-bench.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import {
  contenderOf,
  predictionOf,
  recordedItems,
  recordedPredictions,
  writeRun,
} from '../benchmarks/recorded-set.ts';
import { runNarrator } from './run-narrator.ts';

const own = mkdtempSync(join(tmpdir(), 'bench-compare-'));
let runs: string;

/** Two finished runs on a file of the user's own; the first is measured. */
beforeAll(async () => {
  const items = recordedItems().slice(0, 60);
  const file = join(own, 'own.json');
  const coco = {
    images: items.map(({ id }) => ({ id: Number(id), file_name: `${id}.jpg` })),
    annotations: items.flatMap(({ id, references }) =>
      references.map((caption, i) => ({ id: Number(id) * 10 + i, image_id: Number(id), caption })),
    ),
  };
  await writeFile(file, JSON.stringify(coco));
  const spec = `coco:${file}`;
  const { signal } = new AbortController();
  const dataset = await openDataset(spec, { signal });
  const contenders = ['near', 'short'].map(name => {
    const texts = recordedPredictions(name);
    return {
      contender: contenderOf(name),
      predictions: items.map(({ id }) => predictionOf(id, texts.get(id) ?? null)),
    };
  });
  const { folder, record, path } = await writeRun(dataset, contenders);
  runs = path;
  const measured = { ...record, dataset: { ...record.dataset, spec } };
  await folder.write(measured);
  await folder.writeScores(
    await measureRun({ folder, record: measured, dataset, resampling: { resamples: 200, seed: 1 }, signal }),
  );
  const later = { ...measured, id: 'r2', createdAt: 0 };
  await folder.write(later);
  for (const prediction of contenders[1]!.predictions) await folder.append(later, 'near', prediction);
  await folder.write({ ...later, id: 'r3', request: { ...later.request, promptVersion: 'p9' } });
}, 60_000);
afterAll(() => Promise.all([own, runs].map(path => rm(path, { recursive: true }))));

/** In this process: a process for each would take most of the time. */
async function compare(
  [run, a, b]: readonly [string, string, string],
  options: { with?: string; json?: boolean } = {},
) {
  const stdout = new PassThrough();
  const terminal: Terminal = {
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    env: {},
    signal: new AbortController().signal,
  };
  await compareInBench(terminal, { run, a, b }, { ...options, folder: runs });
  return stdout.end().read()?.toString() ?? '';
}

test('prints the paired tests of a run, and what they are adjusted for', async () => {
  const { status, stdout, stderr } = await runNarrator([
    'bench',
    'compare',
    'latest',
    'near',
    'short',
    '--folder',
    runs,
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^A: near\nB: short\n/);
  expect(stdout).toMatch(/^CIDEr-D +−0\.\d{3} +−[01]\.\d{3} to −0\.\d{3} +0\.0\d\d +60 +A is better$/m);
  expect(stdout).toMatch(/^No guess at sex .* no difference shown$/m);
  expect(stdout).toMatch(/adjusted \(Holm\) for all 21 comparisons of the run\. Shown below 0\.05/);
});

test('the other way round the signs turn, and nothing else', async () => {
  const forth = JSON.parse(await compare(['r1', 'near', 'short'], { json: true }));
  const back = JSON.parse(await compare(['r1', 'short', 'near'], { json: true }));
  const of = (report: typeof forth) =>
    report.comparisons.find(({ measure }: { measure: string }) => measure === 'cider');
  expect(of(forth)).toMatchObject({ a: 'near', b: 'short', verdict: 'a-better' });
  expect(of(back)).toMatchObject({
    a: 'short',
    b: 'near',
    verdict: 'b-better',
    difference: -of(forth).difference,
    interval: { low: -of(forth).interval.high, high: -of(forth).interval.low },
    adjustedP: of(forth).adjustedP,
  });
});

test('contenders of two runs are measured and compared', async () => {
  const stdout = await compare(['r1', 'near', 'near'], { with: 'r2' });
  expect(stdout).toMatch(/^A: near \(r1\)\nB: near \(r2\)\n/);
  expect(stdout).toMatch(/^CIDEr-D .* A is better$/m);
  expect(stdout).toContain('for the 21 measures of this comparison');
});

test('what cannot be compared is said, with the remedy', async () => {
  const cases: [[string, string, string], string | undefined, string, RegExp][] = [
    [['r1', 'near', 'nobody'], undefined, 'benchmark-run', /no contender “nobody”: it has near, short/],
    [['r1', 'near', 'near'], undefined, 'usage', /Name two contenders/],
    [['r2', 'near', 'short'], undefined, 'benchmark-scores', /has not been measured/],
    [['r1', 'near', 'near'], 'r3', 'benchmark-run', /the prompt \(version p1, p9\) differ/],
    [['r9', 'near', 'short'], undefined, 'benchmark-run', /There is no run r9/],
  ];
  for (const [names, other, code, message] of cases) {
    await expect(compare(names, other === undefined ? {} : { with: other })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  }
});
