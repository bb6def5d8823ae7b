import { expect, test } from 'vitest';
import { SlackApiError } from '../../../src/sandbox/slack/api-error.ts';
import { validateMessageBlocks } from '../../../src/sandbox/slack/blocks/validate-blocks.ts';
import { callSlack } from './call-slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (fields: Record<string, unknown> = {}) => ({
  type: 'button',
  text: plain('Go'),
  action_id: 'a',
  ...fields,
});
const option = (value: string) => ({ text: plain(value), value });
const options = (count: number) => Array.from({ length: count }, (_, index) => option(`o${index}`));
const actions = (...elements: object[]) => [{ type: 'actions', elements }];
const input = (element: object) => [{ type: 'input', label: plain('Why'), element }];
const x = (count: number) => 'x'.repeat(count);

function refusalOf(blocks: unknown): unknown {
  try {
    validateMessageBlocks(blocks);
    return null;
  } catch (error) {
    if (!(error instanceof SlackApiError)) throw error;
    return error.details.errors ?? error.code;
  }
}

/** Each at its limit and just beyond. */
const LIMITS: readonly (readonly [name: string, limit: number, make: (count: number) => unknown])[] = [
  ['header text', 150, count => [{ type: 'header', text: plain(x(count)) }]],
  ['section text', 3000, count => [{ type: 'section', text: mrkdwn(x(count)) }]],
  ['section fields', 10, count => [{ type: 'section', fields: Array(count).fill(plain('f')) }]],
  ['field text', 2000, count => [{ type: 'section', fields: [mrkdwn(x(count))] }]],
  ['context elements', 10, count => [{ type: 'context', elements: Array(count).fill(mrkdwn('c')) }]],
  [
    'actions elements',
    25,
    count => actions(...Array.from({ length: count }, (_, n) => button({ action_id: `a${n}` }))),
  ],
  ['button text', 75, count => actions(button({ text: plain(x(count)) }))],
  ['button value', 2000, count => actions(button({ value: x(count) }))],
  ['action_id', 255, count => actions(button({ action_id: x(count) }))],
  ['block_id', 255, count => [{ type: 'divider', block_id: x(count) }]],
  ['blocks', 50, count => Array(count).fill({ type: 'divider' })],
  [
    'image alt_text',
    2000,
    count => [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: x(count) }],
  ],
  ['select options', 100, count => actions({ type: 'static_select', options: options(count) })],
  ['radio options', 10, count => actions({ type: 'radio_buttons', options: options(count) })],
  ['checkbox options', 10, count => actions({ type: 'checkboxes', options: options(count) })],
  [
    'option text',
    75,
    count => actions({ type: 'overflow', options: [{ text: plain(x(count)), value: 'v' }] }),
  ],
  ['input max_length', 3000, count => input({ type: 'plain_text_input', max_length: count })],
];

test.each(LIMITS)('%s: %i are taken, one more is not', (_name, limit, make) => {
  expect(refusalOf(make(limit))).toBeNull();
  expect(refusalOf(make(limit + 1))).toEqual([expect.stringMatching(/json-pointer:\/blocks/)]);
});

test.each([
  ['an unknown block', [{ type: 'carousel' }], 'unsupported type [json-pointer:/blocks/0/type]'],
  [
    'an unknown field',
    [{ type: 'divider', colour: 'red' }],
    'unknown field: colour [json-pointer:/blocks/0]',
  ],
  ['a missing text', [{ type: 'header' }], 'missing required field: text [json-pointer:/blocks/0/text]'],
  [
    'mrkdwn in a header',
    [{ type: 'header', text: mrkdwn('x') }],
    'Invalid input: expected "plain_text" [json-pointer:/blocks/0/text/type]',
  ],
  [
    'an empty text',
    [{ type: 'section', text: plain('') }],
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'one action_id twice',
    actions(button(), button()),
    'action_id already exists: a [json-pointer:/blocks/0]',
  ],
  [
    'an image from two places',
    [{ type: 'image', alt_text: 'x', image_url: 'https://a.example', slack_file: { id: 'F0000000001' } }],
    'must have either image_url or slack_file [json-pointer:/blocks/0]',
  ],
])('%s is refused, saying where', (_name, blocks, message) => {
  expect(refusalOf(blocks)).toEqual([message]);
});

test('rich text with styles is taken, and too much text in all is not', () => {
  const elements = [{ type: 'text', text: 'red', style: { bold: true } }];
  const section = { type: 'rich_text_section', elements };
  expect(
    refusalOf([{ type: 'rich_text', elements: [section, { type: 'rich_text_preformatted', elements }] }]),
  ).toBeNull();
  expect(
    refusalOf([
      {
        type: 'rich_text',
        elements: [{ ...section, elements: [{ type: 'text', text: 'x', style: { red: true } }] }],
      },
    ]),
  ).not.toBeNull();
  const sections = Array(5).fill({ type: 'section', text: plain(x(2700)) });
  expect(refusalOf(sections)).toBe('msg_blocks_too_long');
  expect(refusalOf(sections.slice(1))).toBeNull();
});

test('pictures have to be files that are there or addresses that Slack can reach', async () => {
  await using called = await callSlack();
  const channel = called.channel('general');
  const post = (image: object) =>
    called.say(channel, { text: 'x', blocks: [{ type: 'image', alt_text: 'x', ...image }] });
  expect(await post({ slack_file: { id: 'F0NOSUCHONE' } })).toMatchObject({
    errors: ['invalid slack file [json-pointer:/blocks]'],
  });
  expect(await post({ image_url: 'http://127.0.0.1:80/a.png' })).toMatchObject({
    errors: ['downloading image failed [json-pointer:/blocks]'],
  });
});

test('blocks without a text to fall back on are posted and recorded', async () => {
  await using called = await callSlack();
  expect(await called.say(called.channel('general'), { blocks: [{ type: 'divider' }] })).toMatchObject({
    ok: true,
  });
  expect(called.slack.problems()).toMatchObject([{ what: expect.stringMatching(/screen readers/) }]);
});
