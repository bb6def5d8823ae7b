import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readGoals } from '../src/launch-goals.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Sample, Store } from '../src/store/store.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'narrator-goals-'));
  store = await openStore({ kind: 'sqlite', file: path.join(folder, 'narrator.sqlite') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const sample = (
  source: string,
  subject: string,
  metric: string,
  value: number | null,
  takenAt: number,
): Sample => ({
  ...{ source, subject, metric, value, takenAt, slot: takenAt, rawId: null },
  outcome: value === null ? 'missing' : 'value',
  reason: value === null ? 'no answer' : null,
});

it('has the three launch goals, none of them measured at first', async () => {
  const goals = await readGoals(store.samples);
  expect(goals.map(({ target, unit, latest }) => [target, unit, latest])).toEqual([
    [100, 'downloads', null],
    [500, 'engagements', null],
    [50, 'stars', null],
  ]);
});

it('takes the latest value of each, and all parts of a goal together', async () => {
  await store.samples.add([
    sample('huggingface', 'org/model', 'downloads', 40, 1000),
    sample('huggingface', 'org/model', 'downloads', 70, 2000),
    sample('huggingface', 'org/model', 'downloads', null, 3000),
    sample('x', 'post-1', 'engagements', 10, 5000),
    sample('reddit', 'post-2', 'engagements', 5, 4000),
    sample('github', 'org/repository', 'forks', 99, 1000),
  ]);
  const [downloads, engagements, stars] = await readGoals(store.samples);
  expect(downloads!.latest).toEqual({ value: 70, takenAt: 2000, source: 'huggingface: org/model' });
  expect(engagements!.latest).toEqual({ value: 15, takenAt: 4000, source: 'x: post-1, reddit: post-2' });
  expect(stars!.latest).toBeNull();
});
