import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ptbSplit, ptbTokenize } from '../../../src/metrics/captions/ptb-tokenize.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

test('302 captions come out as from the Java tokenizer', () => {
  const captions = fixture('captions.txt').split('\n').slice(0, -1);
  const expected: string[][] = JSON.parse(fixture('ptb-tokens.json'));
  expect(captions.length).toBe(302);
  expect(captions.map(ptbTokenize)).toEqual(expected);
});

test('brackets stay, in lower case, as in coco-caption', () => {
  expect(ptbTokenize('A cup (of tea).')).toEqual(['a', 'cup', '-lrb-', 'of', 'tea', '-rrb-']);
});

test('a caption is tokenized on its own, unlike in the Java program', () => {
  expect(ptbTokenize('He got a B.')).toEqual(['he', 'got', 'a', 'b.']);
});

test('marks alone and emoji alone give no token', () => {
  for (const caption of ['', ' ', '...', '"!"', '🙂', '\u{1F468}\u200D\u{1F469}', '\uFEFF']) {
    expect(ptbTokenize(caption)).toEqual([]);
  }
});

test('a script without spaces is one token a run of letters', () => {
  expect(ptbTokenize('一只狗在草地上。')).toEqual(['一只狗在草地上', '。']);
  expect(ptbTokenize('Ein Hund läuft über die Straße.')).toEqual([
    'ein',
    'hund',
    'läuft',
    'über',
    'die',
    'straße',
  ]);
});

test('time is in proportion to length', () => {
  // A control for patterns that backtrack: each of these would take minutes.
  for (const piece of [
    'a',
    "'",
    '-',
    'a-',
    '1',
    '1,',
    '/',
    '<',
    '(',
    '@',
    'http://',
    ' ',
    '+a',
    '.a',
    'a.',
    '<!--',
    '<a',
    "a'",
    "n't",
    '1-',
    'a/',
    '(1',
    '&a',
    '’',
  ]) {
    const started = performance.now();
    ptbTokenize(piece.repeat(20_000));
    expect(performance.now() - started, piece).toBeLessThan(5000);
  }
});

test('the scene graph parser gets the marks too', () => {
  expect(ptbSplit('A red, blue kite.')).toEqual(['a', 'red', ',', 'blue', 'kite', '.']);
});
