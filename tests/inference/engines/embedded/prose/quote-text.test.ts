import { describe, expect, test } from 'vitest';
import { plain } from '../../../../../src/inference/engines/embedded/prose/phrase.ts';
import { quoteText } from '../../../../../src/inference/engines/embedded/prose/quote-text.ts';
import type { PictureText } from '../../../../../src/inference/engines/embedded/text/read-text.ts';
import { STYLES, type Style } from '../../../../../src/inference/engines/engine.ts';
import type { MeasuredThing } from '../../../../../src/inference/scene/measure-scene.ts';

function written(
  texts: readonly string[],
  { confidence = 0.95, share = 0.02, complete = true } = {},
): PictureText {
  const box = { x: 0.4, y: 0.4, width: 0.1, height: 0.05 };
  return { lines: texts.map(text => ({ text, confidence, box })), share, complete };
}

function thing(label: string, size: number, confidence = 0.8): MeasuredThing {
  const box = { x: 0.45 - size / 2, y: 0.42 - size / 2, width: size, height: size };
  return {
    label,
    confidence,
    box,
    share: size * size,
    colours: [],
    lightness: 0.5,
    lightnessSpread: 0,
    texture: 0,
  };
}

const DOG = [thing('dog', 0.1)];
const sentence = (text: PictureText, things: MeasuredThing[] = DOG, style: Style = 'vivid') => {
  const quotation = quoteText(text, things, style);
  return quotation && plain(quotation.sentence);
};

describe('quoteText', () => {
  test('quotes a sign as one thing among others', () => {
    const text = written(['OPEN', 'daily.']);
    expect(sentence(text)).toBe('text in the scene reads “OPEN daily”');
    expect(quoteText(text, DOG, 'alt')!.leads).toBe(false);
    expect(plain(quoteText(text, DOG, 'alt')!.clause)).toBe(', with text that reads “OPEN daily”');
  });

  test('begins with text that takes much of the picture, or where nothing else was found', () => {
    for (const [text, things] of [
      [written(['TOP', 'BOTTOM'], { share: 0.2 }), DOG],
      [written(['TOP', 'BOTTOM']), []],
    ] as const) {
      expect(STYLES.map(style => quoteText(text, things, style)!.leads)).toEqual([true, true, true]);
      expect(sentence(text, [...things])).toBe('the scene shows text that reads “TOP BOTTOM”');
      expect(sentence(text, [...things], 'alt')).toBe('text: “TOP BOTTOM”');
    }
  });

  test('says what bears the text, the smallest first, where that is sure', () => {
    const text = written(['42 City']);
    expect(sentence(text, [thing('train', 0.9), thing('bus', 0.5)])).toBe('text on the bus reads “42 City”');
    const second = thing('bus', 0.02);
    expect(sentence(text, [thing('bus', 0.5), { ...second, box: { ...second.box, x: 0 } }])).toBe(
      'text on one of the buses reads “42 City”',
    );
    expect(sentence(text, [thing('bus', 0.5, 0.3)])).toBe('text in the scene reads “42 City”');
    expect(sentence(text, [thing('person', 0.5)])).toBe('text in the scene reads “42 City”');
  });

  test('hedges what is uncertain, and leaves out single letters', () => {
    expect(sentence(written(['OPEN'], { confidence: 0.7 }))).toBe('text in the scene appears to read “OPEN”');
    expect(sentence(written(['OPEN'], { confidence: 0.7, share: 0.2 }), DOG, 'alt')).toBe(
      'text appears to read “OPEN”',
    );
    expect(sentence(written(['O', '|', '—', 'I.']))).toBeUndefined();
    expect(sentence(written([]))).toBeUndefined();
  });

  test('cuts long text after a word, and marks what was not read', () => {
    const long = written(['several words '.repeat(60).trim()], { share: 0.5 });
    for (const style of STYLES) {
      expect(sentence(long, DOG, style)).toMatch(
        /: “[^”]*(?:several|words)…”$|reads “[^”]*(?:several|words)…”$/,
      );
    }
    const [vivid, brief, alt] = STYLES.map(style => sentence(long, DOG, style)!.length);
    expect(vivid).toBeGreaterThan(brief!);
    expect(brief).toBeGreaterThan(alt!);
    expect(sentence(written(['Chapter one'], { complete: false }))).toBe(
      'text in the scene reads “Chapter one…”',
    );
  });

  test('makes hostile text harmless', () => {
    expect(sentence(written(['@everyone', '“see” http://evil.com']))).toBe(
      "text in the scene reads “(at)everyone 'see' evil(dot)com”",
    );
  });
});
