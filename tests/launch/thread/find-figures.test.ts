import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findComparisons } from '../../../src/launch/thread/find-comparisons.ts';
import { findFigures, findUnsourced } from '../../../src/launch/thread/find-figures.ts';

const textsIn = (text: string) => findFigures(text).map(figure => figure.text);
const unsourced = (text: string, ...shown: string[]) =>
  findUnsourced(text, {
    figures: new Set(shown.flatMap(textsIn)),
    names: ['org/visual-narrator-3b-adjective', 'BLEU-4'],
  }).map(figure => figure.text);

describe('findFigures', () => {
  it.each([
    ['9.88 adjectives', ['9.88']],
    ['1,234 images, 5 of them dark.', ['1,234', '5']],
    ['from 0.71–0.75, or -3', ['0.71', '0.75', '-3']],
    ['45.2 % or 45%', ['45.2 %', '45%']],
    ['412 ms at $5', ['412 ms', '$5']],
    ['~7 and > 8', ['~7', '> 8']],
    ['½ of ２ and ٣', ['½', '２', '٣']],
    ['twelve, a dozen, tenfold, twice, per cent', ['twelve', 'dozen', 'tenfold', 'twice', 'per cent']],
    ['3b SmolVLM-256M-Instruct p95', ['3b', 'SmolVLM-256M-Instruct', 'p95']],
    ['on 2026-11-25, 2/5', ['2026-11-25', '2/5']],
    ['no one, each one, zero-shot, per 100 words, 95 % intervals', []],
    ['https://example.org/2024/7?a=1 and 8', ['8']],
    ['so--3 or a.-1', ['-3', '-1']],
    ['often, weight, bones, attention, stone', []],
  ])('%j', (text, figures) => {
    expect(textsIn(text)).toEqual(figures);
  });

  it('sees every digit outside of links, whatever stands around it', () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 8 }),
        fc.float({ noNaN: true }).map(String),
        fc.constantFrom(' ', '%', '$', '-', '–', ',', '.', ':', '/', '\n', 'per 10', '95 %', 'ms', '१२', '²'),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(text, pieces => {
        const whole = pieces.join('');
        let rest = whole;
        for (const { start, end } of findFigures(whole)) {
          rest = rest.slice(0, start) + '_'.repeat(end - start) + rest.slice(end);
        }
        rest = rest.replace(/https?:\S+/giu, '').replace(/per 100 words|95 % (?:\w+ )?intervals?/giu, '');
        expect(rest).not.toMatch(/\p{N}/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('findUnsourced', () => {
  it('allows what has a source, as it stands there', () => {
    expect(unsourced('25.0 per 100 words', '25.0')).toEqual([]);
    expect(unsourced('-25.0, 25, 25.0 %, 25.01 and $25.0', '25.0')).toEqual([
      '-25.0',
      '25',
      '25.0 %',
      '25.01',
      '$25.0',
    ]);
    expect(unsourced('412 s', '412 ms')).toEqual(['412']);
  });

  it('allows names of models and measures, and their pieces that hold letters', () => {
    expect(unsourced('visual-narrator-3b is a 3b model, by BLEU-4')).toEqual([]);
    expect(unsourced('3 billion, 4, 4b, b-adjective-3')).toEqual([
      '3',
      'billion',
      '4',
      '4b',
      'b-adjective-3',
    ]);
  });

  it('allows the number of a part at its ends only, and only the true one', () => {
    const at = (text: string) =>
      findUnsourced(text, { figures: new Set(), names: [] }, { position: 2, total: 5 }).map(f => f.text);
    expect(at('2/5 Results')).toEqual([]);
    expect(at('Results\n\n2/5')).toEqual([]);
    expect(at('Results 3/5')).toEqual(['3/5']);
    expect(at('Of these 2/5 failed.')).toEqual(['2/5']);
  });
});

describe('findComparisons', () => {
  it.each([
    'It is better.',
    'The best model',
    'It beats all.',
    'outperforms',
    'faster than light',
    'State-of-the-art',
    'state of the art',
    'ranks first',
    'more vivid than ever',
    'ＢＥＳＴ',
  ])('finds one in %j', text => {
    expect(findComparisons(text)).not.toEqual([]);
  });

  it('lets other words be', () => {
    expect(
      findComparisons('bettering the stop, ratherthan topic, pleads; rather than, other than; unbestowed'),
    ).toEqual([]);
  });

  it('lets a claim be, whole, and nothing beside it', () => {
    const claim = 'A is better than B on CIDEr-D.';
    expect(findComparisons(`So: ${claim}`, [claim])).toEqual([]);
    expect(findComparisons(`${claim} It is the best.`, [claim])).toEqual(['best']);
    expect(findComparisons('A is better than B on BLEU.', [claim])).toEqual(['better', 'than']);
  });
});
