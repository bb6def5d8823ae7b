import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIONS, type Block, type Form, type Reply } from '../../../src/bots/commands/reply.ts';
import { fallbackText, plainText } from '../../../src/bots/slack/plain-text.ts';
import { LIMITS } from '../../../src/bots/slack/render-blocks.ts';
import { renderForm } from '../../../src/bots/slack/render-form.ts';
import { renderHome, renderReply } from '../../../src/bots/slack/render-reply.ts';
import { viewBlocks } from '../../../src/sandbox/slack/blocks/blocks.ts';
import { type BlockJson, validateMessageBlocks } from '../../../src/sandbox/slack/blocks/validate-blocks.ts';
import { markMessage, markMrkdwn } from '../../../src/sandbox/slack/text-marks.ts';

const HOSTILE = [
  '@everyone',
  '<!channel>',
  '<!here|x>',
  '<@U012ABC>',
  '<#C012ABC>',
  '<http://evil.example|click>',
  'http://evil.example/a?b',
  'www.evil.com',
  'mail@evil.org',
  'mailto:a@b.com',
  'tel:+123',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '```',
  '&lt;!channel&gt;',
  '&amp;',
  ':tada:',
  '> quote',
  '\u0000',
  '\ud800',
  '\u202e',
  '👩‍👩‍👧',
];
const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      { weight: 1, arbitrary: fc.nat(4000).map(length => 'word. '.repeat(length / 6)) },
      { weight: 1, arbitrary: fc.nat(4000).map(length => 'x'.repeat(length)) },
    ),
    { maxLength: 12 },
  )
  .chain(parts => fc.constantFrom(' ', '', '\n').map(joint => parts.join(joint)));

const block: fc.Arbitrary<Block> = fc.oneof(
  ...(['heading', 'text', 'note', 'copy'] as const).map(type => hostile.map(text => ({ type, text }))),
  fc
    .array(
      fc.record({
        text: hostile,
        mark: fc.constantFrom(null, 'supported', 'contradicted', 'uncheckable', 'interpretive'),
      }),
      { maxLength: 30 },
    )
    .map(spans => ({ type: 'marked', spans }) as const),
  fc
    .array(fc.record({ name: hostile, value: hostile }), { maxLength: 25 })
    .map(facts => ({ type: 'facts', facts }) as const),
  fc.record({
    type: fc.constant('picture' as const),
    png: fc.constant(new Uint8Array()),
    fileName: hostile,
    altText: hostile,
  }),
);

const reply: fc.Arbitrary<Reply> = fc.record({
  isPrivate: fc.boolean(),
  blocks: fc.array(block, { maxLength: 12 }),
  // Each action once, as in all our replies: Slack wants the ids of a message's buttons to differ.
  actions: fc.subarray([...ACTIONS]).chain(actions =>
    hostile.map(label => {
      const buttons = actions.map(action => ({
        action,
        target: 'r_1-x',
        label,
        style: 'danger' as const,
      }));
      return [0, 5, 10, 15].map(at => buttons.slice(at, at + 5));
    }),
  ),
});

