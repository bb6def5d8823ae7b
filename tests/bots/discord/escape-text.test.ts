import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, codeBlock, escapeMarkdown } from '../../../src/bots/discord/escape-text.ts';
import { hostileText } from './hostile-text.ts';
import { readMarkdown } from './read-markdown.ts';

describe('escapeMarkdown', () => {
  it('shows any text as it is, and nothing in it does anything', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const clean = cleanText(text);
        const { seen, found } = readMarkdown(escapeMarkdown(clean));
        expect(found).toEqual([]);
        expect(seen).toBe(clean);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['**bold**', 'bold'],
    ['@everyone', 'mention'],
    ['<@123>', 'mention'],
    ['see https://x.example/a', 'link'],
    ['[a](http://x)', 'masked link'],
    ['||gone||', 'spoiler'],
    ['# big', 'heading'],
    ['1. one', 'list'],
  ])('is needed: %s is read as a %s without it', (text, kind) => {
    expect(readMarkdown(text).found).toContain(kind);
    expect(readMarkdown(escapeMarkdown(text)).found).toEqual([]);
  });

  it('breaks a bare address with backslashes only', () => {
    expect(escapeMarkdown('at https://a.example/b.')).toBe(String.raw`at https\:\/\/a.example\/b.`);
  });
});

describe('codeBlock', () => {
  it('is never ended by what is in it', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const clean = cleanText(text);
        fc.pre(clean !== '');
        const { found, seen } = readMarkdown(codeBlock(clean));
        expect(found).toEqual(['code block']);
        expect(seen).toBe(clean.replace(/`{3,}/g, run => "'".repeat(run.length)));
      }),
    );
  });
});

describe('cleanText', () => {
  it('leaves nothing invisible and changes nothing the second time', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(clean).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\u3164\u00ad]/);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/\n{3}/);
        expect(cleanLine(text)).not.toMatch(/\n/);
      }),
    );
  });

  it.each(['👩‍👩‍👧', '❤️', '1️⃣', '🏳️‍🌈', '👍🏽', 'क्‍ष', 'می‌خواهم', 'é', 'שלום'])('keeps %s', text => {
    expect(cleanText(text)).toBe(text);
  });

  it('takes away a joiner that hides in a word, and marks piled on a letter', () => {
    expect(cleanText('ever\u200dyone\ufe0f')).toBe('everyone');
    expect(cleanText(`a${'\u0301'.repeat(40)}`)).toBe(`a${'\u0301'.repeat(4)}`);
  });
});
