import { describe, expect, it } from 'vitest';
import { costOf, findLinks, weightedLengthOf } from '../../../src/launch/thread/measure-post.ts';
import { splitPart } from '../../../src/launch/thread/split-part.ts';

describe('weightedLengthOf', () => {
  // As X counts: docs.x.com, "Counting characters".
  it.each([
    ['plain letters', 13],
    ['https://example.org/a/very/long/path/that/goes/on/and/on?with=query&and=more', 23],
    ['see example.com', 27],
    ['config.ts', 9],
    ['日本語', 6],
    ['👩‍👩‍👧‍👦', 2],
    ['👍🏽!', 3],
    ['…', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['', 0],
  ])('counts %j as %i', (text, length) => {
    expect(weightedLengthOf(text)).toBe(length);
  });
});

describe('costOf', () => {
  it('charges for a link, also one without https', () => {
    expect(costOf('no link, though node.js has a dot')).toBe(0.015);
    expect(costOf('see https://example.org/report')).toBe(0.2);
    expect(costOf('see example.com')).toBe(0.2);
    expect(findLinks('see example.com.')).toEqual([{ url: 'example.com', start: 4, end: 15 }]);
  });
});

describe('splitPart', () => {
  it('splits at ends of sentences, as late as it can, and keeps every word', () => {
    const sentences = Array.from(
      { length: 12 },
      (_, index) => `This sentence ${'is long '.repeat(index)}enough.`,
    );
    const { pieces, tooLong } = splitPart(sentences.join(' '));
    expect(tooLong).toEqual([]);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join(' ')).toBe(sentences.join(' '));
    for (const [index, piece] of pieces.entries()) {
      expect(weightedLengthOf(piece)).toBeLessThanOrEqual(280);
      expect(piece).toMatch(/enough\.$/);
      const next = pieces[index + 1]?.split(/(?<=\.) /)[0];
      if (next) expect(weightedLengthOf(`${piece} ${next}`)).toBeGreaterThan(280);
    }
  });

  it('splits between lines of a list, and keeps what fits as it is', () => {
    const lines = Array.from({ length: 10 }, () => `a model with a rather long name: ${'x'.repeat(10)}`);
    const { pieces } = splitPart(lines.join('\n'));
    expect(pieces).toEqual([lines.slice(0, 6).join('\n'), lines.slice(6).join('\n')]);
    expect(splitPart('One.\n\nTwo.')).toEqual({ pieces: ['One.\n\nTwo.'], tooLong: [] });
  });

  it('splits a sentence that fits no post behind a comma, and loses nothing', () => {
    const long = `Not computed: ${Array.from({ length: 20 }, () => 'a measure with a name').join(', ')}.`;
    const { pieces, tooLong } = splitPart(`Short. ${long}`);
    expect(tooLong).toEqual([]);
    expect(pieces.join(' ')).toBe(`Short. ${long}`);
    expect(pieces.slice(0, -1).every(piece => piece.endsWith(','))).toBe(true);
  });

  it('names what fits no post: a sentence without a comma, and one that compares', () => {
    const long = `So ${'word '.repeat(60)}end.`;
    expect(splitPart(`Short. ${long}`).tooLong).toEqual([long]);
    const claim = `It is better, ${'or so, '.repeat(50)}than that.`;
    expect(splitPart(claim).tooLong).toEqual([claim]);
  });
});
