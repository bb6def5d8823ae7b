import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/env.ts';
import { createLogger } from '../../src/logging/create-logger.ts';

/** Made up here, in the shapes that each issuer gives out; none is configured, so that the shape alone decides. */
const letters = (count: number) => 'aB3dE6gH9jK2mN5p'.repeat(8).slice(0, count);
const TOKENS: readonly (readonly [whose: string, token: string])[] = [
  ['Discord', `${letters(24)}.${letters(6)}.${letters(38)}`],
  ['Slack, a bot', `xoxb-1234567890-${letters(24)}`],
  ['Slack, an app', `xapp-1-A0123-456-${letters(40)}`],
  ['Slack, a person', `xoxp-1234567890-1234567890-${letters(32)}`],
  ['Slack, one that is renewed', `xoxe-1-${letters(60)}`],
  ['Hugging Face', `hf_${letters(34)}`],
  ['GitHub, classic', `ghp_${letters(36)}`],
  ['GitHub, an app', `ghs_${letters(36)}`],
  ['GitHub, fine-grained', `github_pat_${letters(22)}_${letters(59)}`],
  ['OpenAI, of a project', `sk-proj-${letters(48)}`],
  ['OpenAI, of an account', `sk-${letters(48)}`],
  ['Anthropic', `sk-ant-api03-${letters(86)}_${letters(6)}AA`],
  ['X, a bearer', `AAAAAAAAAAAAAAAAAAAAA${letters(20)}%3D${letters(50)}`],
  ['X, an OAuth 1 access token', `1234567890123456789-${letters(30)}`],
  ['Reddit', `1234567890123-${letters(27)}`],
  ['Reddit, a bearer', `eyJ${letters(30)}.eyJ${letters(60)}.${letters(40)}`],
];

const LOGGED: readonly (readonly [where: string, fields: (text: string) => object])[] = [
  ['a field', text => ({ text })],
  ['a deep field, and the name of one', text => ({ deep: [{ [text]: { text } }] })],
  ['an error', text => ({ err: new Error(`refused ${text}`) })],
  ['a cause', text => ({ err: new Error('refused', { cause: new Error(text) }) })],
  [
    'an error’s own fields',
    text => ({ err: Object.assign(new Error('refused'), { headers: { authorization: text } }) }),
  ],
  ['errors together', text => ({ error: new AggregateError([new Error(text)], 'all failed') })],
];

function lineOf(env: Record<string, string>, write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger(readConfig(env), { isTTY: false, write: (text: string) => lines.push(text) > 0 }));
  return lines.join('');
}

describe.each(TOKENS)('a token of %s', (_whose, token) => {
  it('is never in a message', () => {
    const line = lineOf({}, log => log.info(`sent ${token}.`));
    expect(line).toContain('[redacted]');
    expect(line).not.toContain(token.slice(-16));
  });

  it.each(LOGGED)('is never in %s', (_where, fields) => {
    const line = lineOf({}, log => log.error(fields(token), 'failed'));
    expect(line).toContain('[redacted]');
    expect(line).not.toContain(token.slice(-16));
  });
});

const X_ACCOUNT = {
  ...{ X_API_KEY: letters(25), X_API_SECRET: letters(50) },
  ...{ X_ACCESS_TOKEN: `12345678-${letters(40)}`, X_ACCESS_SECRET: letters(45) },
};

describe('what has no shape of its own', () => {
  it.each([
    ['NARRATOR_API_TOKEN', 'plain-looking.words~of-some/length=', {}],
    ['SLACK_SIGNING_SECRET', '0123456789abcdef0123456789abcdef', { SLACK_BOT_TOKEN: 'xoxb-1234567890-abc' }],
    [
      'OPENAI_API_KEY',
      'a-key-like-any-word',
      { NARRATOR_ENGINES: 'openai:m', OPENAI_BASE_URL: 'http://h/v1' },
    ],
    ['REDDIT_CLIENT_SECRET', letters(27), { REDDIT_CLIENT_ID: letters(14) }],
    ['DATABASE_URL', 'correct-horse', {}, (secret: string) => `postgres://narrator:${secret}@db/narrator`],
    // X's OAuth 1.0a: letters and digits; the access token has a shape, above.
    ...['X_API_KEY', 'X_API_SECRET', 'X_ACCESS_SECRET'].map(
      (name, index) => [name, `${index}${letters(44)}`, X_ACCOUNT] as const,
    ),
    ['ANTHROPIC_API_KEY', 'another-key-like-any-word', { NARRATOR_ENGINES: 'anthropic:m' }],
  ] satisfies (readonly [string, string, Record<string, string>, ((secret: string) => string)?])[])(
    'is known by its setting: %s',
    (name, secret, more, setting = String) => {
      for (const [, fields] of LOGGED) {
        const line = lineOf({ ...more, [name]: setting(secret) }, log =>
          log.error(fields(secret), `failed ${secret}`),
        );
        expect(line).toContain('[redacted]');
        expect(line).not.toContain(secret);
      }
    },
  );

  it('is in the header that signs a request to X', () => {
    const header = `OAuth oauth_consumer_key="${letters(25)}", oauth_token="1-${letters(30)}", oauth_signature="${letters(20)}%2F%3D"`;
    for (const [, fields] of LOGGED) {
      const line = lineOf({}, log => log.error(fields(header), header));
      expect(line).toContain('oauth_consumer_key=');
      expect(line).not.toContain(letters(20));
    }
  });

  it('is a password in the address of a database, configured or not', () => {
    for (const [, fields] of LOGGED) {
      const url = 'postgres://narrator:correct-horse@db.internal:5432/narrator';
      const line = lineOf({}, log => log.error(fields(url), `cannot reach ${url}`));
      expect(line).not.toContain('correct-horse');
      expect(line).toContain('postgres://narrator:[redacted]@db.internal');
    }
  });
});
