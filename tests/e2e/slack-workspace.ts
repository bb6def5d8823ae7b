import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { BotAdapter } from '../../src/bots/adapter.ts';
import { createBotCommands } from '../../src/bots/commands/create-bot-commands.ts';
import { createSlackBot } from '../../src/bots/slack/create-slack-bot.ts';
import type { BotsConfig } from '../../src/config/config.ts';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import type { Approvals } from '../../src/launch/approval/approvals.ts';
import type { PlatformEvent } from '../../src/sandbox/pretend-platform.ts';
import { readManifest } from '../../src/sandbox/slack/manifest.ts';
import type { PretendSlack } from '../../src/sandbox/slack/pretend-slack.ts';
import { type PretendSlackOptions, startPretendSlack } from '../../src/sandbox/slack/start-pretend-slack.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';

const MANIFEST: unknown = JSON.parse(
  readFileSync(new URL('../../docs/slack-manifest.json', import.meta.url), 'utf8'),
);

/** What the manifest asks for. */
export const SCOPES: readonly string[] = readManifest(MANIFEST).oauth_config.scopes.bot;

/** A message as the sandbox shows it. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly onlyFor: string | null;
  readonly text: string;
  readonly threadTs: string | undefined;
  readonly isBot: boolean;
  readonly blocks: readonly Record<string, unknown>[];
  readonly json: string;
}

export interface WorkspaceOptions {
  readonly narration: NarrationService;
  readonly transport?: 'socket' | 'http';
  readonly bots?: Partial<BotsConfig>;
  readonly slack?: PretendSlackOptions;
  /** Does not wait for the bot to be ready. */
  readonly isStarted?: boolean;
  readonly botToken?: string;
  /** Any that is free unless given. */
  readonly httpPort?: number;
  /** Who decides over threads; nobody unless given. */
  readonly openApprovals?: (store: Store) => Approvals;
  /** More local servers that images may come from. */
  readonly allowedAddresses?: readonly string[];
}

export interface Workspace {
  readonly slack: PretendSlack;
  readonly bot: BotAdapter;
  readonly commands: ReturnType<typeof createBotCommands>;
  readonly store: Store;
  readonly lines: string[];
  /** Where Slack sends its requests in HTTP mode. */
  readonly requestUrl: string;
  person(name: string): string;
  channel(name: string): string;
  direct(personName: string): string;
  messages(personName: string, channelId: string): SeenMessage[];
  /** The first message that fits, as soon as there is one. */
  seen(personName: string, channelId: string, fits: (message: SeenMessage) => boolean): Promise<SeenMessage>;
  /** What was told to the person since. */
  events(personName: string): PlatformEvent[];
  post(
    personName: string,
    channelId: string,
    text: string,
    files?: readonly Uint8Array[],
    more?: object,
  ): Promise<string>;
  narrate(personName: string, channelId: string, text: string): Promise<void>;
  press(personName: string, message: SeenMessage, action: string): Promise<void>;
}

const LIMITS: BotsConfig = {
  perPersonPerMinute: 100,
  perChannelPerMinute: 100,
  perServerPerMinute: 100,
  graceMs: 100,
  deadlineMs: 20_000,
  maxImages: 4,
};

