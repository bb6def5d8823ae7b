import { expect, test } from 'vitest';
import { decodeCtc } from '../../../../../src/inference/engines/embedded/text/decode-ctc.ts';

const CHARACTERS = ['', 'a', 'b', ' '];

/** A step of the output in which one class has a probability and the others share the rest. */
function step(best: number, probability: number): number[] {
  return CHARACTERS.map((_, at) => (at === best ? probability : (1 - probability) / 3));
}

test('joins repeats, drops blanks, and keeps what a blank parts', () => {
  const steps = [
    step(0, 0.9),
    step(1, 0.9),
    step(1, 0.4),
    step(0, 0.8),
    step(1, 0.7),
    step(3, 1),
    step(2, 0.8),
  ];
  const { text, confidence } = decodeCtc(Float32Array.from(steps.flat()), CHARACTERS);
  expect(text).toBe('aa b');
  // Of the steps that a character begins at.
  expect(confidence).toBeCloseTo((0.9 + 0.7 + 1 + 0.8) / 4, 6);
});

test('reads nothing, with no confidence, from blanks and from no steps', () => {
  for (const steps of [[], step(0, 0.9)]) {
    expect(decodeCtc(Float32Array.from(steps), CHARACTERS)).toEqual({ text: '', confidence: 0 });
  }
});
