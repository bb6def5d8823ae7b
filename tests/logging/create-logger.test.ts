import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/env.ts';
import { createLogger } from '../../src/logging/create-logger.ts';
import { createRedactor } from '../../src/logging/redact.ts';

const TOKEN = `${'M'.repeat(24)}.GxYzAb.${'s'.repeat(38)}`;

function logInto(config: Config, isTTY: boolean) {
  const lines: string[] = [];
  const log = createLogger(config, { isTTY, write: (line: string) => lines.push(line) > 0 });
  return { log, lines };
}

describe('the log', () => {
  it('is a line of JSON for each event', () => {
    const { log, lines } = logInto(readConfig({}), false);
    log.info({ channel: 'C1' }, 'described an image');
    log.debug('not at this level');
    expect(lines).toHaveLength(1);
    expect(lines[0]!.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 30,
      time: expect.any(Number),
      channel: 'C1',
      msg: 'described an image',
    });
  });

  it('is for people on a terminal, with the stack below and nothing that drives the terminal', () => {
    const { log, lines } = logInto(readConfig({}), true);
    log.warn({ err: new Error('no route'), engine: 'vlm', name: 'a b' }, 'will try again \u001b[2J');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d {2}warn {2}will try again \uFFFD\[2J {2}engine=vlm name="a b"\n {4}Error: no route\n {8}at /,
    );
    expect(lines[0]).not.toContain('\u001b');
  });

  it('lets no configured secret out: of messages, fields, names of fields and the stacks of causes', () => {
    const config = readConfig({
      DISCORD_TOKEN: TOKEN,
      SLACK_BOT_TOKEN: 'xoxb-1234567890-abcdefghij',
      SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
      DATABASE_URL: 'postgres://me:p%40ss%22word@localhost/narrator',
      NARRATOR_ENGINES: 'openai:m',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      OPENAI_API_KEY: 'an"odd\\key',
    });
    const secrets = [TOKEN, 'xoxb-1234567890', '0123456789abcdef0123', 'p@ss', 'p%40ss', 'odd\\'];
    const { log, lines } = logInto(config, false);
    for (const secret of [
      TOKEN,
      'xoxb-1234567890-abcdefghij',
      '0123456789abcdef0123456789abcdef',
      'p@ss"word',
      'p%40ss%22word',
      'an"odd\\key',
    ]) {
      log.info(`message ${secret} end`);
      log.info({ deep: { [secret]: [secret] } }, 'field');
      log.error({ err: new Error(`outer ${secret}`, { cause: new Error(`inner ${secret}`) }) }, 'stack');
    }
    expect(lines).toHaveLength(18);
    for (const line of lines) {
      expect(line).toContain('[redacted]');
      expect(() => JSON.parse(line)).not.toThrow();
      for (const secret of secrets) expect(line).not.toContain(secret);
    }
    expect(lines[2]).toContain('inner');
  });
});

describe('redaction', () => {
  const redact = createRedactor([]);

  it.each([
    ['xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy'],
    ['xoxe.xoxp-1-Mi0yLTE3NjUz'.slice(5)],
    ['xapp-1-A111-222-abcdef'],
    ['MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs'],
    ['hf_abcdefghijklmnopqrstuv'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz'],
    ['sk-proj-abcdefghijklmnop_1234'],
  ])('knows the shape of %s', token => {
    expect(redact(`before ${token} after`)).toBe('before [redacted] after');
  });

  it.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['postgres://me:hunter22@db:5432/x', 'postgres://me:[redacted]@db:5432/x'],
    [
      'PATCH /api/v10/webhooks/123/aW50ZXJhY3Rpb246abcdefgh/messages/@original',
      'PATCH /api/v10/webhooks/123/[redacted]/messages/@original',
    ],
    ['https://hooks.slack.com/commands/T1/2/abc', 'https://hooks.slack.com/[redacted]'],
    [
      '/attachments/1/2/a.png?ex=1&is=2&hm=abcdef0123456789',
      '/attachments/1/2/a.png?ex=1&is=2&hm=[redacted]',
    ],
  ])('cleans %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('leaves harmless text alone', () => {
    const text =
      'A small brown dog, 3.5 m away: "12:30" https://example.org/a?b=c at task-sk-1 file.test.ts:12:3';
    expect(redact(text)).toBe(text);
  });

  it('is done soon with hostile text', () => {
    const began = performance.now();
    for (const part of ['a', 'x', '-a', '.', 'Bearer ', '://a:', 'xoxb-', '/webhooks/1/'])
      redact(part.repeat(100_000 / part.length));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
