import { expect, test } from 'vitest';
import { markMessage, markMrkdwn } from '../../../src/sandbox/slack/text-marks.ts';

const NOTHING = { pings: [], links: [] };

test.each([
  '<!channel>',
  '<!here>',
  '<!everyone|everyone>',
  '<@U0000000001>',
  '<@U0000000001|maya>',
  '<!subteam^S0001>',
])('%s pings', text => {
  expect(markMrkdwn(`so ${text} there`)).toEqual({ pings: [text], links: [] });
});

test.each([
  '<https://example.com|here>',
  '<mailto:a@example.com|mail>',
  '<#C0000000001>',
  'https://example.com/x?y=1',
  'example.com',
  'www.example.com/a',
  'a.person@example.com',
])('%s links', text => {
  expect(markMrkdwn(`so ${text} there`)).toEqual({ pings: [], links: [text] });
});

test.each([
  '&lt;!channel&gt; &lt;@U0000000001&gt; &lt;#C0000000001&gt;',
  '@everyone @channel @here',
  'the end.Then more, 3.5 of 10, e.g. this',
  '`example.com` and ```https://example.com```',
])('"%s" does neither', text => {
  expect(markMrkdwn(text)).toEqual(NOTHING);
});

test('plain text does neither, whatever it holds; the same as mrkdwn does both', () => {
  const text = '<!channel> https://example.com';
  const block = (type: string) => [{ type: 'section', text: { type, text } }];
  expect(markMessage('A description', block('plain_text'))).toEqual(NOTHING);
  expect(markMessage('A description', block('mrkdwn'))).toEqual({
    pings: ['<!channel>'],
    links: ['https://example.com'],
  });
  expect(markMessage(text, undefined).pings).toEqual(['<!channel>']);
});

test('rich text links and pings by its elements alone, Markdown by its own links', () => {
  const rich = (...elements: object[]) => [
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] },
  ];
  expect(markMessage('', rich({ type: 'text', text: '<!channel> https://example.com' }))).toEqual(NOTHING);
  expect(markMessage('', rich({ type: 'link', url: 'https://example.com' })).links).toHaveLength(1);
  expect(
    markMessage('', rich({ type: 'broadcast', range: 'here' }, { type: 'user', user_id: 'U1' })).pings,
  ).toHaveLength(2);
  expect(markMessage('', [{ type: 'markdown', text: '[here](ftp://x)' }]).links).toEqual(['[here](ftp://x)']);
});

test('names and bare addresses follow what the message asks for', () => {
  expect(markMessage('@channel example.com', undefined, { isLinkingNames: true })).toEqual({
    pings: ['@channel'],
    links: ['example.com'],
  });
  expect(markMessage('@channel example.com', undefined, { isVerbatim: true })).toEqual(NOTHING);
});
