import { expect, test } from 'vitest';
import { reportDescription } from '../src/description-report.ts';
import type { Narration } from '../src/inference/narrator.ts';

const TEXT = 'A sign reads “Beautiful big red shoes”.';
const QUOTED = 'Beautiful big red shoes';

function narrationOf(quotes: Narration['quotes']): Narration {
  const source = {
    format: 'png' as const,
    width: 1,
    height: 1,
    bytes: 1,
    sha256: '0'.repeat(64),
    animated: false,
    transparent: false,
  };
  return {
    text: TEXT,
    quotes,
    style: 'vivid',
    shortened: false,
    engine: { name: 'e', model: 'm' },
    image: source,
    decoded: { pixels: new Uint8Array(3), width: 1, height: 1, source },
    timings: { read: 0, load: 0, decode: 0, describe: 0, total: 0 },
  };
}

test('words that a description quotes are counted neither as words nor as adjectives', () => {
  const start = TEXT.indexOf(QUOTED);
  const { density, adjectives, quotes } = reportDescription(
    'a.png',
    narrationOf([{ start, end: start + QUOTED.length }]),
  );
  expect(quotes!.map(quote => TEXT.slice(quote.start, quote.end))).toEqual([QUOTED]);
  expect(adjectives).toEqual([]);
  // The same text with no word of quotations: all are counted.
  const whole = reportDescription('a.png', narrationOf([]));
  expect(whole.adjectives.map(({ word }) => word)).toEqual(['Beautiful', 'big', 'red']);
  expect(whole.density.words - density.words).toBe(QUOTED.split(' ').length);
  expect(reportDescription('a.png', narrationOf(undefined)).quotes).toBeNull();
});
