import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { APIMessage, APIModalInteractionResponseCallbackData } from 'discord.js';
import type { BotAdapter } from '../../src/bots/adapter.ts';
import type { BotCommands } from '../../src/bots/commands/bot-commands.ts';
import { createBotCommands } from '../../src/bots/commands/create-bot-commands.ts';
import { createDiscordBot } from '../../src/bots/discord/discord-bot.ts';
import type { BotsConfig } from '../../src/config/config.ts';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import type { Approvals } from '../../src/launch/approval/approvals.ts';
import {
  type PretendDiscord,
  type PretendDiscordOptions,
  startPretendDiscord,
} from '../../src/sandbox/discord/pretend-discord.ts';
import type { PlatformEvent, PretendFile } from '../../src/sandbox/pretend-platform.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { hasDiscordDescription, makeDiscordConformance } from '../sandbox/discord/description.ts';

export interface StageOptions {
  readonly narration: NarrationService;
  readonly discord?: PretendDiscordOptions;
  readonly bots?: Partial<BotsConfig>;
  readonly hasMessageContent?: boolean;
  readonly token?: string;
  /** A file of its own unless given; who gives it closes it. */
  readonly store?: Store;
  /** Made unlike the real store where a test wants faults of it. */
  readonly changeStore?: (store: Store) => Store;
  readonly changeCommands?: (commands: BotCommands) => BotCommands;
  readonly engines?: readonly string[];
  /** Who decides over threads; nobody unless given. */
  readonly openApprovals?: (store: Store) => Approvals;
  readonly isStarted?: boolean;
}

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

/** A pretend Discord with the real bot in it: unmodified discord.js, the real store and commands. */
export interface Stage {
  readonly discord: PretendDiscord;
  readonly bot: BotAdapter;
  readonly commands: BotCommands;
  readonly store: Store;
  readonly lines: Line[];
  /** Ids by name. */
  readonly people: Readonly<Record<'ada' | 'mo' | 'robin' | 'sam', string>>;
  channel(name: string): string;
  post(by: string, channel: string, text: string, files?: PretendFile[], inReplyTo?: string): Promise<string>;
  run(
    by: string,
    channel: string,
    command: string,
    options?: Record<string, string>,
    files?: PretendFile[],
  ): Promise<void>;
  describe(by: string, channel: string, messageId: string): Promise<void>;
  press(by: string, message: APIMessage, label: string): Promise<void>;
  /** What the bot has posted there, as this person sees it, private answers too. */
  answers(by: string, channel: string): APIMessage[];
  /** The last of them, once it is as wanted. */
  answer(by: string, channel: string, isWanted?: (message: APIMessage) => boolean): Promise<APIMessage>;
  /** The next form that is opened for the person. */
  form(by: string): Promise<{ id: string; json: APIModalInteractionResponseCallbackData }>;
  /** Every event that the person was told. */
  events(by: string): readonly PlatformEvent[];
}

const LIMITS: BotsConfig = {
  perPersonPerMinute: 100,
  perChannelPerMinute: 100,
  perServerPerMinute: 100,
  graceMs: 80,
  deadlineMs: 20_000,
  maxImages: 4,
};

const releases: (() => Promise<unknown>)[] = [];

/** Validates all that passes, in every test of a file; null without `../shared/specs/discord-openapi.json`. */
const conformance = hasDiscordDescription ? makeDiscordConformance() : null;

