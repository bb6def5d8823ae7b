import { expect, test } from 'vitest';
import { findQuotes } from '../../src/inference/find-quotes.ts';

const quotesOf = (text: string) => findQuotes(text).map(({ start, end }) => text.slice(start, end));

test('finds what stands in double quotation marks', () => {
  expect(quotesOf('A sign reads “OPEN daily” and a poster "SALE".')).toEqual(['OPEN daily', 'SALE']);
});

test('finds nothing in apostrophes, empty marks and marks that are never closed', () => {
  expect(quotesOf("The dog's bowl, “” and “open, 12'")).toEqual([]);
});
