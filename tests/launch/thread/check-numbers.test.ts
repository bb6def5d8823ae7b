import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunFolder, type RunFolder } from '../../../src/benchmarks/run-folder.ts';
import type { RunRecord } from '../../../src/benchmarks/run-record.ts';
import type { RunScores } from '../../../src/benchmarks/scores.ts';
import { applyEdit } from '../../../src/launch/thread/apply-edit.ts';
import { checkNumbers } from '../../../src/launch/thread/check-numbers.ts';
import { draftThread } from '../../../src/launch/thread/draft-thread.ts';
import { makePrediction } from '../../benchmarks/make-run.ts';
import { DAY_MS, ENDED_AT, makeFinished, makePicture, makeScores } from './make-scores.ts';
import { openTempStore, type TempStore } from './open-temp-store.ts';

const NOW = ENDED_AT + DAY_MS;
const LIMITS = { staleDays: 14, maxFailedPercent: 2 };
const TEMPLATE = `On {{run.images}} images of {{run.dataset}}: {{run.embedded.supportedPer100Words}}, {{count.embedded.cider}} of them scored.
? {{claim.1}}
---
Stars: {{sample.github.org/name.stars}}, commit {{run.commit}} of {{run.date}}
{{chart.supported}}`;
const SAMPLE = {
  ...{ source: 'github', subject: 'org/name', metric: 'stars', value: 1234, outcome: 'value' as const },
  ...{ reason: null, rawId: null, takenAt: NOW - 5000, slot: NOW - 6000 },
};

let temp: TempStore;
let runs: RunFolder;
let record: RunRecord;
let scores: RunScores;
let thread: Parameters<typeof checkNumbers>[0];
beforeEach(async () => {
  temp = await openTempStore();
  await temp.store.samples.add([SAMPLE]);
  runs = openRunFolder(join(temp.folder, 'benchmarks'));
  record = makeFinished();
  scores = makeScores(record);
  await runs.write(record);
  for (const { name } of record.contenders) {
    await runs.append(record, name, makePrediction('1', { at: ENDED_AT - 1000 }));
  }
  await runs.writeScores(scores);
  const picture = await makePicture();
  const drafted = await draftThread({
    ...{ record, scores, template: TEMPLATE, samples: temp.store.samples, now: NOW, limits: LIMITS },
    drawCharts: async () => [picture],
  });
  thread = { ...drafted, runId: record.id, createdAt: NOW };
});
afterEach(() => temp.close());

const check = (now = NOW, row = thread) =>
  checkNumbers(row, { runs, samples: temp.store.samples, now, limits: LIMITS });

/** The scores with one result of `embedded` changed. */
function withResult(key: string, result: RunScores['contenders'][0]['results'][string]): RunScores {
  const [first, ...rest] = scores.contenders;
  return { ...scores, contenders: [{ ...first!, results: { ...first!.results, [key]: result } }, ...rest] };
}

