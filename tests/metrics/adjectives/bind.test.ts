import { describe, expect, it } from 'vitest';
import { bindAdjectives } from '../../../src/metrics/adjectives/bind.ts';
import type { Tag } from '../../../src/metrics/adjectives/tags.ts';

const SHORT: Record<string, Tag> = {
  A: 'ADJ',
  N: 'NOUN',
  P: 'PROPN',
  V: 'VERB',
  X: 'AUX',
  D: 'DET',
  R: 'ADV',
  C: 'CCONJ',
  I: 'ADP',
  O: 'PRON',
  T: 'PART',
  U: 'NUM',
  S: 'SCONJ',
  '.': 'PUNCT',
};

/** Binds a sentence written as word/TAG pairs and shows each adjective with its noun. */
function bound(tagged: string): string {
  const pairs = tagged.split(' ').map(pair => pair.split('/') as [string, string]);
  const words = pairs.map(([word]) => word);
  const nouns = bindAdjectives(
    words,
    pairs.map(([, tag]) => SHORT[tag]!),
  );
  return words
    .map((word, i) => [word, pairs[i]![1] === 'A' ? (words[nouns[i]!] ?? 'none') : ''])
    .filter(([, noun]) => noun !== '')
    .map(([word, noun]) => `${word}:${noun}`)
    .join(' ');
}

describe('bindAdjectives', () => {
  it.each([
    ['a/D red/A boat/N', 'red:boat'],
    ['the/D red/A brick/N building/N', 'red:building'],
    ['a/D big/A old/A stone/N house/N', 'big:house old:house'],
    ['red/A and/C white/A boats/N', 'red:boats white:boats'],
    ['a/D tall/A ,/. dark/A and/C very/R old/A tree/N', 'tall:tree dark:tree old:tree'],
    ["the/D old/A man/N 's/T hat/N", 'old:man'],
    ['a/D large/A painted/V egg/N', 'large:egg'],
    ['the/D dress/N is/X blue/A', 'blue:dress'],
    ['the/D dress/N is/X not/T very/R blue/A', 'blue:dress'],
    ['the/D dress/N of/I the/D girl/N is/X blue/A', 'blue:dress'],
    ['the/D man/N in/I a/D red/A shirt/N looks/V tired/A', 'red:shirt tired:man'],
    ['the/D car/N parked/V outside/R is/X red/A', 'red:car'],
    ['the/D room/N is/X small/A but/C bright/A', 'small:room bright:room'],
    ['the/D walls/N are/X white/A ,/. bare/A and/C cold/A', 'white:walls bare:walls cold:walls'],
    ['a/D house/N that/O is/X old/A', 'old:house'],
    ['a/D house/N that/O looks/V old/A', 'old:house'],
    ['a/D sky/N full/A of/I stars/N', 'full:sky'],
    ['a/D man/N ,/. tall/A and/C thin/A ,/. walks/V', 'tall:man thin:man'],
    ['two/U dogs/N stand/V alert/A', 'alert:dogs'],
    ['this/D is/X the/D largest/A', 'largest:none'],
    ['it/O is/X red/A', 'red:none'],
    ['red/A ,/. indeed/R', 'red:none'],
    ['a/D dark/A -/. haired/A woman/N', 'dark:woman haired:woman'],
    ['the/D sky/N is/X blue/A and/C the/D grass/N is/X green/A', 'blue:sky green:grass'],
    ['there/O are/V red/A flowers/N', 'red:flowers'],
  ])('%s', (sentence, expected) => {
    expect(bound(sentence)).toBe(expected);
  });

  it('binds nothing but adjectives', () => {
    expect([...bindAdjectives(['boats', 'sail'], ['NOUN', 'VERB'])]).toEqual([-1, -1]);
  });
});
