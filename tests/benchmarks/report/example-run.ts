import type { RunRecord } from '../../../src/benchmarks/run-record.ts';
import type { MeasureResult, RunScores } from '../../../src/benchmarks/scores.ts';

/** A name that would format, link, end a cell and begin a command. */
export const HOSTILE = '=vlm:<b>|`x`*y*_z_ [l](https://a.example) & @all % $ # \\cmd{ } ~^"';

export const record: RunRecord = {
  schema: 1,
  id: '2026-11-25-nocaps-1a2b3c',
  state: 'finished',
  createdAt: Date.UTC(2026, 10, 25, 9),
  finishedAt: Date.UTC(2026, 10, 25, 10),
  commit: 'c81d3ca0123456789',
  isDirty: false,
  version: '0.1.0',
  dataset: {
    name: 'NoCaps validation',
    spec: 'nocaps:nocaps.json',
    split: 'validation',
    task: 'caption',
    hash: 'ab'.repeat(32),
    count: 4500,
    sampled: 500,
    seed: 1,
    remarks: ['It has ten references an image.'],
  },
  request: { style: 'vivid', promptVersion: '1', maxTokens: 256 },
  contenders: [
    contender('embedded', 'engine', 'embedded', ['It speaks no model’s language.']),
    contender(HOSTILE, 'recorded', 'recorded', []),
  ],
  machine: { cpu: 'Some CPU', cores: 2, memoryBytes: 24 * 2 ** 30, gpu: null, platform: 'linux x64' },
  versions: { node: '24.21.0' },
};

function contender(
  name: string,
  kind: 'engine' | 'recorded',
  slug: string,
  remarks: string[],
): RunRecord['contenders'][number] {
  const identity = { engine: kind, model: name, revision: null, promptVersion: null, maxTokens: null };
  return { name, spec: name, slug, kind, identity: { ...identity, parametersB: null, remarks }, loadsMs: [] };
}

const is = (score: number, low: number, high: number, note: string | null = null): MeasureResult => ({
  status: 'computed',
  score,
  interval: { low, high },
  count: 500,
  note,
});
const not = (reason: string): MeasureResult => ({ status: 'not computed', reason });

export const scores: RunScores = {
  schema: 1,
  runId: record.id,
  computedAt: Date.UTC(2026, 10, 25, 11),
  resamples: 1000,
  seed: 1,
  measures: [
    measure('supportedPer100Words', 'Supported adjectives', 'per 100 words', 'higher', 'adjectives'),
    measure('adjectivesPer100Words', 'Adjectives', 'per 100 words', 'neither', 'adjectives'),
    measure('cider', 'CIDEr-D', '', 'higher', 'captions'),
    measure('bertscoreF1', 'BERTScore F1', '', 'higher', 'captions'),
    measure('describeMsP50', 'Time, median', 'ms', 'lower', 'efficiency'),
    measure('peakMemoryBytes', 'Peak memory', 'bytes', 'lower', 'efficiency'),
  ],
  contenders: [
    {
      name: 'embedded',
      answered: 500,
      failed: 0,
      results: {
        supportedPer100Words: is(21.13, 18.2, 24, 'different supported adjectives'),
        adjectivesPer100Words: is(30.5, 28, 33),
        cider: is(0.4123, 0.39, 0.44),
        bertscoreF1: not('It needs an encoder model.'),
        describeMsP50: is(1309.4, 1200, 1400),
        peakMemoryBytes: { status: 'computed', score: 512_300_000, interval: null, count: 1, note: null },
      },
      groups: { 'out-domain': { cider: is(0.2, 0.1, 0.3) } },
    },
    {
      name: HOSTILE,
      answered: 498,
      failed: 2,
      results: {
        supportedPer100Words: is(12.5, 11, 14, 'different supported adjectives'),
        adjectivesPer100Words: is(20, 18, 22),
        cider: is(0.9, 0.88, 0.93),
        bertscoreF1: not('It needs an encoder model.'),
        describeMsP50: not('It was not run here.'),
        peakMemoryBytes: not('It was not run here.'),
      },
      groups: {},
    },
  ],
  comparisons: [
    {
      measure: 'cider',
      a: 'embedded',
      b: HOSTILE,
      difference: 0.4877,
      interval: { low: 0.45, high: 0.52 },
      p: 0.0005,
      adjustedP: 0.001,
      count: 498,
      verdict: 'b-better',
    },
  ],
  targets: [
    {
      contender: 'embedded',
      target: 'Under 500 ms a description',
      outcome: 'not met',
      detail: '1,309 ms at the median',
    },
  ],
  claims: [
    { text: 'On 498 images, B is better than A on CIDEr-D.', measure: 'cider', a: 'embedded', b: HOSTILE },
  ],
};

function measure(
  key: string,
  label: string,
  unit: string,
  better: 'higher' | 'lower' | 'neither',
  family: 'adjectives' | 'captions' | 'efficiency',
): RunScores['measures'][number] {
  return { key, label, unit, better, family };
}
