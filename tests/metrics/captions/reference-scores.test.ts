import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scoreBleu } from '../../../src/metrics/captions/bleu.ts';
import { scoreCider } from '../../../src/metrics/captions/cider.ts';
import { scoreMeteor } from '../../../src/metrics/captions/meteor.ts';
import { indexNgrams } from '../../../src/metrics/captions/ngram-index.ts';
import { porterStem } from '../../../src/metrics/captions/porter-stemmer.ts';
import { scoreRougeL } from '../../../src/metrics/captions/rouge-l.ts';
import { type TokenizedSample, Vocabulary } from '../../../src/metrics/captions/vocabulary.ts';
import { openWordNet } from '../../../src/metrics/captions/wordnet.ts';
import { meanScore, scoreAll } from '../../../src/metrics/statistics.ts';

// Made by reference/score.py from pycocoevalcap and NLTK, with the WordNet 3.1 that the product uses.
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
const tokens: { candidate: string[]; references: string[][] }[] = fixture('samples.json');
const expected = fixture('scores.json');

const words = new Vocabulary();
const samples: TokenizedSample[] = tokens.map(({ candidate, references }) => ({
  candidate: candidate.map(word => words.id(word)),
  references: references.map(reference => reference.map(word => words.id(word))),
}));
const ngrams = indexNgrams(samples);

function expectClose(actual: ArrayLike<number>, wanted: readonly number[]) {
  expect(actual.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs(actual[i]! - value), `image ${i}`).toBeLessThan(1e-12);
}

test('BLEU-1 to BLEU-4 are pycocoevalcap’s, for the corpus and for each image', () => {
  const { corpus, perImage } = scoreBleu(ngrams);
  expectClose(corpus.map(scoreAll), expected.bleu.corpus);
  perImage.forEach((scores, n) => {
    expectClose(scores, expected.bleu.perImage[n]);
  });
});

test('the mean of sentence BLEU is not corpus BLEU', () => {
  const { corpus, perImage } = scoreBleu(ngrams);
  expect(Math.abs(scoreAll(meanScore(perImage[3]!)) - scoreAll(corpus[3]!))).toBeGreaterThan(0.01);
});

test('ROUGE-L is pycocoevalcap’s', () => {
  const scores = scoreRougeL(samples);
  expectClose(scores, expected.rougeL.perImage);
  expectClose([scoreAll(meanScore(scores))], [expected.rougeL.corpus]);
});

test('CIDEr-D is pycocoevalcap’s', () => {
  const scores = scoreCider(ngrams);
  expectClose(scores, expected.cider.perImage);
  expectClose([scoreAll(meanScore(scores))], [expected.cider.corpus]);
});

test('METEOR is NLTK’s', () => {
  const scores = scoreMeteor(samples, words, openWordNet());
  expectClose(scores, expected.meteor.perImage);
});

test('METEOR needs its synonyms: without WordNet it is lower', () => {
  const none = { version: 'none', synonyms: () => [], baseForms: () => [], synsets: () => [] };
  const without = scoreAll(meanScore(scoreMeteor(samples, words, none)));
  expect(without).toBeLessThan(expected.meteor.corpus - 0.001);
});

test('stems are NLTK’s', () => {
  const stems: Record<string, string> = fixture('stems.json');
  const wrong = Object.entries(stems).filter(([word, stem]) => porterStem(word) !== stem);
  expect(Object.keys(stems).length).toBeGreaterThan(1000);
  expect(wrong).toEqual([]);
});
