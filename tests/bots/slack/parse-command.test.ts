import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BotError } from '../../../src/bots/commands/bot-error.ts';
import { COMMAND_SPECS } from '../../../src/bots/commands/command-specs.ts';
import { parseCommand, usageOf } from '../../../src/bots/slack/parse-command.ts';

const ENGINES = ['embedded', 'openai'];
const parse = (text: string) => parseCommand(text, ENGINES);

function refusal(text: string): BotError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof BotError) return error;
    throw error;
  }
  return expect.fail(`"${text}" should have been refused`);
}

describe('what is understood', () => {
  test.each([
    ['', 'help', {}],
    ['  ', 'help', {}],
    ['help', 'help', {}],
    ['HELP', 'help', {}],
    ['describe https://a.example/b.png', 'describe', { url: 'https://a.example/b.png' }],
    ['describe <https://a.example/b.png>', 'describe', { url: 'https://a.example/b.png' }],
    [
      'describe <https://a.example/?a=1&amp;b=2|a.example>',
      'describe',
      { url: 'https://a.example/?a=1&b=2' },
    ],
    ['https://a.example/b.png', 'describe', { url: 'https://a.example/b.png' }],
    ['<https://a.example/b.png> brief', 'describe', { url: 'https://a.example/b.png', style: 'brief' }],
    [
      'describe style:vivid url:https://a.example/b.png engine:openai',
      'describe',
      { url: 'https://a.example/b.png', style: 'vivid', engine: 'openai' },
    ],
    ['describe "https://a.example/b c.png"', 'describe', { url: 'https://a.example/b c.png' }],
    ['describe URL:https://a.example/b.png', 'describe', { url: 'https://a.example/b.png' }],
    ['adjectives a small red house', 'adjectives', { text: 'a small red house' }],
    ['adjectives "a small red house"', 'adjectives', { text: 'a small red house' }],
    ['adjectives text:"a small red house"', 'adjectives', { text: 'a small red house' }],
    ['adjectives text:“a small red house”', 'adjectives', { text: 'a small red house' }],
    ['adjectives colour:red and   style:old', 'adjectives', { text: 'colour:red and   style:old' }],
    ['adjectives say "good" things', 'adjectives', { text: 'say "good" things' }],
    ['adjectives R&amp;D is &lt;new&gt;', 'adjectives', { text: 'R&D is <new>' }],
    ['adjectives <@U123ABC|ann> is <!here> kind', 'adjectives', { text: '@ann is @here kind' }],
    ['stats', 'stats', {}],
    ['stats person <@U123ABC|ann> days:7', 'stats', { of: 'person', person: 'U123ABC', days: 7 }],
    ['stats person:<@U123ABC|Ann Lee> of:person', 'stats', { of: 'person', person: 'U123ABC' }],
    ['stats of:model model:"my model 3b"', 'stats', { of: 'model', model: 'my model 3b' }],
    ['leaderboard enable:on', 'leaderboard', { enable: true }],
    [
      'settings watch:on history:No retention:90 style:alt',
      'settings',
      {
        watch: true,
        history: false,
        retention: 90,
        style: 'alt',
      },
    ],
    ['privacy opt-out', 'privacy', { do: 'opt-out' }],
    ['privacy do:forget-me', 'privacy', { do: 'forget-me' }],
  ])('%s', (text, command, options) => {
    expect(parse(text)).toEqual({ command, options });
  });
});

describe('what is refused, with what is allowed', () => {
  test.each([
    ['descrbe https://a.example', 'bad-option', ['descrbe', 'describe, adjectives', 'privacy or help']],
    ['describe', 'no-image', ['cannot carry a picture', 'mention me', 'Describe image']],
    ['describe style:brief', 'no-image', ['/narrate describe URL style:vivid|brief|alt']],
    ['describe https://a.example stile:brief', 'bad-option', ['“stile:brief”', 'style:vivid|brief|alt']],
    ['describe https://a.example two', 'bad-option', ['“two”', '/narrate describe']],
    ['describe https://a.example style:long', 'bad-option', ['“long”', 'vivid, brief or alt']],
    ['describe https://a.example engine:gpt', 'bad-option', ['“gpt”', 'embedded or openai']],
    ['describe https://a.example url:https://b.example', 'bad-option', ['given twice']],
    ['describe https://a.example image:x', 'bad-option', ['“image:x”']],
    [`describe https://a.example/${'x'.repeat(2000)}`, 'bad-option', ['at most 2000 characters']],
    ['adjectives', 'bad-option', ['“text” is missing', '/narrate adjectives TEXT']],
    ['adjectives ""', 'bad-option', ['a text']],
    ['stats days:0', 'bad-option', ['whole number from 1 to 365']],
    ['stats days:1.5', 'bad-option', ['whole number']],
    ['stats days:-1', 'bad-option', ['whole number']],
    ['stats days:1e2', 'bad-option', ['whole number']],
    ['stats person:ann', 'bad-option', ['@name']],
    ['stats everything', 'bad-option', ['“everything”', 'of:channel|person|model', 'days:1–365']],
    ['settings watch:maybe', 'bad-option', ['on or off']],
    ['goals now', 'bad-option', ['“now”', '/narrate goals']],
  ])('%s', (text, code, words) => {
    const error = refusal(text);
    expect(error.code).toBe(code);
    for (const word of words) expect(error.message).toContain(word);
  });

  test('whatever is typed, it is understood or refused with a sentence of bounded length', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('describe', 'stats', 'style:', 'url:"', '<@U1', '“', ':', '<https://x|y z>', 'days:9'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), words => {
        try {
          const { command, options } = parse(words.join(' '));
          const spec = COMMAND_SPECS.find(({ name }) => name === command)!;
          for (const name of Object.keys(options))
            expect(spec.options.map(option => option.name)).toContain(name);
        } catch (error) {
          if (!(error instanceof BotError)) throw error;
          expect(error.message.length).toBeLessThan(400);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('each command is understood as its own usage shows it', () => {
  const example: Readonly<Record<string, string>> = {
    URL: 'https://a.example/b.png',
    'on|off': 'on',
    '@name': '<@U123ABC>',
    '1–365': '30',
  };
  for (const spec of COMMAND_SPECS) {
    const typed = usageOf(spec, ENGINES)
      .split(' ')
      .slice(1)
      .map(part => {
        const [name = '', value] = part.split(':');
        if (value === undefined) return example[part] ?? part.toLowerCase();
        return `${name}:${example[value] ?? value.split('|')[0]}`;
      })
      .join(' ');
    const wanted = spec.options.filter(({ kind }) => kind !== 'image').map(({ name }) => name);
    expect(Object.keys(parse(typed).options).toSorted()).toEqual(wanted.toSorted());
  }
});