describe('whatever a reply says', () => {
  test('Slack takes it, and nothing pings or links', () => {
    fc.assert(
      fc.property(reply, given => {
        const pictures = new Map(
          given.blocks.filter(({ type }) => type === 'picture').map(picture => [picture, 'F12345678']),
        );
        for (const ids of [new Map(), pictures]) {
          const { text, blocks } = renderReply(given, ids);
          if (blocks.length > 0) validateMessageBlocks(JSON.parse(JSON.stringify(blocks)));
          expect(markMessage(text, blocks as unknown as BlockJson[], { isLinkingNames: true })).toEqual({
            pings: [],
            links: [],
          });
          expect(text.length).toBeLessThanOrEqual(4000);
          expect(text).not.toBe('');
        }
      }),
      { numRuns: 60 },
    );
  });

  test('it stands in no mrkdwn, and the buttons are never left out', () => {
    fc.assert(
      fc.property(reply, given => {
        const { blocks } = renderReply(given);
        const json = JSON.stringify(blocks);
        for (const type of ['mrkdwn', 'markdown', 'link', 'user', 'broadcast', 'channel', 'emoji'])
          expect(json).not.toContain(`"type":"${type}"`);
        expect(json).not.toContain('"emoji":true');
        expect(json.match(/"type":"button"/gu)?.length ?? 0).toBe(given.actions.flat().length);
      }),
      { numRuns: 50 },
    );
  });

  test('the App Home takes it, above a home of the same buttons', () => {
    fc.assert(
      fc.property(reply, reply, (home, answer) => {
        const view = renderHome(home, answer);
        expect(viewBlocks.safeParse(JSON.parse(JSON.stringify(view.blocks))).error).toBeUndefined();
        const ids = [...JSON.stringify(view.blocks).matchAll(/"action_id":"([^"]+)"/gu)].map(([, id]) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 50 },
    );
  });
});

test('control: the same text in mrkdwn does ping and link', () => {
  const { pings, links } = markMrkdwn(HOSTILE.join(' '), { isLinkingNames: true });
  expect(pings.length).toBeGreaterThan(3);
  expect(links.length).toBeGreaterThan(3);
});

describe('the fallback text', () => {
  test.each([
    ['*bold* _it_ ~no~ `code`', /(?<!\u2060)[*_~`]|[*_~`](?!\u2060)/u],
    ['> quote', /^&gt;/u],
    [':tada: and :+1:', /:(?!\u2060)\+?\w+:/u],
    ['a @channel b #general c', /[@#](?!\u2060)/u],
    ['https://a.b', /:\/\//u],
    ['see a.com now', /\.com/u],
  ])('%s formats nothing', (text, live) => {
    expect(text.replace('>', '&gt;')).toMatch(live);
    expect(fallbackText(text, 100)).not.toMatch(live);
  });

  test('reads as it was once the joiners are taken out and the escapes undone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), text => {
        const back = fallbackText(text, 4000)
          .replaceAll('\u2060', '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&');
        expect(back).toBe(plainText(text.replaceAll('\u2060', ''), 4000).text.replaceAll('\u2060', ''));
      }),
    );
  });

  test('keeps to its limit also where all that gets longer stands at its start', () => {
    for (const sign of ['&', '*', '@a', 'a.bc']) {
      const text = fallbackText(sign.repeat(1000) + 'x '.repeat(1500), 4000);
      expect(text.length).toBeLessThanOrEqual(4000);
      expect(text.length).toBeGreaterThan(1500);
    }
  });

  test('says the label, the description and the figures, in that order', () => {
    const { text } = renderReply({
      isPrivate: false,
      blocks: [
        { type: 'heading', text: 'AI description' },
        { type: 'text', text: 'A red boat on a calm lake.' },
        { type: 'note', text: '2 adjectives in 7 words' },
      ],
      actions: [],
    });
    expect(text).toBe('AI description\nA red boat on a calm lake.\n2 adjectives in 7 words');
  });
});

describe('long texts', () => {
  test('go on in the next section, with nothing lost', () => {
    const text = Array.from({ length: 150 }, (_, i) => `Sentence number ${i} has some words.`).join(' ');
    const { blocks } = renderReply({ isPrivate: false, blocks: [{ type: 'text', text }], actions: [] });
    const parts = (blocks as { text: { text: string } }[]).map(part => part.text.text);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^Sentence.*\.$/u);
    expect(parts.join(' ')).toBe(text);
  });

  test('of one word are cut where they have to be', () => {
    const { blocks } = renderReply({
      isPrivate: false,
      blocks: [{ type: 'text', text: '👩'.repeat(2500) }],
      actions: [],
    });
    const parts = (blocks as { text: { text: string } }[]).map(part => part.text.text);
    expect(parts.join('')).toBe('👩'.repeat(2500));
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(LIMITS.section);
  });
});

test('marks are said in words', () => {
  const { blocks, text } = renderReply({
    isPrivate: true,
    blocks: [
      {
        type: 'marked',
        spans: [
          { text: 'A ', mark: null },
          { text: 'red', mark: 'supported' },
          { text: ' and ', mark: null },
          { text: 'lovely', mark: 'interpretive' },
          { text: ' boat.', mark: null },
        ],
      },
    ],
    actions: [],
  });
  expect(text).toBe('A red (supported) and lovely (interpretive) boat.');
  expect(JSON.stringify(blocks)).toContain('{"type":"text","text":"red","style":{"bold":true}}');
});

test('forms come out within the limits of views, whatever they say', () => {
  const field = fc.oneof(
    fc.record({
      kind: fc.constant('text' as const),
      name: fc.constant('comment'),
      label: hostile,
      hint: hostile,
      isRequired: fc.boolean(),
      isLong: fc.boolean(),
      maxChars: fc.integer({ min: 1, max: 5000 }),
      value: hostile,
    }),
    fc.record({
      kind: fc.constant('choice' as const),
      name: fc.constant('reason'),
      label: hostile,
      isRequired: fc.boolean(),
      value: fc.constantFrom('a', 'z'),
      choices: fc.constant([
        { value: 'a', label: 'A' },
        { value: 'b', label: '*B*' },
      ]),
    }),
  );
  const form: fc.Arbitrary<Form> = fc.record({
    title: hostile,
    action: fc.constant('report' as const),
    target: fc.constant('r1'),
    submitLabel: hostile,
    fields: field.map(one => [one]),
  });
  fc.assert(
    fc.property(form, given => {
      const view = JSON.parse(JSON.stringify(renderForm(given, '{}')));
      expect(viewBlocks.safeParse(view.blocks).error).toBeUndefined();
      expect(view.title.text.length).toBeLessThanOrEqual(24);
      expect(view.submit.text.length).toBeLessThanOrEqual(24);
    }),
    { numRuns: 100 },
  );
});
