import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadTextEncoder } from '../../../src/inference/text-encoder.ts';
import { ptbTokenize } from '../../../src/metrics/captions/ptb-tokenize.ts';
import {
  CAPTION_METRICS,
  type CaptionSample,
  type MetricResult,
  scoreCaptions,
} from '../../../src/metrics/captions/score-captions.ts';
import { openWordNet } from '../../../src/metrics/captions/wordnet.ts';

const wordNet = openWordNet();
const encoder = await loadTextEncoder({
  model: fileURLToPath(new URL('fixtures/tiny-bert', import.meta.url)),
});
const resources = { openWordNet: () => wordNet, bertScore: { encoder, idf: false } };
const score = (samples: readonly CaptionSample[]) => scoreCaptions(samples, CAPTION_METRICS, resources);
const scoreOf = (results: readonly MetricResult[], name: string) => {
  const result = results.find(({ name: of }) => of.startsWith(name))!;
  return result.status === 'computed' ? result.score : undefined;
};

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'the',
    'man',
    'dog',
    'red',
    'sitting',
    'on',
    'with',
    'bench',
    'two',
    "it's",
    'x-ray',
    '3.5',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const caption = fc.array(word, { maxLength: 12 }).map(words => words.join(' '));
const reference = caption.map(text => `dog ${text}`);
const samplesArbitrary = fc
  .array(fc.record({ candidate: caption, references: fc.array(reference, { minLength: 1, maxLength: 3 }) }), {
    minLength: 2,
    maxLength: 6,
  })
  .map(samples => samples.map((sample, i) => ({ imageId: String(i), ...sample })));

function rangeOf(name: string): [number, number] {
  if (name === 'CIDEr-D') return [0, 10];
  if (name.startsWith('BERT')) return [-1, 1];
  if (name === 'Adjectives') return [0, Number.POSITIVE_INFINITY];
  return name === 'Adjectives per 100 words' ? [0, 100] : [0, 1];
}

test('scores stay in their ranges, whatever the text', async () => {
  await fc.assert(
    fc.asyncProperty(samplesArbitrary, async samples => {
      for (const result of await score(samples)) {
        if (result.status !== 'computed') continue;
        const [low, high] = rangeOf(result.name);
        for (const value of [result.score, ...result.perImage]) {
          if (value === null) continue;
          expect(value, result.name).toBeGreaterThanOrEqual(low - 1e-6);
          expect(value, result.name).toBeLessThanOrEqual(high + 1e-6);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the order of images and of references does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(samplesArbitrary, async samples => {
      const turned = samples
        .toReversed()
        .map(sample => ({ ...sample, references: sample.references.toReversed() }));
      const [a, b] = [await score(samples), await score(turned)];
      a.forEach((result, i) => {
        const other = b[i]!;
        if (result.status !== 'computed' || other.status !== 'computed') return;
        expect(other.score, result.name).toBeCloseTo(result.score, 6);
        other.perImage.toReversed().forEach((value, k) => {
          expect(value, result.name).toBeCloseTo(result.perImage[k]!, 6);
        });
      });
    }),
    { numRuns: 40 },
  );
});

test('a candidate that is its reference has the known maximum', async () => {
  const captions = [
    'A young girl standing on top of a tennis court.',
    'Two dogs sleep next to an old red bus.',
    'The kitchen has white walls and a small oven.',
  ];
  const results = await score(
    captions.map((text, i) => ({ imageId: String(i), candidate: text, references: [text] })),
  );
  for (const name of ['BLEU-1', 'BLEU-2', 'BLEU-3', 'BLEU-4', 'ROUGE-L', 'SPICE', 'BERTScore F1']) {
    expect(scoreOf(results, name), name).toBeCloseTo(1, 6);
  }
  expect(scoreOf(results, 'CIDEr-D')).toBeCloseTo(10, 9);
  // One chunk: 1 - 0.5 * (1 / words)^3.
  const expected = captions.map(text => 1 - 0.5 * (1 / ptbTokenize(text).length) ** 3);
  expect(scoreOf(results, 'METEOR')).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0) / 3, 12);
});

test('another caption scores less: the maximum is not all there is', async () => {
  const references = ['A young girl standing on top of a tennis court.'];
  const samples = ['A giraffe standing on top of a green field.', 'Nothing of this.'].map((candidate, i) => ({
    imageId: String(i),
    candidate,
    references,
  }));
  const results = await score(samples);
  for (const name of ['BLEU-4', 'ROUGE-L', 'METEOR', 'SPICE'])
    expect(scoreOf(results, name)).toBeLessThan(0.5);
});

describe('what cannot be computed says so and why', () => {
  const one = [{ imageId: '7', candidate: 'a dog', references: ['a dog on a bed'] }];

  test('CIDEr-D of one image', async () => {
    const [result] = await scoreCaptions(one, ['cider'], resources);
    expect(result).toEqual({
      status: 'not computed',
      name: 'CIDEr-D',
      reason: expect.stringContaining('there is one image'),
    });
  });

  test('BERTScore without a model', async () => {
    const [result] = await scoreCaptions(one, ['bertscore'], { openWordNet });
    expect(result).toMatchObject({
      status: 'not computed',
      reason: expect.stringContaining('--bertscore-model'),
    });
  });

  test('adjectives a hundred words where no candidate has words', async () => {
    const wordless = one.map(sample => ({ ...sample, candidate: '…' }));
    const [count, density] = await scoreCaptions(wordless, ['adjectives'], resources);
    expect(count).toMatchObject({ status: 'computed', score: 0 });
    expect(density).toMatchObject({ status: 'not computed', name: 'Adjectives per 100 words' });
  });

  test('SPICE where no reference names a thing', async () => {
    const [result] = await scoreCaptions(
      [{ imageId: '1', candidate: 'a dog', references: ['of the'] }],
      ['spice'],
      resources,
    );
    expect(result).toMatchObject({ status: 'not computed', name: 'SPICE (rule-based)' });
  });
});

test('an empty candidate is known to be bad: 0, not unknown', async () => {
  const samples = [
    { imageId: '1', candidate: '', references: ['a dog on a bed'] },
    { imageId: '2', candidate: 'a cat', references: ['a cat on a bed'] },
  ];
  for (const result of await score(samples)) {
    if (result.status === 'computed') expect(result.perImage[0], result.name).toBeCloseTo(0, 6);
  }
});

test('adjectives are counted in the candidates alone', async () => {
  const samples = [
    { imageId: '1', candidate: 'a small brown dog on a bed', references: ['a dog'] },
    { imageId: '2', candidate: 'a dog', references: ['a very large white dog'] },
  ];
  const [count, density] = await scoreCaptions(samples, ['adjectives'], resources);
  expect(count).toMatchObject({ name: 'Adjectives', score: 1, perImage: [2, 0] });
  expect(density).toMatchObject({ perImage: [expect.closeTo(200 / 7, 6), 0] });
});

test('an interrupt stops the scoring', async () => {
  const signal = AbortSignal.abort(new Error('stop'));
  await expect(
    scoreCaptions([{ imageId: '1', candidate: 'a', references: ['a'] }], ['bleu'], { ...resources, signal }),
  ).rejects.toThrow('stop');
});
