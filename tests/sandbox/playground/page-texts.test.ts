import { describe, expect, it } from 'vitest';

// The page's own modules: plain JavaScript for browsers, of which these know no DOM.
const PAGE = '../../../src/sandbox/playground/page';
const { parseMarkdown } = await import(`${PAGE}/discord-markdown.js`);
const { parseMrkdwn } = await import(`${PAGE}/slack-mrkdwn.js`);
const { readTypedCommand, suggest } = await import(`${PAGE}/typed-command.js`);

interface Tree {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly children?: readonly Tree[];
}

/** `bold(a)` for a tree of type bold with the text a. */
function shape(trees: readonly Tree[]): string {
  return trees
    .map(({ type, text, id, children }) =>
      type === 'text' ? text : `${type}(${text ?? id ?? shape(children ?? [])})`,
    )
    .join('');
}

describe('Discord’s Markdown', () => {
  it.each([
    ['a **b** *c* __d__ ~~e~~ `f`', 'line(a bold(b) italic(c) underline(d) strike(e) code(f))'],
    ['**a *b* c**', 'line(bold(a italic(b) c))'],
    ['\\*\\*no\\*\\* \\@everyone \\# 3\\.5', 'line(**no** @everyone # 3.5)'],
    ['snake_case_name * 2 * 3', 'line(snake_case_name * 2 * 3)'],
    ['# A\n-# b\n> c\n- d', 'heading(A)subtext(b)quote(c)item(d)'],
    ['a\n```js\n**b**\n```\nc', 'line(a)code-block(**b**)line(c)'],
    [
      '<@123> <#45> @everyone https://a.example/b',
      'line(mention(123) channel(45) mention(@everyone) link(https://a.example/b))',
    ],
    ['**not closed', 'line(**not closed)'],
    ['<img src=x onerror=alert(1)>', 'line(<img src=x onerror=alert(1)>)'],
  ])('reads %j', (source, expected) => {
    expect(shape(parseMarkdown(source))).toBe(expected);
  });

  it('is done soon with hostile text', () => {
    const began = performance.now();
    for (const part of ['*', '**a', '_', '`', '<@', '\\', '||', '```', 'http://'])
      parseMarkdown(part.repeat(2000));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('Slack’s mrkdwn', () => {
  it.each([
    ['a *b* _c_ ~d~ `e`', 'line(a bold(b) italic(c) strike(d) code(e))'],
    [
      '<@U1> <#C1|general> <!here> <https://a.example|a &amp; b>',
      'line(mention(U1) channel(general) mention(@here) link(a & b))',
    ],
    ['&lt;b&gt; &amp;amp; 2*3*4', 'line(<b> &amp; 2*3*4)'],
    ['&gt; quoted\n```\n*x*\n```', 'quote(quoted)code-block(*x*)'],
  ])('reads %j', (source, expected) => {
    expect(shape(parseMrkdwn(source))).toBe(expected);
  });
});

describe('a command while it is typed', () => {
  const option = (name: string, more: object = {}) => ({
    ...{ name, description: `The ${name}`, isRequired: false, kind: 'text', choices: [], isCompleted: false },
    ...more,
  });
  const COMMANDS = [
    {
      name: 'describe',
      description: 'Describe an image',
      options: [
        option('image', { kind: 'file' }),
        option('url'),
        option('style', { choices: ['vivid', 'brief'] }),
      ],
    },
    { name: 'stats', description: 'Figures', options: [option('days', { kind: 'number' })] },
    {
      name: 'narrate',
      description: 'Narrate',
      options: [option('text', { description: 'describe URL | stats | help' })],
    },
  ];
  const labels = (typed: string) =>
    suggest(readTypedCommand(typed, COMMANDS), COMMANDS).map(({ label }: { label: string }) => label);

  it('is none without a slash', () => {
    expect(readTypedCommand('describe', COMMANDS)).toBeNull();
    expect(labels('hello')).toEqual([]);
  });

  it('gets its name, its options and their values suggested', () => {
    expect(labels('/')).toEqual(['/describe', '/stats', '/narrate']);
    expect(labels('/st')).toEqual(['/stats']);
    expect(labels('/describe ')).toEqual(['url:', 'style:']);
    expect(labels('/describe st')).toEqual(['style:']);
    expect(labels('/describe style:')).toEqual(['vivid', 'brief']);
    expect(labels('/describe style:br')).toEqual(['brief']);
    expect(labels('/describe style:brief ')).toEqual(['url:']);
    expect(labels('/narrate ')).toEqual(['describe', 'stats', 'help']);
    expect(labels('/narrate st')).toEqual(['stats']);
    expect(labels('/narrate stats of:channel')).toEqual([]);
  });

  it('is read with its options and the rest', () => {
    expect(readTypedCommand('/describe url:https://a.example/x.png style:brief', COMMANDS)).toMatchObject({
      name: 'describe',
      options: { url: 'https://a.example/x.png', style: 'brief' },
      rest: '',
    });
    expect(readTypedCommand('/narrate describe style:brief a', COMMANDS)).toMatchObject({
      options: {},
      rest: 'describe style:brief a',
    });
    expect(readTypedCommand('/nothing here', COMMANDS)).toMatchObject({ command: undefined });
  });
});
