import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAtSentenceEnd, cutAtWordEnd } from '../../src/inference/cut-text.ts';

test('a quotation is not cut between its sentences', () => {
  const text = 'A dog runs. A sign reads “Stop. Look. Go”. The sky is blue.';
  expect(cutAtSentenceEnd(text, 58)).toBe('A dog runs. A sign reads “Stop. Look. Go”.');
  expect(cutAtSentenceEnd(text, 40)).toBe('A dog runs.');
});

test('a quotation that is cut after a word is closed', () => {
  expect(cutAtSentenceEnd('A sign reads “Stop. Look. Go”.', 26)).toBe('A sign reads “Stop. Look…”');
  expect(cutAtWordEnd('A sign reads “Stop”.', 14)).toBe('A sign reads…');
});

test('a cut keeps to its limit, and leaves no quotation open', () => {
  const piece = fc.constantFrom('dog', 'A', ' ', '. ', '“', '”', 'runs', '!', '…', '🐕');
  const text = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 60 }), (text, maxChars) => {
      for (const cut of [cutAtSentenceEnd, cutAtWordEnd]) {
        const short = cut(text, maxChars);
        expect(short.length).toBeLessThanOrEqual(maxChars);
        if (short !== text) expect(short.lastIndexOf('“')).toBeLessThanOrEqual(short.lastIndexOf('”'));
      }
    }),
  );
});
