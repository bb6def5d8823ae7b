import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type Block, type Reply } from '../../../src/bots/commands/reply.ts';
import { readCustomId } from '../../../src/bots/discord/custom-id.ts';
import { renderReply } from '../../../src/bots/discord/render-reply.ts';
import { hostileText } from './hostile-text.ts';
import { readMarkdown } from './read-markdown.ts';

const mark = fc.constantFrom('supported', 'contradicted', 'uncheckable', 'interpretive', null);
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('heading'), text: hostileText }),
  fc.record({ type: fc.constant('text'), text: hostileText }),
  fc.record({ type: fc.constant('text'), text: hostileText.map(text => text.repeat(40)) }),
  fc.record({ type: fc.constant('note'), text: hostileText }),
  fc.record({ type: fc.constant('copy'), text: hostileText.map(text => text.repeat(20)) }),
  fc.record({ type: fc.constant('marked'), spans: fc.array(fc.record({ text: hostileText, mark })) }),
  fc.record({
    type: fc.constant('facts'),
    facts: fc.array(fc.record({ name: hostileText, value: hostileText })),
  }),
  fc.record({
    type: fc.constant('picture'),
    png: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fileName: hostileText,
    altText: hostileText,
  }),
) as fc.Arbitrary<Block>;
const reply: fc.Arbitrary<Reply> = fc.record({
  isPrivate: fc.boolean(),
  blocks: fc.array(block, { maxLength: 8 }),
  actions: fc.array(
    fc.array(
      fc.record({
        action: fc.constantFrom(...ACTIONS),
        target: fc.stringMatching(/^[\w-]{1,64}$/),
        label: hostileText,
        style: fc.constantFrom('plain' as const, 'primary' as const, 'danger' as const),
      }),
      { maxLength: 6 },
    ),
    { maxLength: 6 },
  ),
});

/** What our own rendering may bring in; all else came from the text. */
const OURS = new Set(['bold', 'italic', 'underline', 'strike', 'small', 'code block']);

describe('renderReply', () => {
  it('keeps to all limits, and lets nothing ping, link or hide, whatever the texts', () => {
    fc.assert(
      fc.property(reply, given => {
        const { content, embeds, components, files, allowedMentions } = renderReply(given);
        expect(content.length).toBeLessThanOrEqual(2000);
        const descriptions = embeds.map(embed => embed.description ?? '');
        expect(embeds.length).toBeLessThanOrEqual(10);
        for (const text of descriptions) {
          expect(text.length).toBeLessThanOrEqual(4096);
          expect(text).not.toBe('');
        }
        expect(descriptions.join('').length).toBeLessThanOrEqual(6000);
        expect(content !== '' || embeds.length > 0 || files.length > 0).toBe(true);
        for (const text of [content, ...descriptions]) {
          expect(readMarkdown(text).found.filter(kind => !OURS.has(kind))).toEqual([]);
        }
        expect(components.length).toBeLessThanOrEqual(5);
        for (const { components: buttons } of components) {
          expect(buttons.length).toBeGreaterThan(0);
          expect(buttons.length).toBeLessThanOrEqual(5);
          for (const button of buttons) {
            expect('label' in button && button.label!.length).toBeGreaterThan(0);
            expect('label' in button && button.label!.length).toBeLessThanOrEqual(80);
            expect(button.custom_id.length).toBeLessThanOrEqual(100);
            expect(readCustomId(button.custom_id)).not.toBeNull();
          }
        }
        for (const file of files) {
          expect(file.description.length).toBeLessThanOrEqual(1024);
          expect(file.name).toMatch(/^(?!SPOILER_)[\w-]{1,80}\.png$/);
        }
        expect(allowedMentions).toEqual({ parse: [], repliedUser: false });
      }),
      { numRuns: 500 },
    );
  }, 20_000);

  it('puts the label first, then the text, then the figures, all in the content', () => {
    const { content, embeds, flags } = renderReply({
      isPrivate: false,
      blocks: [
        { type: 'heading', text: 'AI description' },
        { type: 'text', text: 'A red house_with a *tall* door.' },
        { type: 'note', text: '2 adjectives in 6 words\nembedded' },
        { type: 'facts', facts: [{ name: 'Watch', value: 'on' }] },
        { type: 'copy', text: 'A red house.' },
      ],
      actions: [],
    });
    expect(content).toBe(
      [
        '**AI description**',
        String.raw`A red house\_with a \*tall\* door.`,
        '-# 2 adjectives in 6 words',
        '-# embedded',
        '**Watch**: on',
        '```',
        'A red house.',
        '```',
      ].join('\n'),
    );
    expect(embeds).toEqual([]);
    expect(flags).toEqual([4]);
  });

  it('marks words by kind, and parts marks that touch', () => {
    const { content } = renderReply({
      isPrivate: true,
      blocks: [
        {
          type: 'marked',
          spans: [
            { text: 'A ', mark: null },
            { text: 'red', mark: 'supported' },
            { text: 'tall', mark: 'contradicted' },
            { text: ' house, ', mark: null },
            { text: 'Red', mark: 'supported' },
            { text: ' and ', mark: null },
            { text: 'lovely', mark: 'interpretive' },
            { text: '.', mark: null },
          ],
        },
      ],
      actions: [],
    });
    expect(content).toBe('A **red** ~~tall~~ house, **Red** and *lovely*.');
  });

  it('goes on in an embed where the content is full, and cuts at a sentence end with room for the figures', () => {
    const sentence = 'A long brown dog lies on the green grass. ';
    const { content, embeds, flags } = renderReply({
      isPrivate: false,
      blocks: [
        { type: 'heading', text: 'AI description' },
        { type: 'text', text: sentence.repeat(200) },
        { type: 'note', text: 'the figures' },
      ],
      actions: [],
    });
    expect(content).toBe('**AI description**');
    expect(flags).toEqual([]);
    const text = embeds.map(embed => embed.description).join('\n');
    expect(text).toMatch(/^A long brown dog/);
    expect(text).toMatch(/grass\.\n-# the figures$/);
    expect(text.length).toBeGreaterThan(4000);
  });
});