/** The real bot, commands and store on a pretend Slack, until the test ends. */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const slack = await startPretendSlack({ manifest: MANIFEST, hasRateLimits: false, ...options.slack });
  onTestFinished(() => slack.close());
  const folder = await mkdtemp(join(tmpdir(), 'narrator-slack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'test.db') });
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const note = (fields: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log = { info: note, warn: note, error: note };
  const commands = createBotCommands({
    store,
    narration: options.narration,
    bots: { ...LIMITS, ...options.bots },
    engines: ['embedded'],
    readGoals: async () => [],
    log,
    editIntervalMs: 20,
    approvals: options.openApprovals?.(store) ?? null,
  });
  onTestFinished(() => commands.stop(100));
  const { token, appToken, signingSecret, address, baseUrl } = slack.connection;
  const port = options.transport === 'http' ? (options.httpPort ?? (await freePort())) : 0;
  const bot = createSlackBot({
    config: {
      botToken: options.botToken ?? token,
      transport:
        options.transport === 'http'
          ? { kind: 'http', signingSecret, host: '127.0.0.1', port }
          : { kind: 'socket', appToken },
      baseUrl,
    },
    commands,
    log,
    allowedAddresses: [address, ...(options.allowedAddresses ?? [])],
  });
  onTestFinished(() => bot.stop());
  const requestUrl = `http://127.0.0.1:${port}/slack/events`;
  if (options.isStarted !== false) {
    await bot.start(AbortSignal.timeout(10_000));
    if (options.transport === 'http') await slack.useRequestUrl(requestUrl);
  }

  const person = (name: string) => slack.people.find(one => one.name === name)!.id;
  const channelOf = (name: string, by = 'olive') =>
    slack.snapshot(person(by)).channels.find(channel => channel.name === name)!.id;
  const events = new Map<string, PlatformEvent[]>();
  for (const { name, id } of slack.people) {
    const told: PlatformEvent[] = [];
    events.set(name, told);
    onTestFinished(slack.subscribe(id, event => told.push(event)));
  }
  const messages = (name: string, channelId: string): SeenMessage[] =>
    slack
      .snapshot(person(name))
      .messages.filter(message => message.channelId === channelId)
      .map(({ id, onlyFor, json }) => {
        const fields = json as {
          text: string;
          thread_ts?: string;
          bot_id?: string;
          blocks?: Record<string, unknown>[];
        };
        return {
          id,
          channelId,
          onlyFor,
          text: fields.text.replaceAll('\u2060', ''),
          threadTs: fields.thread_ts,
          isBot: fields.bot_id !== undefined,
          blocks: fields.blocks ?? [],
          json: JSON.stringify(json),
        };
      });

  return {
    slack,
    bot,
    commands,
    store,
    lines,
    requestUrl,
    person,
    channel: channelOf,
    direct: name => channelOf('visual-narrator', name),
    messages,
    seen: (name, channelId, fits) =>
      vi.waitFor(
        () => {
          const all = messages(name, channelId).filter(({ isBot }) => isBot);
          const found = all.find(fits);
          if (!found)
            throw new Error(`not seen; only ${all.map(({ text }) => text).join(' | ')}\n${lines.join('\n')}`);
          return found;
        },
        { timeout: 15_000, interval: 20 },
      ),
    events: name => events.get(name)!,
    async post(name, channelId, text, files = [], more = {}) {
      const given = files.map((bytes, index) => ({ name: `picture-${index}.png`, bytes, ...more }));
      const inReplyTo = 'inReplyTo' in more ? { inReplyTo: String(more.inReplyTo) } : {};
      const input = { personId: person(name), channelId, text, files: given, ...inReplyTo };
      return (await slack.post(input)).messageId;
    },
    narrate: (name, channelId, text) =>
      slack.runCommand({
        personId: person(name),
        channelId,
        command: 'narrate',
        options: { text },
        files: [],
      }),
    press: (name, message, action) =>
      slack.press({
        personId: person(name),
        channelId: message.channelId,
        messageId: message.id,
        actionId: actionIdOf(message.json, action),
      }),
  };
}

/** The id of a button of an action, among a message's or view's blocks. */
export function actionIdOf(json: string, action: string): string {
  const found = new RegExp(`"action_id":"(${action}:[^"]*)"`, 'u').exec(json)?.[1];
  if (!found) throw new Error(`no button "${action}" in ${json}`);
  return found;
}

/** A finished description: it has buttons. */
export function isDescription({ text, json }: SeenMessage): boolean {
  return text.startsWith('AI description') && json.includes('"more:');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return (address as { port: number }).port;
}
