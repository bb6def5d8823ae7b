import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadTextEncoder, TextEncoderError } from '../../../src/inference/text-encoder.ts';
import { scoreBertScore } from '../../../src/metrics/captions/bertscore.ts';

const path = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'));
// A BERT of random weights, made by reference/export_encoder.py; scores made by reference/bertscore.py.
const model = path('tiny-bert');
const captions: { candidate: string; references: string[] }[] = read('bertscore-captions.json');
const samples = captions.map((caption, i) => ({ imageId: String(i), ...caption }));
const expected: Record<string, Record<'precision' | 'recall' | 'f1', number[]>> = read('bertscore.json');

test.each([
  ['layer 2', undefined, false],
  ['layer 2 idf', 2, true],
  ['layer 1', 1, false],
  ['layer 1 idf', 1, true],
])('BERTScore is bert_score’s: %s', async (key, layer, idf) => {
  const encoder = await loadTextEncoder({ model, layer });
  const scores = await scoreBertScore(samples, { encoder, idf });
  for (const kind of ['precision', 'recall', 'f1'] as const) {
    expected[key]![kind].forEach((value, i) => {
      expect(Math.abs(scores[kind][i]! - value), `${kind} of image ${i}`).toBeLessThan(1e-6);
    });
  }
  expect(scores.note).toContain('tiny-bert');
});

test('a baseline moves 1 to 1 and itself to 0', async () => {
  const encoder = await loadTextEncoder({ model });
  const plain = await scoreBertScore(samples, { encoder, idf: false });
  const baseline = { precision: plain.precision[0]!, recall: 0.5, f1: 0.5 };
  const rescaled = await scoreBertScore(samples, { encoder, idf: false, baseline });
  expect(rescaled.precision[0]).toBe(0);
  expect(rescaled.f1[3]).toBeCloseTo(1, 5);
  expect(rescaled.recall[0]).toBeCloseTo(2 * plain.recall[0]! - 1, 6);
});

test('a model or a layer that is not there is named', async () => {
  await expect(loadTextEncoder({ model: path('no-such-model') })).rejects.toThrow(TextEncoderError);
  const encoder = await loadTextEncoder({ model, layer: 9 });
  await expect(encoder.encode(['a dog'])).rejects.toThrow(
    /does not give layer 9; its outputs are .*hidden_states\.2/,
  );
});
