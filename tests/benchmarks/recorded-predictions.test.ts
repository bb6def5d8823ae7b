import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HEADLINE_MEASURES } from '../../src/benchmarks/headline-measures.ts';
import { measureRun } from '../../src/benchmarks/measure-run.ts';
import { rankContenders } from '../../src/benchmarks/rank-contenders.ts';
import type { RunScores } from '../../src/benchmarks/scores.ts';
import { datasetOf, RECORDED, recordedItems, writeRecordedRun } from './recorded-set.ts';

interface OutsideTest {
  readonly measure: string;
  readonly a: string;
  readonly b: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  readonly adjustedP: number;
  readonly count: number;
}
interface OutsideScore {
  readonly score: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

// Made by reference/score_run.py with pycocoevalcap, NLTK and numpy.
const outside: {
  readonly permutations: number;
  readonly scores: Readonly<Record<string, Readonly<Record<string, OutsideScore>>>>;
  readonly groups: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
  readonly tests: readonly OutsideTest[];
  readonly ranks: Readonly<Record<string, Readonly<Record<string, number>>>>;
} = JSON.parse(readFileSync(new URL('fixtures/recorded/outside.json', import.meta.url), 'utf8'));

let scores: RunScores;
let path: string;
beforeAll(async () => {
  const run = await writeRecordedRun();
  path = run.path;
  scores = await measureRun({
    ...run,
    dataset: datasetOf(recordedItems()),
    resampling: { resamples: 1000, seed: 1 },
    signal: new AbortController().signal,
  });
}, 60_000);
afterAll(() => rm(path, { recursive: true }));

/** A bound drawn from 1,000 resamples is off by about 2 % of the interval's width; shares come in steps. */
function expectInterval(
  actual: { low: number; high: number } | null,
  wanted: { low: number; high: number },
  measure: string,
) {
  const unit = scores.measures.find(({ key }) => key === measure)!.unit;
  const slack = 0.12 * (wanted.high - wanted.low) + (unit === '%' ? 0.4 : 0.004);
  expect(Math.abs(actual!.low - wanted.low), `${measure}, low`).toBeLessThan(slack);
  expect(Math.abs(actual!.high - wanted.high), `${measure}, high`).toBeLessThan(slack);
}

test('every score and its count are those calculated outside, to the fourth decimal', () => {
  let compared = 0;
  for (const { name, results } of scores.contenders) {
    const wanted = outside.scores[name]!;
    const computed = Object.entries(results).filter(([, { status }]) => status === 'computed');
    expect(computed.map(([key]) => key).sort()).toEqual(Object.keys(wanted).sort());
    for (const [key, result] of computed) {
      if (result.status !== 'computed') continue;
      expect(Math.abs(result.score - wanted[key]!.score), `${key} of ${name}`).toBeLessThan(5e-5);
      expect(result.count, `${key} of ${name}`).toBe(wanted[key]!.count);
      expectInterval(result.interval, wanted[key]!, key);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(90);
});

test('CIDEr-D of a group uses the group’s own document frequencies, as coco-caption run on the group does', () => {
  for (const { name, groups } of scores.contenders) {
    for (const [group, results] of Object.entries(groups)) {
      for (const key of ['cider', 'bleu4']) {
        const result = results[key]!;
        if (result.status !== 'computed') throw new Error(`${key} of ${group} was not computed`);
        expect(
          Math.abs(result.score - outside.groups[name]![group]![key]!),
          `${key} of ${group}`,
        ).toBeLessThan(5e-5);
      }
    }
  }
});

test('every paired test is the one calculated outside: difference, interval, p, and who is better', () => {
  const key = ({ measure, a, b }: { measure: string; a: string; b: string }) => `${measure}: ${a}, ${b}`;
  expect(scores.comparisons.map(key).sort()).toEqual(outside.tests.map(key).sort());
  for (const wanted of outside.tests) {
    const actual = scores.comparisons.find(other => key(other) === key(wanted))!;
    expect(Math.abs(actual.difference - wanted.difference), key(wanted)).toBeLessThan(5e-5);
    expect(actual.count, key(wanted)).toBe(wanted.count);
    expectInterval(actual.interval, wanted, wanted.measure);
    const rounds = 1 / (1 / scores.permutations! + 1 / outside.permutations);
    const error = Math.sqrt((wanted.p * (1 - wanted.p)) / rounds);
    expect(Math.abs(actual.p - wanted.p), key(wanted)).toBeLessThan(4.5 * error + 2 / scores.permutations!);
    expect(actual.verdict !== 'no-difference-shown', key(wanted)).toBe(wanted.adjustedP < 0.05);
  }
});

test('ranks are exactly those calculated outside', () => {
  for (const [measure, wanted] of Object.entries(outside.ranks)) {
    const actual = rankContenders(scores, measure);
    expect(Object.fromEntries(actual.map(({ contender, rank }) => [contender, rank])), measure).toEqual(
      wanted,
    );
  }
  // The set tells the good from the bad, or the agreement would say nothing.
  expect(outside.ranks.cider).toEqual({ nearer: 1, near: 2, mixed: 3, short: 4 });
  expect(new Set(Object.values(outside.ranks.guidelineNoGuessOfSex!))).toEqual(new Set([1]));
});

test('images without a prediction are counted and in no figure', () => {
  const mixed = scores.contenders.find(({ name }) => name === 'mixed')!;
  expect([mixed.answered, mixed.failed]).toEqual([288, 12]);
  expect(mixed.results.bleu4).toMatchObject({
    count: 288,
    note: expect.stringContaining('without the 12 that it failed on'),
  });
  expect(
    scores.comparisons.filter(({ a, b }) => a === 'mixed' || b === 'mixed').map(({ count }) => count),
  ).not.toContain(300);
});

test('claims say what the tests say and no more', () => {
  const headline = scores.comparisons.filter(({ measure }) => HEADLINE_MEASURES.has(measure));
  expect(scores.claims.length).toBe(headline.length);
  for (const [i, { text, measure, a, b }] of scores.claims.entries()) {
    const { verdict, count } = headline[i]!;
    const label = scores.measures.find(({ key }) => key === measure)!.label;
    expect(text.startsWith(`On ${count} images, `)).toBe(true);
    const better =
      verdict === 'a-better'
        ? `${a} is better than ${b} on ${label} (`
        : `${b} is better than ${a} on ${label} (`;
    if (verdict === 'no-difference-shown') {
      expect(text).toContain(`no difference shown between ${a} and ${b} on ${label} (`);
      expect(text).not.toContain('better');
    } else expect(text).toContain(better);
    expect(text).toContain('are not known here.');
  }
});

test('what recorded predictions cannot tell is not computed, with a reason', () => {
  for (const name of RECORDED) {
    const { results } = scores.contenders.find(contender => contender.name === name)!;
    for (const key of [
      'supportedPer100Words',
      'describeMsP50',
      'peakMemoryBytes',
      'bertscoreF1',
      'guidelineFitsGap',
    ])
      expect(results[key]).toEqual({
        status: 'not computed',
        reason: expect.stringMatching(/^[A-Zi].+\.$/s),
      });
    const targets = scores.targets.filter(({ contender }) => contender === name);
    expect(targets.map(({ outcome }) => outcome)).toEqual([
      'not met',
      'not measured',
      'not measured',
      'not measured',
    ]);
  }
});
