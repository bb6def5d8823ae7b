import { isIP } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { NarratorError } from '../errors.ts';
import type { EngineConfig } from '../inference/engines/engine-config.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { type HubSettings, readHubSettings } from '../inference/models/hub-settings.ts';
import type {
  BotsConfig,
  Config,
  DiscordConfig,
  LaunchConfig,
  ReachConfig,
  SlackConfig,
  WebConfig,
} from './config.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A variable set to nothing is as good as absent: that is how .env files switch one off. */
function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess(value => (value === '' ? undefined : value), schema.optional());
}

function text(pattern: RegExp, shouldBe: string) {
  return optional(z.string().regex(pattern, shouldBe));
}

function wholeNumber(min: number, max: number, unit: string) {
  const shouldBe = `should be a whole number of ${unit} from ${min} to ${max}`;
  return optional(
    z
      .string()
      .regex(/^\d{1,9}$/, shouldBe)
      .transform(Number)
      .refine(value => value >= min && value <= max, shouldBe),
  );
}

function url(protocols: RegExp, shouldBe: string) {
  return optional(
    z.string().refine(value => {
      const parsed = URL.parse(value);
      return parsed !== null && protocols.test(parsed.protocol) && parsed.hostname !== '';
    }, shouldBe),
  );
}

const HTTP = /^https?:$/;
const SERVER = 'should be a server’s address, as http://127.0.0.1:8080 is';
const NO_BLANKS = /^[\x21-\x7e]+$/;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What each variable has to look like. No message repeats a value: many are secrets. */
const VARIABLES = {
  DISCORD_TOKEN: text(
    /^[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}$/,
    'should be the bot’s token, three parts with dots between, from the page “Bot” of your application at discord.com/developers (not its public key or client secret)',
  ),
  DISCORD_API_URL: url(HTTP, SERVER),
  DISCORD_MESSAGE_CONTENT: optional(
    z.enum(['0', '1'], 'should be 1 where the message content intent is switched on, else 0'),
  ),
  SLACK_BOT_TOKEN: text(
    /^xoxb-[\w-]{10,}$/,
    'should begin with xoxb-: the page “OAuth & Permissions” of your app has it',
  ),
  SLACK_APP_TOKEN: text(
    /^xapp-[\w-]{10,}$/,
    'should begin with xapp-: make one with the scope connections:write on the page “Basic Information” of your app',
  ),
  SLACK_SIGNING_SECRET: text(
    /^[0-9a-f]{32}$/i,
    'should be 32 hex digits: the page “Basic Information” of your app has it',
  ),
  SLACK_HTTP_HOST: text(/^[\w.:-]+$/, 'should be the address to listen on, as 127.0.0.1 is'),
  SLACK_HTTP_PORT: wholeNumber(1, 65_535, 'a port'),
  SLACK_API_URL: url(HTTP, SERVER),
  DATABASE_URL: url(
    /^postgres(?:ql)?:$/,
    'should be a PostgreSQL address, as postgres://user:password@localhost:5432/narrator is',
  ),
  NARRATOR_DATA: text(/^[^\0]+$/, 'should be a folder'),
  NARRATOR_JOBS: text(/^[^\0]+$/, 'should be the jobs file, as config/jobs.json is'),
  NARRATOR_LAUNCH: text(/^[^\0]+$/, 'should be the launch file, as config/launch.json is'),
  NARRATOR_ENGINES: text(
    /^[^\0]{1,1000}$/,
    'should be a list such as embedded,vlm:HuggingFaceTB/SmolVLM-256M-Instruct',
  ),
  OPENAI_BASE_URL: url(HTTP, 'should be where the API lies, as http://127.0.0.1:8000/v1 is'),
  OPENAI_API_KEY: text(NO_BLANKS, 'should hold no blanks'),
  ANTHROPIC_API_KEY: text(NO_BLANKS, 'should be a key of platform.claude.com, and hold no blanks'),
  ANTHROPIC_BASE_URL: url(HTTP, 'should be where the API lies, as https://api.anthropic.com is'),
  NARRATOR_GOALS: text(/^[^\0]+$/, 'should be a file, as config/goals.json is'),
  GITHUB_TOKEN: text(NO_BLANKS, 'should be a token of github.com/settings/tokens, and hold no blanks'),
  X_BEARER_TOKEN: text(/^[\x21-\x7e]{20,}$/, 'should be the bearer token of your app at developer.x.com'),
  X_API_KEY: text(/^\w{10,100}$/, 'should be the API key (consumer key) of your app at developer.x.com'),
  X_API_SECRET: text(
    /^\w{10,200}$/,
    'should be the API key secret (consumer secret) of your app at developer.x.com',
  ),
  X_ACCESS_TOKEN: text(
    /^\d{1,20}-\w{10,200}$/,
    'should be the access token of the account that posts: digits, a hyphen and letters',
  ),
  X_ACCESS_SECRET: text(/^\w{10,200}$/, 'should be the access token secret of the account that posts'),
  REDDIT_CLIENT_ID: text(
    /^[\w-]{6,60}$/,
    'should be the id of your app: reddit.com/prefs/apps shows it below its name',
  ),
  REDDIT_CLIENT_SECRET: text(/^[\w-]{6,100}$/, 'should be the secret of your app at reddit.com/prefs/apps'),
  REACH_HUGGINGFACE_URL: url(HTTP, SERVER),
  REACH_GITHUB_URL: url(HTTP, SERVER),
  REACH_X_URL: url(HTTP, SERVER),
  REACH_REDDIT_URL: url(HTTP, SERVER),
  NARRATOR_LOG_LEVEL: optional(z.enum(LOG_LEVELS, `should be one of ${LOG_LEVELS.join(', ')}`)),
  NARRATOR_LIMIT_PERSON: wholeNumber(1, 10_000, 'images a minute'),
  NARRATOR_LIMIT_CHANNEL: wholeNumber(1, 10_000, 'images a minute'),
  NARRATOR_LIMIT_SERVER: wholeNumber(1, 100_000, 'images a minute'),
  NARRATOR_GRACE_SECONDS: wholeNumber(0, 3600, 'seconds'),
  NARRATOR_DEADLINE_SECONDS: wholeNumber(5, 840, 'seconds'),
  NARRATOR_WEB_HOST: text(/^[\w.:-]+$/, 'should be the address to listen on, as 127.0.0.1 is'),
  NARRATOR_WEB_PORT: wholeNumber(0, 65_535, 'a port'),
  NARRATOR_API_TOKEN: text(
    /^[\w.~+/=-]{24,256}$/,
    'should be 24 letters or more, as openssl rand -hex 32 makes',
  ),
};