describe('checkNumbers', () => {
  it('has nothing to say of what is still so', async () => {
    expect(await check()).toEqual([]);
    expect(await check(NOW + 3 * DAY_MS)).toEqual([]);
  });

  it('blocks a number that the run gives otherwise now', async () => {
    const computed = { status: 'computed', interval: null, count: 6, note: null } as const;
    // It is shown the same, and is another value all the same.
    await runs.writeScores(withResult('supportedPer100Words', { ...computed, score: 24.962 }));
    expect(await check()).toEqual([
      expect.stringMatching(
        /^The number 25\.0 per 100 words is 25\.0 per 100 words now \(run:.*\/embedded\/supportedPer100Words\)/,
      ),
    ]);
    await runs.writeScores(
      withResult('supportedPer100Words', { status: 'not computed', reason: 'There are no pictures.' }),
    );
    expect(await check()).toEqual([
      expect.stringMatching(
        /^The number 25\.0 per 100 words has no value any more .*There are no pictures\./,
      ),
    ]);
  });

  it('blocks a comparison that no paired test makes any more', async () => {
    await runs.writeScores({ ...scores, claims: [] });
    const faults = await check();
    expect(faults).toContainEqual(expect.stringContaining('no paired test of the run says so now'));
    expect(faults).toContainEqual(expect.stringMatching(/^The number \+3\.25 has no value any more/));
  });

  it('blocks a run that is unfinished, unmeasured, failed, stale, or gone', async () => {
    await runs.write({ ...record, state: 'running' });
    expect(await check()).toEqual([expect.stringContaining('is not finished')]);
    await runs.write(record);

    const failed = scores.contenders.map(each => ({ ...each, answered: 5, failed: 1 }));
    await runs.writeScores({ ...scores, contenders: failed });
    expect(await check()).toEqual([
      expect.stringContaining('embedded failed on 1 of 6 images'),
      expect.stringContaining('vlm:org/seer-3b-v1.5 failed on 1 of 6'),
    ]);
    await runs.writeScores(scores);

    expect(await check(ENDED_AT + 14 * DAY_MS)).toEqual([]);
    expect(await check(ENDED_AT + 14 * DAY_MS + 1)).toEqual([
      expect.stringContaining('ended 14 days ago; after 14 days'),
    ]);
    // Fifteen days after the sample, too.
    expect(await check(NOW + 15 * DAY_MS)).toEqual([
      expect.stringContaining('ended 16 days ago'),
      expect.stringMatching(
        /^The number 1,234 is stale: stars of org\/name \(github\) was measured 15 days ago/,
      ),
    ]);

    expect(await check(NOW, { ...thread, runId: 'another' })).toEqual([
      expect.stringMatching(/^The run another cannot be read: There is no run another/),
    ]);
  });

  it('blocks where there are newer predictions than the scores, or newer scores than the charts', async () => {
    await runs.append(record, 'embedded', makePrediction('2', { at: scores.computedAt + 1 }));
    expect(await check()).toEqual([expect.stringContaining('predictions that are newer than its scores')]);
    await runs.writeScores({ ...scores, computedAt: NOW + 1 });
    expect(await check(NOW + 2)).toEqual([expect.stringContaining('since its charts were drawn')]);
    const plain = {
      ...thread,
      content: { parts: thread.content.parts.map(part => ({ ...part, pictures: [] })) },
    };
    expect(await check(NOW + 2, plain)).toEqual([]);
  });

  it('blocks what has no source: a number, a comparison, a reference to another run', async () => {
    const [first, ...rest] = thread.content.parts;
    const changed = (text: string) => ({ ...thread, content: { parts: [{ ...first!, text }, ...rest] } });
    expect(await check(NOW, changed('It has 9.88 adjectives, the best of all.'))).toEqual([
      'Part 1 has the figure “9.88” without a source.',
      'Part 1 compares (“best”), and no paired test of the run says so now.',
    ]);
    const foreign = { shown: '9.88', reference: 'run:other/embedded/adjectives', value: 9.88 };
    const made = { shown: '9.88', reference: 'hearsay', value: 9.88 };
    expect(await check(NOW, { ...thread, numbers: [...thread.numbers, foreign, made] })).toEqual([
      'The number 9.88 has the source run:other/embedded/adjectives, which nothing here has.',
      'The number 9.88 has the source hearsay, which nothing here has.',
    ]);
    const none = { shown: '5', reference: `sample:github/org/name/stars@${NOW}`, value: 5 };
    const other = { shown: '5', reference: `sample:github/org/name/stars@${SAMPLE.slot}`, value: 5 };
    expect(await check(NOW, { ...thread, numbers: [...thread.numbers, none, other] })).toEqual([
      'The number 5 has no sample of stars of org/name (github) any more.',
      'The number 5 is 1234 in the sample of stars of org/name (github).',
    ]);
  });

  it('blocks a thread that does not say, or no longer says, what has to stand beside the scores', async () => {
    await runs.write({ ...record, dataset: { ...record.dataset, remarks: ['Its text is synopsis.'] } });
    expect(await check()).toEqual([expect.stringMatching(/is not in the thread: “Its text is synopsis\.”/)]);
    const [first, ...rest] = thread.content.parts;
    const content = { parts: [{ ...first!, text: `${first!.text}\nIts text is synopsis.` }, ...rest] };
    expect(await check(NOW, { ...thread, content })).toEqual([]);
  });

  it('lets an edited thread pass that says the same in other words', async () => {
    const { content, numbers } = applyEdit(
      thread,
      'We looked at 6 images of Samples and found 25.0 per 100 words.\n---\nStars: 1,234',
    );
    expect(numbers.length).toBeLessThan(thread.numbers.length);
    expect(await check(NOW, { ...thread, content, numbers })).toEqual([]);
  });
});
