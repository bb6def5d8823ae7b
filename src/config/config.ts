import type { EngineConfig } from '../inference/engines/engine-config.ts';
import type { ReachAccess } from '../reach/collect-reach.ts';

/** The whole configuration of the service. An integration is complete or null. */
export interface Config {
  readonly discord: DiscordConfig | null;
  readonly slack: SlackConfig | null;
  readonly store: StoreConfig;
  /** At least one; the first is the default. */
  readonly engines: readonly EngineConfig[];
  readonly bots: BotsConfig;
  readonly web: WebConfig;
  /** When jobs run and who is told: see docs/jobs.md. */
  readonly jobsFile: string;
  readonly reach: ReachConfig;
  /** Where benchmark runs are kept (see docs/benchmarking.md). */
  readonly benchmarksFolder: string;
  readonly launch: LaunchConfig;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Local servers that images may come from, `host:port` (see `fetchImageBytes`): the sandbox's. */
  readonly allowedAddresses: readonly string[];
}

export interface DiscordConfig {
  readonly token: string;
  /** Where REST and CDN lie where it is not Discord itself: `http://127.0.0.1:1234`. */
  readonly baseUrl: string | null;
  /** Whether to ask for the message content intent, without which there is no watch mode. */
  readonly hasMessageContent: boolean;
}

export interface SlackConfig {
  /** `xoxb-…` */
  readonly botToken: string;
  readonly transport:
    | { readonly kind: 'socket' /** `xapp-…` */; readonly appToken: string }
    | { readonly kind: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number };
  /** Where the Web API lies where it is not Slack itself. */
  readonly baseUrl: string | null;
}

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

export interface BotsConfig {
  /** Images that may be described in a minute. */
  readonly perPersonPerMinute: number;
  readonly perChannelPerMinute: number;
  readonly perServerPerMinute: number;
  /** How long authors in watched channels have to add alt text themselves. */
  readonly graceMs: number;
  /** The longest time for one image, from the event to the text. */
  readonly deadlineMs: number;
  /** The most images of one message that are described. */
  readonly maxImages: number;
}

export interface WebConfig {
  /** The address to listen on. Others than loopback need a token. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Whoever has it may use the pages and the API; null where this machine alone reaches them. */
  readonly token: string | null;
}

export interface ReachConfig {
  /** The file that names the goals, and what is measured for them. */
  readonly goalsFile: string;
  /** How each source is asked: without a token it may give less, or nothing. */
  readonly access: ReachAccess;
}

export interface LaunchConfig {
  /** How threads are approved and posted: see docs/launch.md. */
  readonly file: string;
  /** The account that threads are posted from; null where none is set up. */
  readonly x: XAccount | null;
}

/** OAuth 1.0a (RFC 5849): an app, and an account that lets it post. */
export interface XAccount {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly accessToken: string;
  readonly accessSecret: string;
  /** Where X's API lies where it is not X itself. */
  readonly baseUrl: string | null;
}
