import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAdjectives, measureAdjectives } from '../../../src/metrics/adjectives/measure.ts';

const found = (text: string) => findAdjectives(text).map(({ word, noun }) => `${word}:${noun}`);

describe('findAdjectives', () => {
  it.each([
    ['A red boat is sailing on the calm sea.', ['red:boat', 'calm:sea']],
    ['A stone wall and a metal bench.', []],
    ['The dress is blue and the shoes are black.', ['blue:dress', 'black:shoes']],
    ['A tall, thin man holds a small white dog.', ['tall:man', 'thin:man', 'small:dog', 'white:dog']],
    ['A car is parked near the old red brick building.', ['old:building', 'red:building']],
    ['It is beautiful.', ['beautiful:null']],
  ])('finds those of %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['A dark-haired woman is smiling.', ['dark-haired:woman']],
    ['A snow-covered mountain under a cloud.', ['snow-covered:mountain']],
    ['A black-and-white photo of a cat.', ['black-and-white:photo']],
    ['A close-up of a bee.', []],
    ['A two-story house.', []],
    ['A high-contrast image.', ['high-contrast:image']],
    ['People are ice-skating.', []],
  ])('counts a hyphenated compound once or not at all: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('gives offsets into the text as it was handed in', () => {
    const text = 'A 😀 ﬁne café, “très” rouge — a Red bus.';
    for (const { word, start, end } of findAdjectives(text)) expect(text.slice(start, end)).toBe(word);
    expect(found(text)).toContain('Red:bus');
  });

  it('slices back to each word and noun, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'red',
        'Old',
        'snow-covered',
        'boat',
        'is',
        'and',
        ',',
        '.',
        '-',
        '😀',
        '\ud800',
        "n't",
        '\n',
        'the',
        'ﬁne',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom('', ' '), (parts, glue) => {
        const text = parts.join(glue);
        let last = 0;
        for (const { word, start, end, noun, nounStart, nounEnd } of findAdjectives(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(text.slice(start, end)).toBe(word);
          expect(noun === null ? nounStart : text.slice(nounStart, nounEnd)).toBe(noun ?? undefined);
          last = end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer for a text whatever was read before it', () => {
    const text = 'A weathered old barn stands in a golden field.';
    const before = found(text);
    // More different words than the tagger keeps worked out.
    for (let i = 0; i < 9000; i += 30)
      findAdjectives(Array.from({ length: 30 }, (_, k) => `zq${i + k}x`).join(' '));
    expect(found(text)).toEqual(before);
  });

  it('takes a sentence of very many different words', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}q`);
    expect(findAdjectives(`${words.join(' ')} and a red boat`).at(-1)).toMatchObject({
      word: 'red',
      noun: 'boat',
    });
  });
});

describe('measureAdjectives', () => {
  it('counts and sets the counts against words and nouns', () => {
    const text = 'A stunning red boat and a red buoy.';
    const measure = measureAdjectives(text);
    expect(measure).toMatchObject({
      text,
      adjectiveCount: 3,
      distinct: 2,
      words: 8,
      per100Words: 37.5,
      perNoun: 1.5,
      interpretive: ['stunning'],
    });
    expect(measure.adjectives[0]).toEqual({
      word: 'stunning',
      start: 2,
      end: 10,
      noun: 'boat',
      nounStart: 15,
      nounEnd: 19,
    });
  });

  it('says null, not 0, where there is nothing to divide by', () => {
    expect(measureAdjectives('')).toMatchObject({
      adjectiveCount: 0,
      words: 0,
      per100Words: null,
      perNoun: null,
    });
    expect(measureAdjectives('!!! …')).toMatchObject({ words: 0, per100Words: null });
    expect(measureAdjectives('It is red.')).toMatchObject({ words: 3, perNoun: null });
  });

  it('says 0 where there are words and nouns but no adjective', () => {
    expect(measureAdjectives('A cat sleeps.')).toMatchObject({
      per100Words: 0,
      perNoun: 0,
      interpretive: [],
    });
  });

  it('counts a compound and a contraction as one word each', () => {
    expect(measureAdjectives("A well-lit room doesn't cost the owner's 3.5 dollars - much.").words).toBe(10);
  });
});
