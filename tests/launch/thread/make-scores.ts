import sharp from 'sharp';
import type { RunRecord } from '../../../src/benchmarks/run-record.ts';
import type { RunScores } from '../../../src/benchmarks/scores.ts';
import type { ThreadPicture } from '../../../src/launch/thread/thread.ts';
import { makeRecord } from '../../benchmarks/make-run.ts';

export const DAY_MS = 86_400_000;
export const ENDED_AT = Date.UTC(2026, 10, 25, 12);

/** A finished run of two contenders, one of whose names is full of digits. */
export function makeFinished(parts: Partial<RunRecord> = {}): RunRecord {
  const record = makeRecord({
    state: 'finished',
    createdAt: ENDED_AT - 60_000,
    finishedAt: ENDED_AT,
    commit: '1930e45c0ffee',
    ...parts,
  });
  const contenders = ['embedded', 'vlm:org/seer-3b-v1.5'].map((name, index) => ({
    ...record.contenders[index]!,
    ...{ name, spec: name, slug: `c${index}` },
  }));
  return { ...record, contenders: parts.contenders ?? contenders };
}

export const CLAIM =
  'On 6 images, embedded is better than vlm:org/seer-3b-v1.5 on Supported adjectives (difference +3.25 per 100 words, 95 % interval +0.50 to +6.10, adjusted p < 0.001).';

/** Scores of `makeFinished`. BERTScore was computed for nobody, CIDEr-D for one of the two. */
export function makeScores({ id, contenders }: RunRecord, parts: Partial<RunScores> = {}): RunScores {
  const [one, other] = contenders as [RunRecord['contenders'][0], RunRecord['contenders'][0]];
  const computed = (score: number, low: number, high: number) => ({
    ...{ status: 'computed' as const, score, interval: { low, high }, count: 6, note: null },
  });
  const none = (reason: string) => ({ status: 'not computed' as const, reason });
  const measure = (key: string, label: string, unit: string) => ({
    ...{ key, label, unit, better: 'higher' as const, family: 'captions' as const },
  });
  return {
    schema: 1,
    runId: id,
    computedAt: ENDED_AT + 1000,
    resamples: 1000,
    seed: 1,
    measures: [
      measure('supportedPer100Words', 'Supported adjectives', 'per 100 words'),
      measure('contradictedShare', 'Contradicted', '%'),
      measure('cider', 'CIDEr-D', ''),
      measure('describeMsP50', 'Median time', 'ms'),
      measure('bertScore', 'BERTScore', ''),
    ],
    contenders: [
      {
        name: one.name,
        ...{ answered: 6, failed: 0, groups: {} },
        results: {
          supportedPer100Words: computed(24.961, 20.04, 28.5),
          contradictedShare: computed(4.21, 1, 9),
          cider: computed(0.3127, 0.1, 0.5),
          describeMsP50: computed(412.4, 380, 530.2),
          bertScore: none('No model for it was given.'),
        },
      },
      {
        name: other.name,
        ...{ answered: 6, failed: 0, groups: {} },
        results: {
          supportedPer100Words: computed(21.711, 18.2, 25.13),
          contradictedShare: computed(8, 2, 15.5),
          cider: none('The set has no references.'),
          describeMsP50: computed(1843.9, 1500, 2200),
          bertScore: none('No model for it was given.'),
        },
      },
    ],
    comparisons: [],
    targets: [],
    claims: [{ text: CLAIM, measure: 'supportedPer100Words', a: one.name, b: other.name }],
    ...parts,
  };
}

/** A PNG of one colour. */
export async function makePicture(parts: Partial<ThreadPicture> = {}): Promise<ThreadPicture> {
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#0072b2' } })
    .png()
    .toBuffer();
  return {
    fileName: 'supported.png',
    pngBase64: png.toString('base64'),
    altText: 'Bar chart: supported adjectives. embedded: 25.0.',
    ...parts,
  };
}
