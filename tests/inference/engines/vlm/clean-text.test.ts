import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText, MAX_TEXT_LENGTH } from '../../../../src/inference/engines/vlm/clean-text.ts';

it.each([
  ['  A red\n\nbarn. \t', 'A red barn.'],
  ['A \u001b[31mred\u0007 barn\u202e.\u0000', 'A [31mred barn.'],
  ['A sign: @here https://example.org <b>.', 'A sign:.'],
  ['<think>Is it red?\nYes.</think>\nA red barn.', 'A red barn.'],
  ['<think>Is it red?', ''],
  ['half a pair \ud83d.', 'half a pair.'],
])('%j becomes %j', (text, cleaned) => {
  expect(cleanText(text)).toBe(cleaned);
});

it.each([
  ['A red barn. A blue sk', 'A red barn.'],
  ['A red barn. A blue sky!”', 'A red barn. A blue sky!”'],
  ['A red ba', 'A red ba'],
])('%j, where the model was stopped, becomes %j', (text, cleaned) => {
  expect(cleanText(text, false)).toBe(cleaned);
});

it('is one bounded paragraph without control characters, whatever a model writes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.nat(200),
      fc.boolean(),
      (part, times, finished) => {
        const cleaned = cleanText(part.repeat(times), finished);
        expect(cleaned.length).toBeLessThanOrEqual(MAX_TEXT_LENGTH);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        expect(cleanText(cleaned)).toBe(cleaned);
      },
    ),
    { numRuns: 200 },
  );
});
