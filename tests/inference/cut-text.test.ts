import { expect, it } from 'vitest';
import { shortenDescription } from '../../src/inference/cut-text.ts';

const description = {
  text: 'A red door. A sign reads: OPEN. A blue sky.',
  shortened: false,
  evidence: [
    { word: 'red', start: 2, end: 5, noun: 'door', measure: 'colour', value: '', strength: 1 },
    { word: 'blue', start: 34, end: 38, noun: 'sky', measure: 'colour', value: '', strength: 1 },
  ],
  quotes: [{ start: 26, end: 30 }],
};

it('a description that fits is left as it is', () => {
  expect(shortenDescription(description, 43)).toBe(description);
});

it('a shortened description has only the evidence and the quotations that it still has', () => {
  expect(shortenDescription(description, 35)).toMatchObject({
    text: 'A red door. A sign reads: OPEN.',
    shortened: true,
    evidence: [{ word: 'red' }],
    quotes: [{ start: 26, end: 30 }],
  });
  expect(shortenDescription(description, 12)).toMatchObject({ text: 'A red door.', quotes: [] });
});
