import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  readBenchmarkSettings,
  readConfig,
  secretsOf,
  VARIABLE_NAMES,
} from '../../src/config/env.ts';

const DISCORD_TOKEN = `${'M'.repeat(24)}.GxYzAb.${'s'.repeat(38)}`;
const SLACK_BOT_TOKEN = 'xoxb-1234567890-abcdefghij';
const SLACK_APP_TOKEN = 'xapp-1-A0123-456-abcdef';
const SLACK_SIGNING_SECRET = '0123456789abcdef0123456789abcdef';

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration from the environment', () => {
  it('needs nothing', () => {
    const config = readConfig({ NARRATOR_CACHE: '/tmp/cache' });
    expect(config).toMatchObject({
      discord: null,
      slack: null,
      engines: [{ engine: 'embedded', cacheFolder: '/tmp/cache' }],
      logLevel: 'info',
      allowedAddresses: [],
    });
    expect(config.store).toEqual({
      kind: 'sqlite',
      file: path.resolve(import.meta.dirname, '../../data/narrator.sqlite'),
    });
  });

  it('takes a variable that is set to nothing for absent', () => {
    expect(readConfig({ DISCORD_TOKEN: '', SLACK_BOT_TOKEN: ' ', DATABASE_URL: '' })).toMatchObject({
      discord: null,
      slack: null,
      store: { kind: 'sqlite' },
    });
  });

  it('reads both platforms, the database, the engines and the limits', () => {
    const config = readConfig({
      DISCORD_TOKEN,
      DISCORD_MESSAGE_CONTENT: '1',
      DISCORD_API_URL: 'http://127.0.0.1:9/',
      SLACK_BOT_TOKEN,
      SLACK_APP_TOKEN,
      DATABASE_URL: 'postgres://me:secretpass@localhost/narrator',
      NARRATOR_ENGINES: 'openai:gpt-x:latest, embedded,vlm:org/model',
      OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1',
      OPENAI_API_KEY: 'key-of-mine',
      HF_TOKEN: 'hf_abcdefgh',
      NARRATOR_CACHE: '/tmp/cache',
      NARRATOR_LIMIT_PERSON: '3',
      NARRATOR_GRACE_SECONDS: '0',
      NARRATOR_DEADLINE_SECONDS: '30',
      NARRATOR_LOG_LEVEL: 'warn',
    });
    expect(config.discord).toEqual({
      token: DISCORD_TOKEN,
      baseUrl: 'http://127.0.0.1:9',
      hasMessageContent: true,
    });
    expect(config.slack).toEqual({
      botToken: SLACK_BOT_TOKEN,
      transport: { kind: 'socket', appToken: SLACK_APP_TOKEN },
      baseUrl: null,
    });
    expect(config.engines).toMatchObject([
      { engine: 'openai', model: 'gpt-x:latest', baseUrl: 'http://127.0.0.1:8000/v1', apiKey: 'key-of-mine' },
      { engine: 'embedded' },
      { engine: 'vlm', model: 'org/model', token: 'hf_abcdefgh' },
    ]);
    expect(config.bots).toMatchObject({ perPersonPerMinute: 3, graceMs: 0, deadlineMs: 30_000 });
    expect(config.logLevel).toBe('warn');
    expect(secretsOf(config)).toEqual([
      DISCORD_TOKEN,
      SLACK_BOT_TOKEN,
      SLACK_APP_TOKEN,
      'secretpass',
      'key-of-mine',
      'hf_abcdefgh',
    ]);
  });

  it('reads the anthropic engine, and where benchmarks lie', () => {
    const config = readConfig({
      NARRATOR_ENGINES: 'anthropic:model-x',
      ANTHROPIC_API_KEY: 'key-of-mine',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
      NARRATOR_DATA: '/srv/narrator',
    });
    expect(config.engines).toEqual([
      { engine: 'anthropic', model: 'model-x', apiKey: 'key-of-mine', baseUrl: 'http://127.0.0.1:9' },
    ]);
    expect(secretsOf(config)).toEqual(['key-of-mine']);
    expect(config.benchmarksFolder).toBe('/srv/narrator/benchmarks');
  });

  it('reads the settings of benchmarks whatever those of the bots', () => {
    const settings = readBenchmarkSettings({
      DISCORD_TOKEN: 'wrong',
      NARRATOR_DATA: '/srv/narrator',
      OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1',
      ANTHROPIC_API_KEY: 'key-of-mine',
    });
    expect(settings).toMatchObject({
      folder: '/srv/narrator/benchmarks',
      openai: { baseUrl: 'http://127.0.0.1:8000/v1', apiKey: null },
      anthropic: { baseUrl: null, apiKey: 'key-of-mine' },
    });
    expect(() => readBenchmarkSettings({ OPENAI_BASE_URL: 'here' })).toThrow(/OPENAI_BASE_URL should/);
  });

  it('reads how the sources of figures are asked', () => {
    const nothing = { baseUrl: null, token: null };
    expect(readConfig({}).reach).toEqual({
      goalsFile: path.resolve(import.meta.dirname, '../../config/goals.json'),
      access: { huggingface: nothing, github: nothing, x: nothing, reddit: nothing },
    });
    const config = readConfig({
      HF_TOKEN: ' hf_abcdefgh ',
      GITHUB_TOKEN: 'github_pat_abc',
      X_BEARER_TOKEN: 'AAAAAAAAAAAAAAAAAAAAxyz',
      REDDIT_CLIENT_ID: 'client-id',
      REDDIT_CLIENT_SECRET: 'client-secret',
      REACH_X_URL: 'http://127.0.0.1:9/',
      NARRATOR_GOALS: '/etc/goals.json',
    });
    expect(config.reach).toMatchObject({
      goalsFile: '/etc/goals.json',
      access: {
        huggingface: { token: 'hf_abcdefgh' },
        x: { baseUrl: 'http://127.0.0.1:9' },
        reddit: { token: { clientId: 'client-id', clientSecret: 'client-secret' } },
      },
    });
    expect(secretsOf(config)).toEqual([
      'hf_abcdefgh',
      'github_pat_abc',
      'AAAAAAAAAAAAAAAAAAAAxyz',
      'client-secret',
    ]);
  });

  it('reads the account that threads are posted from, whole or not at all', () => {
    const env = {
      X_API_KEY: 'apiKey0123456789',
      X_API_SECRET: 'apiSecret0123456789',
      X_ACCESS_TOKEN: '42-accessToken0123456789',
      X_ACCESS_SECRET: 'accessSecret0123456789',
    };
    expect(readConfig({}).launch).toEqual({
      file: path.resolve(import.meta.dirname, '../../config/launch.json'),
      x: null,
    });
    const config = readConfig({
      ...env,
      REACH_X_URL: 'http://127.0.0.1:9/',
      NARRATOR_LAUNCH: '/etc/launch.json',
    });
    expect(config.launch).toEqual({
      file: '/etc/launch.json',
      x: {
        apiKey: env.X_API_KEY,
        apiSecret: env.X_API_SECRET,
        accessToken: env.X_ACCESS_TOKEN,
        accessSecret: env.X_ACCESS_SECRET,
        baseUrl: 'http://127.0.0.1:9',
      },
    });
    expect(secretsOf(config)).toEqual(Object.values(env));
    expect(faultsOf({ ...env, X_ACCESS_SECRET: '', X_API_KEY: 'not a key' })).toEqual([
      expect.stringMatching(/^X_API_KEY should be the API key/),
      expect.stringMatching(/^X_ACCESS_SECRET should be set/),
    ]);
  });

  it('takes HTTP mode where Slack has a signing secret and no app token', () => {
    const { slack } = readConfig({ SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_HTTP_PORT: '4000' });
    expect(slack?.transport).toEqual({
      kind: 'http',
      signingSecret: SLACK_SIGNING_SECRET,
      host: '127.0.0.1',
      port: 4000,
    });
  });

  it('keeps the data in a folder that is named, from the project where it is relative', () => {
    const file = (folder: string) => readConfig({ NARRATOR_DATA: folder }).store;
    expect(file('/srv/x')).toEqual({ kind: 'sqlite', file: '/srv/x/narrator.sqlite' });
    expect(file('elsewhere')).toEqual({
      kind: 'sqlite',
      file: path.resolve(import.meta.dirname, '../../elsewhere/narrator.sqlite'),
    });
  });

  it('names all faults at once and repeats no value', () => {
    const env = {
      DISCORD_TOKEN: 'my-client-secret-123456',
      DISCORD_MESSAGE_CONTENT: 'maybe',
      SLACK_BOT_TOKEN: 'xoxp-wrong-kind-of-token',
      SLACK_HTTP_PORT: '99999',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      NARRATOR_ENGINES: 'openai:m,magic',
      NARRATOR_LIMIT_PERSON: 'many',
      NARRATOR_LOG_LEVEL: 'loud',
    };
    const faults = faultsOf(env);
    for (const name of Object.keys(env)) {
      expect(faults.filter(fault => fault.startsWith(`${name} should`))).toHaveLength(1);
    }
    expect(faults).toContainEqual(expect.stringMatching(/^OPENAI_BASE_URL should/));
    expect(faults).toContainEqual(expect.stringMatching(/^SLACK_APP_TOKEN should be set/));
    for (const value of Object.values(env)) expect(faults.join('\n')).not.toContain(value);
  });

  it.each([
    [{ SLACK_BOT_TOKEN }, /^SLACK_APP_TOKEN should be set/],
    [{ SLACK_APP_TOKEN }, /^SLACK_BOT_TOKEN should be set/],
    [{ SLACK_SIGNING_SECRET }, /^SLACK_BOT_TOKEN should be set/],
    [{ REDDIT_CLIENT_ID: 'client-id' }, /^REDDIT_CLIENT_SECRET should be set/],
    [{ REDDIT_CLIENT_SECRET: 'client-secret' }, /^REDDIT_CLIENT_ID should be set/],
    [{ HF_TOKEN: 'hf_ with a blank' }, /^HF_TOKEN should hold no blanks/],
    [{ HF_TOKEN: 'hf_ with a blank', NARRATOR_ENGINES: 'vlm:org/model' }, /^HF_TOKEN holds blanks/],
    [{ GITHUB_TOKEN: 'a b' }, /^GITHUB_TOKEN should/],
    [{ NARRATOR_ENGINES: 'embedded,embedded' }, /^NARRATOR_ENGINES should name each engine once/],
    [{ NARRATOR_ENGINES: 'vlm' }, /^NARRATOR_ENGINES should list/],
    [{ NARRATOR_ENGINES: 'anthropic:m' }, /^ANTHROPIC_API_KEY should be set/],
    [{ ANTHROPIC_API_KEY: 'a b' }, /^ANTHROPIC_API_KEY should be a key/],
    [{ NARRATOR_ENGINES: ',' }, /^NARRATOR_ENGINES should name at least one/],
    [{ NARRATOR_ENGINES: 'vlm:org/model', HF_ENDPOINT: 'no address' }, /^HF_ENDPOINT should/],
  ])('finds the fault of %o', (env, fault) => {
    expect(faultsOf(env as Record<string, string>)).toEqual([expect.stringMatching(fault)]);
  });

  it('is what .env.example lists', () => {
    const example = readFileSync(path.join(import.meta.dirname, '../../.env.example'), 'utf8');
    const listed = [...example.matchAll(/^#([A-Z][A-Z0-9_]+)=/gm)].map(match => match[1]!);
    expect(new Set(listed).size).toBe(listed.length);
    const readElsewhere = ['NARRATOR_CACHE', 'NO_COLOR', 'HF_TOKEN', 'HF_ENDPOINT', 'NARRATOR_OFFLINE'];
    expect(listed.toSorted()).toEqual([...VARIABLE_NAMES, ...readElsewhere].toSorted());
  });
});
