import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnseen } from '../../../../src/bots/commands/approval/find-unseen.ts';
import { renderDecided, renderThread } from '../../../../src/bots/commands/approval/render-thread.ts';
import type { Reply } from '../../../../src/bots/commands/reply.ts';
import { cleanText, escapeMarkdown } from '../../../../src/bots/discord/escape-text.ts';
import { renderReply as renderForDiscord } from '../../../../src/bots/discord/render-reply.ts';
import { renderReply as renderForSlack } from '../../../../src/bots/slack/render-reply.ts';
import { drawPng } from '../../../../src/inference/image/encode-png.ts';
import { checkParts } from '../../../../src/launch/thread/check-parts.ts';
import { hashContent } from '../../../../src/launch/thread/hash-content.ts';
import type { ThreadContent, ThreadPicture } from '../../../../src/launch/thread/thread.ts';
import type { ThreadRow } from '../../../../src/store/launch-store.ts';
import { labels, texts } from '../start-bots.ts';

const PNG = Buffer.from(drawPng(2, 2, () => [0, 0, 255])).toString('base64');

function picture(altText = 'A chart.', fileName = 'chart.png'): ThreadPicture {
  return { fileName, pngBase64: PNG, altText };
}

function rowOf(content: ThreadContent, more: Partial<ThreadRow> = {}): ThreadRow {
  return {
    ...{ id: '0190a1b2-0000-7000-8000-000000000000', title: 'Adjectives', state: 'draft', revision: 3 },
    ...{ content, contentHash: hashContent(content), numbers: [], runId: 'run-7', approval: null },
    ...{ postAt: null, reason: null, createdAt: 0, createdBy: 'cli:ada', changedAt: 0 },
    ...more,
  };
}

function allText(replies: readonly Reply[]): string {
  return replies.flatMap(reply => texts(reply)).join('\n');
}

/** What is on the screen on Discord, as its Markdown. */
function onDiscord(reply: Reply): string {
  const { content, embeds } = renderForDiscord(reply);
  return [content, ...embeds.map(({ description }) => description)].join('\n');
}

