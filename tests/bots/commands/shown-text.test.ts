import { describe, expect, it } from 'vitest';
import { legendOf, spansOf } from '../../../src/bots/commands/described-image.ts';
import { wantsNoBots } from '../../../src/bots/commands/remembered-settings.ts';
import { figuresLine } from '../../../src/bots/commands/render-description.ts';
import { narrowReference, readReplyState, referenceToUrl } from '../../../src/bots/commands/reply-state.ts';
import { counted, oneLine, unfinished } from '../../../src/bots/commands/shown-text.ts';

describe('names of strangers', () => {
  it('lose what could rewrite a line, and are cut', () => {
    expect(oneLine('  a\u202e\u0007b\n\u200bc ', 20)).toBe('a b c');
    expect(oneLine('x'.repeat(30), 10)).toBe('xxxxxxxxx…');
    expect(oneLine('👍👍👍👍', 4)).toBe('👍…');
    expect(oneLine('\u202e', 10, 'Somebody')).toBe('Somebody');
  });
});

it('a text that grows ends after a whole word', () => {
  expect(unfinished('A red kite over a qui', 100)).toBe('A red kite over a…');
  expect(unfinished('Half', 100)).toBe('…');
  expect(unfinished('', 100)).toBe('…');
  expect(unfinished('one two three four five six', 12)).toMatch(/^one two…$/);
});

it('counts have their singulars', () => {
  expect([0, 1, 2, 1234].map(count => counted(count, 'row'))).toEqual([
    '0 rows',
    '1 row',
    '2 rows',
    '1,234 rows',
  ]);
});

describe('the line of figures', () => {
  const image = {
    text: 'A red kite.',
    style: 'brief',
    engine: 'embedded',
    model: 'm\u202e1',
    adjectives: [{ word: 'red', noun: 'kite', start: 2, end: 5, mark: 'supported' }],
    words: 1,
    interpretive: 0,
    grounding: { supported: 1, contradicted: 0, uncheckable: 0, supportedPer100Words: 33.3 },
    engineMs: 312.4,
    inferenceMs: 330.1,
    readMs: 4.2,
  } as const;

  it('has singulars, and leaves out what was not measured or is not there', () => {
    expect(figuresLine(image)).toBe('1 adjective in 1 word · 1 supported by the picture · 312 ms · m 1');
    expect(figuresLine({ ...image, grounding: null, words: 3, engineMs: 12_340 })).toBe(
      '1 adjective in 3 words · 12.3 s · m 1',
    );
  });

  it('says what the picture contradicts', () => {
    const grounding = { ...image.grounding, supported: 0, contradicted: 1 };
    expect(figuresLine({ ...image, grounding })).toContain('0 supported by the picture · 1 contradicted');
  });

  it('marks the same words in colours and in words', () => {
    expect(spansOf(image.text, image.adjectives)).toEqual([
      { text: 'A ', mark: null },
      { text: 'red', mark: 'supported' },
      { text: ' kite.', mark: null },
    ]);
    expect(legendOf(image.adjectives)).toBe('Supported by the picture (1): red (kite)');
    expect(legendOf([])).toBe('No adjectives.');
  });
});

describe('references', () => {
  it('hold no signed address', () => {
    const plain = 'https://example.org/a.jpg?w=800';
    expect(referenceToUrl(plain)).toEqual({ kind: 'url', url: plain });
    for (const query of ['ex=1&hm=abc', 'X-Amz-Signature=a', 'token=a', 'sig=a']) {
      expect(referenceToUrl(`https://cdn.example.org/a.jpg?${query}`)).toEqual({ kind: 'once' });
    }
    expect(referenceToUrl('https://me:secret@example.org/a.jpg')).toEqual({ kind: 'once' });
    expect(referenceToUrl('no address')).toEqual({ kind: 'once' });
  });

  it('are narrowed to some of a message’s images', () => {
    const whole = { kind: 'file', fileIds: ['a', 'b', 'c'] } as const;
    expect(narrowReference(whole, ['c', 'a'])).toEqual({ kind: 'file', fileIds: ['a', 'c'] });
  });

  it('of another shape are not read', () => {
    expect(readReplyState({ kind: 'description' })).toBeNull();
    expect(readReplyState(null)).toBeNull();
  });
});

it('a topic’s hashtag counts where it is whole', () => {
  expect(['#nobot', 'x #NoAi.', '＃nobot', '#noai,#art'].map(wantsNoBots)).toEqual([true, true, true, true]);
  expect(['#nobot1', '##nobot', 'nobot', '#no-bot', ''].map(wantsNoBots)).toEqual(Array(5).fill(false));
});
