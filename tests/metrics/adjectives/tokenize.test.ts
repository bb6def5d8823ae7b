import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSentenceStarts, tokenize } from '../../../src/metrics/adjectives/tokenize.ts';

const words = (text: string) => tokenize(text).map(token => token.text);
const sentences = (text: string) => {
  const tokens = tokenize(text);
  const starts = findSentenceStarts(text, tokens);
  return starts.map((from, i) =>
    tokens
      .slice(from, starts[i + 1])
      .map(token => token.text)
      .join(' '),
  );
};

/** Any UTF-16 string, lone surrogates included, mixed with what the tokenizer has rules for. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map(codes => String.fromCharCode(...codes)),
  fc
    .array(
      fc.constantFrom(
        'red',
        ' ',
        "n't",
        '-',
        '.',
        '...',
        '@',
        '#',
        'a@b.co',
        'https://x.y/z',
        '10am',
        '😀',
        '\u200d',
        "'s",
        '’',
        '\n',
        '(',
        '"',
        'U.S.',
        '1,000',
      ),
      { maxLength: 30 },
    )
    .map(parts => parts.join('')),
);

describe('tokenize', () => {
  it.each([
    ["They don't, it's hers.", ['They', 'do', "n't", ',', 'it', "'s", 'hers', '.']],
    ['I cannot; I’m gonna.', ['I', 'can', 'not', ';', 'I', '’m', 'gon', 'na', '.']],
    ['a dark-haired, well-known man', ['a', 'dark', '-', 'haired', ',', 'well', '-', 'known', 'man']],
    ['pre-owned e-mail', ['pre-owned', 'e-mail']],
    ['See https://example.org/a?b=c.', ['See', 'https://example.org/a?b=c', '.']],
    ['write to jo.doe@example.org!', ['write', 'to', 'jo.doe@example.org', '!']],
    ['@narrator likes #NoFilter photos', ['@narrator', 'likes', '#NoFilter', 'photos']],
    [
      '3.5 mm, 1,200 people, 20th, 10am, $50, 50%',
      ['3.5', 'mm', ',', '1,200', 'people', ',', '20th', ',', '10', 'am', ',', '$', '50', ',', '50', '%'],
    ],
    ['“Red,” she said (twice)...', ['“', 'Red', ',', '”', 'she', 'said', '(', 'twice', ')', '...']],
    ['Mr. Smith of the U.S. Army', ['Mr.', 'Smith', 'of', 'the', 'U.S.', 'Army']],
    ['nice 👍🏽 day 👨‍👩‍👧!', ['nice', '👍🏽', 'day', '👨‍👩‍👧', '!']],
    ["the dog's bowl and the dogs' bowls", ['the', 'dog', "'s", 'bowl', 'and', 'the', 'dogs', "'", 'bowls']],
    ['café naïve Ελλάδα', ['café', 'naïve', 'Ελλάδα']],
    ['6:30am :) photo.jpg', ['6:30', 'am', ':)', 'photo.jpg']],
    ['', []],
  ])('splits %j as the treebank does', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('keeps exact offsets and loses nothing but white space, whatever the text', () => {
    fc.assert(
      fc.property(anyText, text => {
        let at = 0;
        for (const token of tokenize(text)) {
          expect(token.end).toBeGreaterThan(token.start);
          expect(text.slice(token.start, token.end)).toBe(token.text);
          expect(isBlank(text.slice(at, token.start))).toBe(true);
          at = token.end;
        }
        expect(isBlank(text.slice(at))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('control: the check for lost text can fail', () => {
    expect(isBlank(' \n\u200b')).toBe(true);
    expect(isBlank(' x ')).toBe(false);
  });

  it.each(['a', 'a.', 'a@', "a'", 'a-', '.', '1,', 'http://', '\u{1F468}\u200D', '@', ' ', '(', 'a/', 'a&'])(
    'gets through a long run of %j',
    part => {
      // 100,000 repeats: work in proportion to the square of the length would not end within the test's time.
      const text = part.repeat(100_000);
      const tokens = tokenize(text);
      expect(tokens.reduce((sum, token) => sum + token.text.length, 0)).toBe(text.replaceAll(' ', '').length);
    },
  );
});

describe('findSentenceStarts', () => {
  it.each([
    ['A red boat. A blue sky!', ['A red boat .', 'A blue sky !']],
    [
      'Dr. Who sees it. "It is red." Then he left.',
      ['Dr. Who sees it .', '" It is red . "', 'Then he left .'],
    ],
    ['a cat. a dog', ['a cat .', 'a dog']],
    ['A title\n\na line', ['A title', 'a line']],
    ['wrapped\nline of text', ['wrapped line of text']],
    ['- one\n- two', ['- one', '- two']],
    ['', []],
  ])('finds the sentences of %j', (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });
});

/** White space and the invisible characters that the tokenizer takes for it. */
function isBlank(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters up to the space count as space
  return /^[\u0000-\u0020\u0085\u200b\ufeff\s]*$/.test(text);
}
