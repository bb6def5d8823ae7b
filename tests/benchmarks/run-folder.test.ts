import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRunFolder, type RunFolder } from '../../src/benchmarks/run-folder.ts';
import type { RunScores } from '../../src/benchmarks/scores.ts';
import { makePrediction, makeRecord } from './make-run.ts';

let root: string;
let folder: RunFolder;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'run-folder-'));
  folder = openRunFolder(path.join(root, 'benchmarks'));
});
afterEach(() => rm(root, { recursive: true }));

const record = makeRecord();
const predictionsOf = (slug: string) => path.join(folder.pathOf(record.id), 'predictions', `${slug}.jsonl`);

test('a record is read as it was written, and another takes its place', async () => {
  await folder.write(record);
  expect(await folder.read(record.id)).toEqual(record);
  const finished = { ...record, state: 'finished' as const, finishedAt: 5 };
  await folder.write(finished);
  expect(await folder.read(record.id)).toEqual(finished);
  expect(await readdir(folder.pathOf(record.id))).toEqual(['run.json']);
});

test('lists the newest first and names what cannot be read', async () => {
  const older = makeRecord({ id: '2026-11-24-older', createdAt: 1, state: 'finished', finishedAt: 2 });
  await folder.write(older);
  await folder.write(record);
  await mkdir(folder.pathOf('2026-11-20-damaged'));
  await writeFile(path.join(folder.pathOf('2026-11-20-damaged'), 'run.json'), '{"schema": 1');
  const { runs, unreadable } = await folder.list();
  expect(runs.map(({ id }) => id)).toEqual([record.id, older.id]);
  expect(unreadable).toEqual(['2026-11-20-damaged']);
  await expect(folder.read('2026-11-20-damaged')).rejects.toMatchObject({
    code: 'benchmark-run',
    message: expect.stringContaining('run.json is not JSON'),
  });
});

test('latest is the newest finished run', async () => {
  await expect(folder.read('latest')).rejects.toMatchObject({ code: 'benchmark-run' });
  await folder.write(makeRecord({ id: 'a', createdAt: 1, state: 'finished' }));
  await folder.write(makeRecord({ id: 'b', createdAt: 2, state: 'finished' }));
  await folder.write(makeRecord({ id: 'c', createdAt: 3, state: 'running' }));
  expect((await folder.read('latest')).id).toBe('b');
});

test('a record of another shape is refused, and says where', async () => {
  await folder.write(record);
  const file = path.join(folder.pathOf(record.id), 'run.json');
  await writeFile(file, JSON.stringify({ ...record, dataset: { ...record.dataset, hash: 7 } }));
  await expect(folder.read(record.id)).rejects.toThrow('dataset.hash');
  await writeFile(file, JSON.stringify({ ...record, id: 'another' }));
  await expect(folder.read(record.id)).rejects.toThrow('record of another run');
});

test.each(['..', '../other', '/etc', 'a/b', 'a\\b', '', '.hidden', 'A', `a${'b'.repeat(200)}`])(
  'the id %j leads nowhere',
  async id => {
    expect(() => folder.pathOf(id)).toThrow('no run');
    await expect(folder.read(id)).rejects.toMatchObject({ code: 'benchmark-run' });
    await expect(folder.write({ ...record, id })).rejects.toMatchObject({ code: 'benchmark-run' });
  },
);

test('a slug that leads elsewhere is refused', async () => {
  const hostile = makeRecord();
  hostile.contenders[0]!.slug = '../../elsewhere';
  await expect(folder.append(hostile, 'embedded', makePrediction('1'))).rejects.toMatchObject({
    code: 'benchmark-run',
  });
  expect(await readdir(root)).toEqual([]);
});

test('the last prediction of an item counts, in the place of its first', async () => {
  const failed = makePrediction('b', { text: null, error: { code: 'endpoint-timeout', message: 'Late.' } });
  expect(await folder.predictions(record, 'embedded')).toEqual([]);
  // All at once: none is lost, and each line is whole.
  await Promise.all([
    folder.append(record, 'embedded', makePrediction('a')),
    folder.append(record, 'embedded', failed),
    folder.append(record, 'embedded', makePrediction('c')),
    folder.append(record, 'openai:m', makePrediction('z')),
  ]);
  await folder.append(record, 'embedded', makePrediction('b'));
  const found = await folder.predictions(record, 'embedded');
  expect(found.map(({ id, error }) => [id, error])).toEqual([
    ['a', null],
    ['b', null],
    ['c', null],
  ]);
  expect((await folder.predictions(record, 'openai:m')).map(({ id }) => id)).toEqual(['z']);
});

test('a line that was cut off anywhere is left out, and cut off before the next', async () => {
  const lines = ['a', 'b — “ü”'].map(id => `${JSON.stringify(makePrediction(id))}\n`);
  const whole = Buffer.from(lines.join(''));
  const first = Buffer.byteLength(lines[0]!);
  await mkdir(path.dirname(predictionsOf('embedded')), { recursive: true });
  for (let length = first; length < whole.length; length += 7) {
    await writeFile(predictionsOf('embedded'), whole);
    await truncate(predictionsOf('embedded'), length);
    expect((await folder.predictions(record, 'embedded')).map(({ id }) => id)).toEqual(['a']);
    await folder.append(record, 'embedded', makePrediction('c'));
    const found = await folder.predictions(record, 'embedded');
    expect(found).toEqual([makePrediction('a'), makePrediction('c')]);
  }
});

test('a long torn line at the very beginning is cut off as well', async () => {
  await mkdir(path.dirname(predictionsOf('embedded')), { recursive: true });
  await writeFile(predictionsOf('embedded'), 'x'.repeat(200_000));
  await folder.append(record, 'embedded', makePrediction('a'));
  expect(await readFile(predictionsOf('embedded'), 'utf8')).toBe(`${JSON.stringify(makePrediction('a'))}\n`);
});

test('a damaged line that is whole is no accident: it is named', async () => {
  await folder.append(record, 'embedded', makePrediction('a'));
  await appendFile(predictionsOf('embedded'), '{"id": 7}\n');
  await expect(folder.predictions(record, 'embedded')).rejects.toThrow('line 2');
});

test('scores are null before they are written', async () => {
  const scores: RunScores = {
    ...{ schema: 1, runId: record.id, computedAt: 1, resamples: 10, seed: 1, measures: [] },
    ...{ contenders: [], comparisons: [], targets: [], claims: [] },
  };
  expect(await folder.scores(record.id)).toBeNull();
  await folder.writeScores(scores);
  expect(await folder.scores(record.id)).toEqual(scores);
});