/** The variables that this file reads. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES);

type Values = z.output<z.ZodObject<typeof VARIABLES>>;

/** What suits a community of some hundreds on one machine. */
const DEFAULT_BOTS: BotsConfig = {
  perPersonPerMinute: 10,
  perChannelPerMinute: 30,
  perServerPerMinute: 120,
  graceMs: 60_000,
  deadlineMs: 120_000,
  maxImages: 4,
};

/** The configuration cannot be: its message is a list of everything that is wrong with it. */
export class ConfigError extends NarratorError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super('bad-config', `The settings cannot be used:\n${faults.map(fault => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Makes a configuration of environment variables.
 *
 * @throws ConfigError with all faults at once, each naming its variable and what it should look like
 */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const discord = readDiscord(values);
  const slack = readSlack(values, env, faults);
  const engines = readEngines(values, env, faults);
  const web = readWeb(values, env, faults);
  const reach = readReach(values, env, faults);
  const launch = readLaunch(values, env, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  const { DATABASE_URL } = values;
  const dataFolder = dataFolderOf(values);
  return {
    discord,
    slack,
    store:
      DATABASE_URL === undefined
        ? { kind: 'sqlite', file: path.join(dataFolder, 'narrator.sqlite') }
        : { kind: 'postgres', url: DATABASE_URL },
    engines,
    bots: readBots(values),
    web,
    jobsFile: path.resolve(PROJECT, values.NARRATOR_JOBS ?? 'config/jobs.json'),
    reach,
    benchmarksFolder: path.join(dataFolder, 'benchmarks'),
    launch,
    logLevel: values.NARRATOR_LOG_LEVEL ?? 'info',
    // Whoever names a local server as the platform wants its images, too.
    allowedAddresses: [discord?.baseUrl, slack?.baseUrl].flatMap(url => addressOf(url) ?? []),
  };
}

function dataFolderOf({ NARRATOR_DATA = 'data' }: Values): string {
  return path.resolve(PROJECT, NARRATOR_DATA);
}

/** What benchmarks need of the environment. */
export interface BenchmarkSettings {
  /** Where runs are kept. */
  readonly folder: string;
  /** Where downloaded and converted models lie. */
  readonly cacheFolder: string;
  readonly hub: HubSettings;
  readonly openai: { readonly baseUrl: string | null; readonly apiKey: string | null };
  readonly anthropic: { readonly baseUrl: string | null; readonly apiKey: string | null };
}

const BENCHMARK_VARIABLES = /^(?:NARRATOR_DATA|(?:OPENAI|ANTHROPIC)_(?:BASE_URL|API_KEY))$/;

/**
 * The settings of benchmarks; those of the bots may be as they like.
 *
 * @throws ConfigError
 */
export function readBenchmarkSettings(env: Environment): BenchmarkSettings {
  const faults: string[] = [];
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => BENCHMARK_VARIABLES.test(name)));
  const values = readValues(own, faults);
  const hub = readHub(env, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  const { OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY } = values;
  return {
    folder: path.join(dataFolderOf(values), 'benchmarks'),
    cacheFolder: defaultCacheFolder(env),
    hub: { offline: false, ...hub },
    openai: { baseUrl: OPENAI_BASE_URL ?? null, apiKey: OPENAI_API_KEY ?? null },
    anthropic: { baseUrl: ANTHROPIC_BASE_URL ?? null, apiKey: ANTHROPIC_API_KEY ?? null },
  };
}

/** The values that are well formed; what is not is a fault and left out. */
function readValues(env: Environment, faults: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(VARIABLES)) {
    const result = schema.safeParse(env[name]?.trim());
    if (result.success) values[name] = result.data;
    else faults.push(`${name} ${result.error.issues[0]!.message}.`);
  }
  return values as Values;
}

function readDiscord(values: Values): DiscordConfig | null {
  const { DISCORD_TOKEN: token, DISCORD_API_URL: baseUrl, DISCORD_MESSAGE_CONTENT: content } = values;
  if (token === undefined) return null;
  return { token, baseUrl: withoutSlash(baseUrl), hasMessageContent: content === '1' };
}

function readSlack(values: Values, env: Environment, faults: string[]): SlackConfig | null {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
  } = values;
  // As written, not as understood: what is there and malformed has its fault already.
  const has = (name: string) => Boolean(env[name]?.trim());
  const hasTransport = has('SLACK_APP_TOKEN') || has('SLACK_SIGNING_SECRET');
  if (has('SLACK_BOT_TOKEN') && !hasTransport) {
    faults.push(
      'SLACK_APP_TOKEN should be set beside SLACK_BOT_TOKEN (begins with xapp-), or SLACK_SIGNING_SECRET for HTTP mode.',
    );
  }
  if (hasTransport && !has('SLACK_BOT_TOKEN')) {
    faults.push(
      'SLACK_BOT_TOKEN should be set (begins with xoxb-): the other half of Slack’s settings is there.',
    );
  }
  if (botToken === undefined) return null;
  const baseUrl = withoutSlash(values.SLACK_API_URL);
  if (appToken !== undefined) return { botToken, transport: { kind: 'socket', appToken }, baseUrl };
  if (signingSecret === undefined) return null;
  const { SLACK_HTTP_HOST: host = '127.0.0.1', SLACK_HTTP_PORT: port = 3000 } = values;
  return { botToken, transport: { kind: 'http', signingSecret, host, port }, baseUrl };
}

/** `host:port` of a server that is named by its number. */
function addressOf(baseUrl: string | null | undefined): string | null {
  if (!baseUrl) return null;
  const { hostname, port, protocol } = new URL(baseUrl);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return null;
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

function readEngines(values: Values, env: Environment, faults: string[]): EngineConfig[] {
  const cacheFolder = defaultCacheFolder(env);
  const engines: EngineConfig[] = [];
  const wanted = (values.NARRATOR_ENGINES ?? 'embedded').split(',').map(item => item.trim());
  for (const item of wanted.filter(Boolean)) {
    const colon = item.indexOf(':');
    const engine = colon < 0 ? item : item.slice(0, colon);
    const model = colon < 0 ? '' : item.slice(colon + 1);
    if (engines.some(other => other.engine === engine)) {
      faults.push(`NARRATOR_ENGINES should name each engine once; ${engine} is there twice.`);
    } else if (engine === 'embedded' && colon < 0) {
      engines.push({ engine, cacheFolder });
    } else if (engine === 'vlm' && model) {
      engines.push({ ...readHub(env, faults), engine, model, cacheFolder });
    } else if (engine === 'openai' && model) {
      const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey } = values;
      if (baseUrl === undefined && !env.OPENAI_BASE_URL) {
        faults.push(
          'OPENAI_BASE_URL should say where the API of the openai engine lies, as http://127.0.0.1:8000/v1 does.',
        );
      }
      engines.push({ engine, model, baseUrl: baseUrl ?? '', apiKey });
    } else if (engine === 'anthropic' && model) {
      const { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_API_KEY: apiKey } = values;
      if (apiKey === undefined && !env.ANTHROPIC_API_KEY) {
        faults.push('ANTHROPIC_API_KEY should be set for the anthropic engine.');
      }
      engines.push({ engine, model, baseUrl, apiKey: apiKey ?? '' });
    } else {
      faults.push(
        'NARRATOR_ENGINES should list embedded, vlm:<model>, openai:<model> or anthropic:<model>, with commas between them.',
      );
    }
  }
  if (engines.length === 0 && faults.length === 0)
    faults.push('NARRATOR_ENGINES should name at least one engine.');
  return engines;
}

function readHub(env: Environment, faults: string[]): Partial<ReturnType<typeof readHubSettings>> {
  try {
    return readHubSettings(env);
  } catch (error) {
    if (!(error instanceof NarratorError)) throw error;
    faults.push(error.message);
    return {};
  }
}

function readBots(values: Values): BotsConfig {
  const seconds = (value: number | undefined, otherwise: number) =>
    value === undefined ? otherwise : value * 1000;
  return {
    perPersonPerMinute: values.NARRATOR_LIMIT_PERSON ?? DEFAULT_BOTS.perPersonPerMinute,
    perChannelPerMinute: values.NARRATOR_LIMIT_CHANNEL ?? DEFAULT_BOTS.perChannelPerMinute,
    perServerPerMinute: values.NARRATOR_LIMIT_SERVER ?? DEFAULT_BOTS.perServerPerMinute,
    graceMs: seconds(values.NARRATOR_GRACE_SECONDS, DEFAULT_BOTS.graceMs),
    deadlineMs: seconds(values.NARRATOR_DEADLINE_SECONDS, DEFAULT_BOTS.deadlineMs),
    maxImages: DEFAULT_BOTS.maxImages,
  };
}

function readWeb(values: Values, env: Environment, faults: string[]): WebConfig {
  const { NARRATOR_WEB_HOST: host = '127.0.0.1', NARRATOR_WEB_PORT: port = 8686 } = values;
  if (!isLoopback(host) && !env.NARRATOR_API_TOKEN?.trim()) {
    faults.push(
      'NARRATOR_API_TOKEN should be set where NARRATOR_WEB_HOST is not this machine alone: anybody could use the service. openssl rand -hex 32 makes one.',
    );
  }
  return { host, port, token: values.NARRATOR_API_TOKEN ?? null };
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function readReach(values: Values, env: Environment, faults: string[]): ReachConfig {
  // `HF_TOKEN` is the models' too: they may have found its fault already.
  const hubToken = env.HF_TOKEN?.trim() || null;
  if (hubToken !== null && !NO_BLANKS.test(hubToken) && !faults.some(fault => fault.startsWith('HF_TOKEN'))) {
    faults.push('HF_TOKEN should hold no blanks, nor characters that no token has.');
  }
  const { REDDIT_CLIENT_ID: clientId, REDDIT_CLIENT_SECRET: clientSecret } = values;
  const [hasId, hasSecret] = ['REDDIT_CLIENT_ID', 'REDDIT_CLIENT_SECRET'].map(name =>
    Boolean(env[name]?.trim()),
  );
  if (hasId !== hasSecret) {
    const missing = hasId ? 'REDDIT_CLIENT_SECRET' : 'REDDIT_CLIENT_ID';
    faults.push(`${missing} should be set: the other half of the Reddit app’s credentials is there.`);
  }
  return {
    goalsFile: path.resolve(PROJECT, values.NARRATOR_GOALS ?? 'config/goals.json'),
    access: {
      huggingface: { baseUrl: withoutSlash(values.REACH_HUGGINGFACE_URL), token: hubToken },
      github: { baseUrl: withoutSlash(values.REACH_GITHUB_URL), token: values.GITHUB_TOKEN ?? null },
      x: { baseUrl: withoutSlash(values.REACH_X_URL), token: values.X_BEARER_TOKEN ?? null },
      reddit: {
        baseUrl: withoutSlash(values.REACH_REDDIT_URL),
        token: clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : null,
      },
    },
  };
}

function readLaunch(values: Values, env: Environment, faults: string[]): LaunchConfig {
  const file = path.resolve(PROJECT, values.NARRATOR_LAUNCH ?? 'config/launch.json');
  const names = ['X_API_KEY', 'X_API_SECRET', 'X_ACCESS_TOKEN', 'X_ACCESS_SECRET'] as const;
  const missing = names.filter(name => !env[name]?.trim());
  if (missing.length > 0 && missing.length < names.length) {
    faults.push(
      ...missing.map(name => `${name} should be set: the rest of what posting to X needs is there.`),
    );
  }
  const {
    X_API_KEY: apiKey,
    X_API_SECRET: apiSecret,
    X_ACCESS_TOKEN: accessToken,
    X_ACCESS_SECRET: accessSecret,
  } = values;
  if (!apiKey || !apiSecret || !accessToken || !accessSecret) return { file, x: null };
  const baseUrl = withoutSlash(values.REACH_X_URL);
  return { file, x: { apiKey, apiSecret, accessToken, accessSecret, baseUrl } };
}

function withoutSlash(url: string | undefined): string | null {
  return url === undefined ? null : url.replace(/\/+$/, '');
}

/** Every value of a configuration that must never be seen: tokens, secrets, keys, and the database's password. */
export function secretsOf({ discord, slack, store, engines, reach, web, launch }: Config): string[] {
  const found: (string | undefined)[] = [discord?.token, slack?.botToken];
  if (slack) {
    const { transport } = slack;
    found.push(transport.kind === 'socket' ? transport.appToken : transport.signingSecret);
  }
  found.push(web.token ?? undefined);
  if (store.kind === 'postgres') {
    const { password } = new URL(store.url);
    found.push(password, safeDecode(password));
  }
  for (const engine of engines) {
    if (engine.engine === 'vlm') found.push(engine.token);
    if (engine.engine === 'openai' || engine.engine === 'anthropic') found.push(engine.apiKey);
  }
  const { huggingface, github, x, reddit } = reach.access;
  found.push(
    ...[huggingface.token, github.token, x.token, reddit.token?.clientSecret].map(
      token => token ?? undefined,
    ),
  );
  const { x: account } = launch;
  found.push(account?.apiKey, account?.apiSecret, account?.accessToken, account?.accessSecret);
  return [...new Set(found.filter(value => value !== undefined && value !== ''))] as string[];
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
