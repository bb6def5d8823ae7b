import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanModelText, cleanQuotedText } from '../../src/inference/clean-text.ts';

const clean = (text: string, maxChars = 1000) => cleanModelText(text, { maxChars });
const quote = (text: string, maxChars = 1000) => cleanQuotedText(text, { maxChars });

/** What Discord, Slack or X would act on. Written apart from the patterns that do the cleaning. */
const ACTED_ON = [
  /https?:/i,
  /:\/\//,
  /@[^\s]/,
  /＠[^\s]/,
  /<[@#!:/a-z]/i,
  /\]\(/,
  /[a-z0-9]\.(?:com|org|net|gg|ru)\b/i,
  /[\p{Cc}\p{Cf}\p{Cs}]/u,
];

/** Text made of the pieces that attacks are made of, so that they meet in every order. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '@',
          '@everyone',
          '＠here',
          '<@123>',
          '<!channel>',
          '<#C1|x>',
          '<',
          '>',
          '<b>',
          '</b',
          '<script>',
        ],
        ...[
          'http://',
          'https://evil.com/x',
          'evil.com',
          'www.',
          'evil',
          '.',
          'com',
          '[',
          ']',
          '(',
          ')',
          '![',
        ],
        ...['javascript:', 'a@b.org', '\u202e', '\u200b', '\u0000', '\n', '\t', ' ', '“', '”', '"', '\ud800'],
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
    { maxLength: 24 },
  )
  .map(pieces => pieces.join(''));

describe('cleanModelText', () => {
  test.each([
    ['A dog. @everyone look!', 'A dog. look!'],
    ['A <@!123> dog <!channel> by <#C024|general> <@&9>.', 'A dog by.'],
    ['See https://evil.example/x?y=1 now.', 'See now.'],
    ['Go to evil.com/path or www.evil.example today.', 'Go to or today.'],
    ['A [red barn](https://evil.example) stands.', 'A red barn stands.'],
    ['![alt](http://evil.example/p.png) A cat', 'alt A cat'],
    ['<b>Bold</b> <img src=x onerror=alert(1)>cat', 'Bold cat'],
    ['<<b>b>@<i>here and ht<i>tp://evil.com</i>', 'and'],
    ['mail joe@example.com or ＠joe', 'mail or'],
    ['A\u202e dog\u0000\u200b runs\r\n\r\nfast.\t', 'A dog runs fast.'],
    ['javascript:alert(1) rests', 'rests'],
    ['The data: red bars. Data:text/html,<b>x', 'The data: red bars.'],
    ['A dog.The cat and README.md', 'A dog. The cat and README. md'],
  ])('cleans %j', (text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test.each([
    'A red dog runs across the grass; its coat is short, e.g. at 3.5 m, 5 @ $2.50 (a < b).',
    'The sign reads “OPEN”. Beside it, 12:30 p.m. is written in the U.S. style: *bold*, don’t.',
    'Ein Café mit Gästen – 犬が走る。',
  ])('leaves %j as it is', text => {
    expect(clean(text)).toBe(text);
  });

  test('cuts at the end of a sentence', () => {
    expect(clean('One dog. Two dogs. Three dogs.', 20)).toBe('One dog. Two dogs.');
  });

  test('lets through nothing that a platform acts on, and does not change what is clean', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, maxChars) => {
        const result = clean(text, maxChars);
        for (const pattern of ACTED_ON) expect(result).not.toMatch(pattern);
        expect(result.length).toBeLessThanOrEqual(maxChars);
        expect(clean(result, maxChars)).toBe(result);
      }),
      { numRuns: 2000 },
    );
  });

  test('the pieces that the property is tried on are acted on before they are cleaned', () => {
    const found = fc.sample(hostile, { numRuns: 2000, seed: 1 });
    for (const pattern of ACTED_ON) expect(found.some(text => pattern.test(text))).toBe(true);
  });

  test.each(['<'.repeat(1), '[', '@', 'a.', '<b', '](', 'a@', 'http://', 'www.'])(
    'takes no longer than the text for %j over and over',
    piece => {
      expect(clean(piece.repeat(200_000), 4000).length).toBeLessThanOrEqual(4000);
    },
  );
});

describe('cleanQuotedText', () => {
  test.each([
    ['@everyone visit http://evil.com/x', '(at)everyone visit evil(dot)com/x'],
    ['joe@example.com', 'joe(at)example(dot)com'],
    [
      'all details.Changes at everyone.Seehttp://evil.com',
      'all details. Changes at everyone. See evil(dot)com',
    ],
    ['<!channel> "SALE"', "!channel 'SALE'"],
    ['[free](http://evil.example)', '[free] ( evil(dot)example)'],
    ['Price: $12.99 (20% off)', 'Price: $12.99 (20% off)'],
  ])('makes %j safe to quote', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  test('cuts after a word', () => {
    expect(quote('the quick brown fox', 12)).toBe('the quick…');
  });

  test('lets through nothing that a platform acts on, nor a quotation mark', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, maxChars) => {
        const result = quote(text, maxChars);
        for (const pattern of [...ACTED_ON, /[“”"]/]) expect(result).not.toMatch(pattern);
        expect(result.length).toBeLessThanOrEqual(maxChars);
      }),
      { numRuns: 2000 },
    );
  });
});