describe('a thread to be approved', () => {
  const content = {
    parts: [
      { text: 'First: https://example.org and more', pictures: [picture('Bars by contender.', 'bars.png')] },
      { text: 'Second.', pictures: [] },
    ],
  };

  it('says all that whoever approves has to know', () => {
    const replies = renderThread(rowOf(content, { postAt: Date.UTC(2026, 11, 1, 9, 30) }));
    const said = allText(replies);
    for (const part of [
      'Thread to approve: Adjectives',
      '0190a1b2-0000-7000-8000-000000000000, revision 3',
      'Run: run-7',
      'Goes out: not before 2026-12-01 09:30 UTC',
      'Cost: US$ 0.215',
      'Drafted by: cli:ada',
      `Hash: ${hashContent(content).slice(0, 12)}`,
      'Part 1 of 2',
      'First: https://example.org and more',
      '39 of 280 characters as X counts · US$ 0.200 · 1 link · 1 picture',
      'Alt text of picture 1, bars.png: Bars by contender.',
      'Part 2 of 2',
      'Second.',
    ]) {
      expect(said).toContain(part);
    }
    expect(said).not.toContain('Not to be seen');
  });

  it('has its buttons on the last message alone, bound to revision and hash', () => {
    const row = rowOf(content);
    const replies = renderThread(row);
    expect(replies).toHaveLength(2);
    expect(replies.slice(0, -1).flatMap(labels)).toEqual([]);
    expect(labels(replies.at(-1)!)).toEqual(['Approve', 'Edit', 'Reject']);
    const targets = replies
      .at(-1)!
      .actions.flat()
      .map(({ target }) => target);
    expect(new Set(targets)).toEqual(new Set([`${row.id}_3_${row.contentHash.slice(0, 20)}`]));
    expect(labels(renderDecided(row, 'Approved by Ada.'))).toEqual([]);
    expect(texts(renderDecided(row, 'Approved by Ada.'))).toContain('Approved by Ada.');
  });

  it('says what is posted and cannot be seen', () => {
    const parts = [{ text: 'Safe\u202etxet\u200b.', pictures: [picture('Alt\u2066text')] }];
    const said = allText(renderThread(rowOf({ parts })));
    expect(said).toContain('Not to be seen here, but in the text: U+202E, U+200B.');
    expect(said).toContain('Not to be seen here, but in the alt text of picture 1: U+2066.');
  });

  it('says that accounts would be called, and that content was changed past the program', () => {
    const parts = [{ text: 'Thanks @someone!', pictures: [] }];
    const row = rowOf({ parts });
    expect(allText(renderThread(row))).toContain('calls @someone');
    expect(allText(renderThread(row))).not.toContain('past the program');
    expect(allText(renderThread({ ...row, contentHash: 'f'.repeat(64) }))).toContain('past the program');
  });

  const someText = fc.oneof(
    fc.stringMatching(/^[*_~`|<>@#a-z ]{1,250}$/),
    fc.constantFrom(
      '*'.repeat(280),
      '\u4e2d'.repeat(140),
      `https://example.org/${'a_'.repeat(1500)}`,
      '1. a\n'.repeat(56),
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  );
  const someAlt = fc.oneof(fc.stringMatching(/^[*_ a-z\n]{1,1000}$/), fc.constant('*'.repeat(1000)));
  const somePart = fc.record({
    text: someText,
    pictures: fc.array(
      someAlt.map(altText => picture(altText)),
      { maxLength: 4 },
    ),
  });
  const someContent = fc
    .record({
      parts: fc.uniqueArray(somePart, { minLength: 1, maxLength: 8, selector: ({ text }) => text.trim() }),
    })
    .filter(each => checkParts(each).length === 0);

  it('is cut by no platform, whatever X takes', () => {
    let mostMessages = 0;
    fc.assert(
      fc.property(someContent, each => {
        const replies = renderThread(rowOf(each));
        mostMessages = Math.max(mostMessages, replies.length);
        const discord = replies.map(onDiscord).join('\n');
        const slack = replies.map(reply => JSON.stringify(renderForSlack(reply).blocks)).join('\n');
        const shown = replies.flatMap(({ blocks }) => blocks);
        for (const block of shown) {
          if (block.type === 'text') expect(discord).toContain(escapeMarkdown(cleanText(block.text)));
          if (block.type === 'text' && block.text.trim() !== '') {
            for (const line of block.text.split('\n').filter(part => /^\S+$/.test(part))) {
              expect(slack).toContain(JSON.stringify(line.toWellFormed()).slice(1, -1));
            }
          }
          if (block.type === 'note') {
            expect(discord).toContain(
              escapeMarkdown(cleanText(block.text).replace(/\n+/g, '\n')).replace(/^/gm, '-# '),
            );
          }
        }
        expect(shown.filter(({ type }) => type === 'picture')).toHaveLength(
          each.parts.reduce((sum, { pictures }) => sum + pictures.length, 0),
        );
        for (const reply of replies) {
          const { content: text, embeds, files } = renderForDiscord(reply);
          expect(text.length).toBeLessThanOrEqual(2000);
          expect(embeds.reduce((sum, { description }) => sum + description!.length, 0)).toBeLessThanOrEqual(
            6000,
          );
          expect(files.length).toBeLessThanOrEqual(4);
          expect(renderForSlack(reply).blocks.length).toBeLessThanOrEqual(50);
        }
      }),
      { numRuns: 60 },
    );
    expect(mostMessages).toBeGreaterThan(3);
  });
});

describe('what cannot be seen', () => {
  it.each([
    ['Plain words, and “quotes” – with dashes…', null],
    ['Two\nlines\n\nand more', null],
    ['Emoji 👩🏽‍💻 and ❤️ and 1️⃣', null],
    ['العربية and 中文', null],
    ['a\u00a0b', 'U+00A0.'],
    ['a\u200b\u200b\ufeffb', 'U+200B (2 times), U+FEFF.'],
    ['\u{e0041}tag', 'U+E0041.'],
    ['trailing ', 'blanks or empty lines at edges.'],
    ['a \nb', 'blanks or empty lines at edges.'],
    ['a\n\n\nb', 'blanks or empty lines at edges.'],
  ])('of %j', (text, unseen) => {
    expect(findUnseen(text)).toBe(unseen);
  });
});
