import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRunFolder } from '../../../src/benchmarks/run-folder.ts';
import { openApprovals } from '../../../src/launch/approval/open-approvals.ts';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { ThreadRow } from '../../../src/store/launch-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { makePrediction } from '../../benchmarks/make-run.ts';
import { DAY_MS, makeFinished, makeScores } from '../thread/make-scores.ts';
import { OPERATOR, versionOf } from './thread-desk.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-approvals-'));
  store = await openStore({ kind: 'sqlite', file: join(folder, 'test.sqlite') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A thread of a run that ended three days ago, on which a contender failed on so many of six images. */
async function draftOf({ failed = 0 } = {}): Promise<ThreadRow> {
  const runs = openRunFolder(join(folder, 'benchmarks'));
  const endedAt = Date.now() - 3 * DAY_MS;
  const record = makeFinished({ createdAt: endedAt - 1000, finishedAt: endedAt });
  await runs.write(record);
  for (const { name } of record.contenders) {
    await runs.append(record, name, makePrediction('1', { at: endedAt - 500 }));
  }
  const scores = makeScores(record);
  const contenders = scores.contenders.map(each => ({ ...each, answered: 6 - failed, failed }));
  await runs.writeScores({ ...scores, contenders, computedAt: endedAt + 1000 });
  const content = { parts: [{ text: 'Words about a run.', pictures: [] }] };
  const row = { id: 't-run', title: 'Words', content, contentHash: hashContent(content), numbers: [] };
  await store.launch.createThread({
    ...row,
    ...{ runId: record.id, postAt: null, createdAt: Date.now(), createdBy: 'cli:other' },
  });
  return (await store.launch.thread('t-run'))!;
}

async function approve(row: ThreadRow, approval: object) {
  const file = join(folder, 'launch.json');
  await writeFile(file, JSON.stringify({ approval }));
  const config = { launch: { file, x: null }, benchmarksFolder: join(folder, 'benchmarks') };
  return await openApprovals(config, store).approve(versionOf(row), OPERATOR);
}

it('lets a thread of a young and whole run be approved', async () => {
  expect((await approve(await draftOf(), { staleDays: 4 })).kind).toBe('done');
});

it('blocks the approval of a stale run, as the launch file says it then', async () => {
  const draft = await draftOf();
  const outcome = await approve(draft, { staleDays: 2 });
  expect(outcome).toMatchObject({ kind: 'refused', sentences: [expect.stringContaining('stale')] });
  expect((await store.launch.thread(draft.id))!.state).toBe('draft');
  expect((await approve(draft, { staleDays: 4 })).kind).toBe('done');
});

it('blocks the approval of a run that failed too often', async () => {
  const draft = await draftOf({ failed: 3 });
  const outcome = await approve(draft, { staleDays: 4 });
  expect(outcome).toMatchObject({
    kind: 'refused',
    sentences: expect.arrayContaining([expect.stringContaining('failed on 3 of 6')]),
  });
  expect((await store.launch.thread(draft.id))!.state).toBe('draft');
});

it('decides nothing with a launch file that cannot be used', async () => {
  const draft = await draftOf();
  await expect(approve(draft, { approvers: { discord: ['everyone'] } })).rejects.toMatchObject({
    code: 'bad-launch-file',
  });
  expect((await store.launch.thread(draft.id))!.state).toBe('draft');
});