/** Ends what `setStage` began, and throws where anything was not as Discord describes it: for `afterEach`. */
export async function clearStage(): Promise<void> {
  for (const release of releases.splice(0).reverse()) await release();
  const faults = conformance?.faults.splice(0) ?? [];
  if (faults.length > 0) throw new Error(`not as Discord describes it: ${JSON.stringify(faults, null, 1)}`);
  if (conformance && conformance.missing.size > 0) {
    throw new Error(`not in Discord's description: ${[...conformance.missing].join(', ')}`);
  }
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { narration, hasMessageContent = true, isStarted = true, engines = ['embedded'] } = options;
  const discord = await startPretendDiscord({
    identifyIntervalMs: 0,
    ...(conformance && { recorder: conformance }),
    ...options.discord,
  });
  releases.push(() => discord.close());
  const opened = options.store ?? (await openFile());
  const store = options.changeStore?.(opened) ?? opened;

  const lines: Line[] = [];
  const note = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  const log = { info: note('info'), warn: note('warn'), error: note('error') };
  const made = createBotCommands({
    store,
    narration,
    engines,
    readGoals: async () => [],
    log,
    editIntervalMs: 30,
    bots: { ...LIMITS, ...options.bots },
    approvals: options.openApprovals?.(store) ?? null,
  });
  releases.push(() => made.stop(200));
  const commands = options.changeCommands?.(made) ?? made;
  const { baseUrl, token, address } = discord.connection;
  const bot = createDiscordBot({
    config: { token: options.token ?? token, baseUrl, hasMessageContent },
    commands,
    log,
    allowedAddresses: [address],
    delivery: { maxRetries: 3, backoffMs: 40, timeoutMs: 8000 },
  });
  releases.push(() => bot.stop());
  if (isStarted) await bot.start(AbortSignal.timeout(10_000));

  const events = new Map<string, PlatformEvent[]>();
  for (const { id } of discord.people) {
    const told: PlatformEvent[] = [];
    events.set(id, told);
    discord.subscribe(id, event => void told.push(event));
  }
  const people = Object.fromEntries(discord.people.map(({ id, name }) => [name.toLowerCase(), id]));
  const channel = (name: string) => {
    const all = discord.people.flatMap(({ id }) => discord.snapshot(id).channels);
    const found = all.find(each => each.name === name || each.id === name);
    if (!found) throw new Error(`no channel ${name}`);
    return found.id;
  };
  const answers = (by: string, name: string) =>
    discord
      .snapshot(by)
      .messages.filter(({ channelId }) => channelId === channel(name))
      .map(({ json }) => json as APIMessage)
      .filter(({ author }) => author.id === discord.applicationId);
  let forms = 0;

  return {
    discord,
    bot,
    commands,
    store,
    lines,
    people: people as Stage['people'],
    channel,
    answers,
    events: by => events.get(by) ?? [],
    async post(by, name, text, files = [], inReplyTo) {
      const input = { personId: by, channelId: channel(name), text, files, ...(inReplyTo && { inReplyTo }) };
      return (await discord.post(input)).messageId;
    },
    run: (by, name, command, given = {}, files = []) =>
      discord.runCommand({ personId: by, channelId: channel(name), command, options: given, files }),
    describe: (by, name, messageId) =>
      discord.runShortcut({ personId: by, channelId: channel(name), messageId, shortcut: 'Describe image' }),
    async press(by, message, label) {
      const button = buttonsOf(message).find(each => each.label === label);
      if (!button) throw new Error(`no button ${label}: ${labelsOf(message).join(', ')}`);
      const { id: messageId, channel_id: channelId } = message;
      await discord.press({ personId: by, channelId, messageId, actionId: button.custom_id });
    },
    answer: (by, name, isWanted = () => true) =>
      until(
        () => {
          const last = answers(by, name).at(-1);
          return last && isWanted(last) ? last : null;
        },
        () =>
          `no such answer; there are ${JSON.stringify(answers(by, name).map(({ content }) => content))}; log ${JSON.stringify(lines)}`,
      ),
    async form(by) {
      const event = await until(
        () => (events.get(by) ?? []).filter(({ type }) => type === 'form')[forms] ?? null,
      );
      forms += 1;
      if (event.type !== 'form') throw new Error('no form');
      return { id: event.formId, json: event.json as APIModalInteractionResponseCallbackData };
    },
  };
}

async function openFile(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-discord-'));
  releases.push(() => rm(folder, { recursive: true, force: true }));
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'test.db') }, { retryMs: 200 });
  releases.push(() => store.close());
  return store;
}

/** Waits, for ten seconds at most, until there is something. */
export async function until<T>(
  find: () => T | null | Promise<T | null>,
  complain = () => 'nothing came',
): Promise<T> {
  const end = performance.now() + 10_000;
  while (performance.now() < end) {
    const found = await find();
    if (found !== null) return found;
    await wait(10);
  }
  throw new Error(complain());
}

interface PretendButton {
  readonly label: string;
  readonly custom_id: string;
}

function buttonsOf(message: APIMessage): PretendButton[] {
  const rows = (message.components ?? []) as unknown as { components: PretendButton[] }[];
  return rows.flatMap(({ components }) => components);
}

export function labelsOf(message: APIMessage): string[] {
  return buttonsOf(message).map(({ label }) => label);
}

/** Finished: it has its buttons. */
export function isDescription(message: APIMessage): boolean {
  return labelsOf(message).includes('Report');
}

/** An answer for the person alone, and not just the sign that the bot thinks. */
export function isPrivate({ flags, content, embeds }: APIMessage): boolean {
  return ((flags ?? 0) & 64) !== 0 && (content !== '' || embeds.length > 0);
}
