import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlatformEvent, PretendPlatform } from '../src/sandbox/pretend-platform.ts';
import {
  idOf,
  isDescription,
  photograph,
  type ServiceProcess,
  startPlatforms,
  startService,
  textOf,
} from './bot-service.ts';
import { quantileOf } from './quantile-of.ts';

/**
 * Faults, one after the other, while images are asked for on both platforms: in a watched channel, by a mention, by the
 * message's menu. Whatever fails, each of them has to be described, or the person told that it was not. For an image in a
 * watched channel nobody asked: there a line in the log is enough.
 */
const ROOMS = 60;
const WAYS = 3;
const LAST_MS = 60_000;

interface Ask {
  readonly platform: PretendPlatform;
  readonly channelId: string;
  readonly isWatched: boolean;
  readonly at: number;
  /** How often it was described: more than once is a fault, too. */
  descriptions: number;
  told: boolean;
  answeredAt: number | null;
}

interface Outcome {
  readonly name: string;
  readonly asks: readonly Ask[];
  /** Those that only the log tells of. */
  readonly logged: readonly Ask[];
  readonly note: string;
}

const { discord, slack, env, close } = await startPlatforms(ROOMS);
const folder = mkdtempSync(join(tmpdir(), 'narrator-faults-'));
const settings = {
  ...env,
  NARRATOR_DATA: folder,
  NARRATOR_GRACE_SECONDS: '1',
  NARRATOR_LIMIT_PERSON: '1000',
  NARRATOR_LIMIT_CHANNEL: '1000',
  NARRATOR_LIMIT_SERVER: '1000',
};
const sides = [discord, slack].map(platform => {
  const [owner, member] = [idOf(platform.people, 'owner'), idOf(platform.people, 'member')];
  const { channels, bot } = platform.snapshot(owner);
  const rooms = channels.filter(({ name }) => name.startsWith('room-')).map(({ id }) => id);
  const asks = new Map<string, Ask>();
  platform.subscribe(member, event => hear(asks, event));
  return { platform, owner, member, bot, rooms, asks };
});
type Side = (typeof sides)[number];

let service: ServiceProcess = await startService(settings);
let nextRoom = 0;
let nextPhotograph = 0;

function hear(asks: ReadonlyMap<string, Ask>, event: PlatformEvent): void {
  const said =
    event.type === 'message' || event.type === 'edit'
      ? { channelId: event.message.channelId, text: textOf(event.message) }
      : event.type === 'failed'
        ? { channelId: event.channelId, text: 'Reference: the platform' }
        : null;
  const ask = said && asks.get(said.channelId);
  if (!ask) return;
  const isDescribed = 'message' in event && isDescription(event.message);
  const isTold = /Reference: |A restart interrupted|being (?:stopped|restarted)/.test(said.text);
  if (!isDescribed && !isTold) return;
  ask.answeredAt ??= performance.now();
  if (isTold) ask.told = true;
  // An edit is the same description, in its last form.
  else if (event.type === 'message' || ask.descriptions === 0) ask.descriptions++;
}

/** Watches every third room. */
async function watchRooms({ platform, owner, rooms }: Side): Promise<void> {
  for (const channelId of rooms.filter((_, index) => index % WAYS === 0)) {
    const [command, options] =
      platform.name === 'discord'
        ? (['settings', { watch: 'true' }] as const)
        : (['narrate', { text: 'settings watch:on' }] as const);
    await platform.runCommand({ personId: owner, channelId, command, options, files: [] });
  }
}

/** Asks in the three ways on the platforms, as often as told, each in a room of its own. */
async function askAll(times = 1, platforms: readonly Side[] = sides): Promise<Ask[]> {
  const first = nextRoom;
  nextRoom += WAYS * times;
  if (nextRoom > ROOMS) throw new Error('there are more scenarios than rooms');
  const asked: Ask[] = [];
  for (const side of platforms) {
    for (let room = first; room < nextRoom; room++) asked.push(await askIn(side, room));
  }
  return asked;
}

async function askIn({ platform, member, bot, rooms, asks }: Side, room: number): Promise<Ask> {
  const channelId = rooms[room]!;
  const at = performance.now();
  const way = room % WAYS;
  const ask = {
    platform,
    channelId,
    isWatched: way === 0,
    at,
    descriptions: 0,
    told: false,
    answeredAt: null,
  };
  asks.set(channelId, ask);
  const { messageId } = await platform.post({
    personId: member,
    channelId,
    text: way === 1 ? `<@${bot.id}>` : '',
    files: [photograph(nextPhotograph++)],
  });
  if (way === 2) {
    const [shortcut] = platform.snapshot(member).shortcuts;
    await platform.runShortcut({ personId: member, channelId, messageId, shortcut: shortcut! });
  }
  return ask;
}

/** Nobody asked for it, and the log says that it failed. */
function isLogged({ channelId, isWatched }: Ask): boolean {
  return isWatched && service.lines.some(line => line.msg === 'failed' && line.channelId === channelId);
}

async function settle(asks: readonly Ask[]): Promise<void> {
  const deadline = performance.now() + LAST_MS;
  while (asks.some(ask => ask.answeredAt === null && !isLogged(ask)) && performance.now() < deadline)
    await wait(50);
  // Time for a second answer, which there must not be.
  await wait(1500);
}

const outcomes: Outcome[] = [];
async function drill(
  name: string,
  run: () => Promise<readonly Ask[] | { asks: readonly Ask[]; note: string }>,
) {
  console.error(name);
  const result = await run();
  const { asks, note } = 'asks' in result ? result : { asks: result, note: '' };
  await settle(asks);
  const logged = asks.filter(ask => ask.answeredAt === null && isLogged(ask));
  outcomes.push({ name, asks, logged, note });
}

const [onDiscord, onSlack] = [[sides[0]!], [sides[1]!]];

try {
  for (const side of sides) await watchRooms(side);
  await wait(3000);

  await drill('nothing (for comparison)', () => askAll());
  for (const how of ['cut', 'reconnect', 'invalid-session'] as const) {
    await drill(`Discord's gateway: ${how}`, async () => {
      const before = await askAll(1, onDiscord);
      discord.faults.dropConnections(how);
      return before;
    });
  }
  await drill("Discord's REST API: 429 five times", async () => {
    discord.faults.failRequests(/messages|callback|webhooks/, 429, 5, 1);
    return await askAll(1, onDiscord);
  });
  await drill("Discord's REST API: 503 five times", async () => {
    discord.faults.failRequests(/messages|webhooks/, 503, 5);
    return await askAll(1, onDiscord);
  });
  for (const how of ['cut', 'refresh', 'warning'] as const) {
    await drill(`Slack's socket: ${how}`, async () => {
      const before = await askAll(1, onSlack);
      slack.faults.dropConnections(how);
      return before;
    });
  }
  await drill("Slack's Web API: 429 five times", async () => {
    slack.faults.failRequests(/chat\.|files\./, 429, 5, 1);
    return await askAll(1, onSlack);
  });
  await drill("Slack's Web API: 503 five times", async () => {
    slack.faults.failRequests(/chat\.|files\./, 503, 5);
    return await askAll(1, onSlack);
  });
  await drill('interaction tokens and response URLs expired', async () => {
    const asks = await askAll();
    for (const { platform } of sides) platform.faults.expireInteractions();
    return asks;
  });
  await drill('image addresses expired', async () => {
    const asks = await askAll();
    for (const { platform } of sides) platform.faults.expireImageUrls();
    return asks;
  });
  await drill('inference process killed at work', async () => {
    const asks = await askAll();
    const pid = service.inferencePid();
    if (pid === null) throw new Error('no inference process runs');
    process.kill(pid, 'SIGKILL');
    return asks;
  });
  await drill('database locked for 10 s', async () => {
    const database = new DatabaseSync(join(folder, 'narrator.sqlite'), { timeout: 5000 });
    database.exec('BEGIN EXCLUSIVE');
    const asks = await askAll();
    await wait(10_000);
    database.exec('ROLLBACK');
    database.close();
    return asks;
  });
  await drill('SIGTERM at work, and a new start', async () => {
    const asks = await askAll(2);
    const { status, tookMs } = await service.end('SIGTERM');
    const answered = asks.filter(({ answeredAt }) => answeredAt !== null).length;
    service = await startService(settings);
    return {
      asks,
      note: `ended with ${status} after ${(tookMs / 1000).toFixed(1)} s, ${answered} answered by then`,
    };
  });
  await drill('kill -9 at work, and a new start', async () => {
    const asks = await askAll(2);
    await service.end('SIGKILL');
    const answered = asks.filter(({ answeredAt }) => answeredAt !== null).length;
    service = await startService(settings);
    return { asks, note: `${answered} answered before` };
  });
  await drill('an engine that cannot be reached', async () => {
    await service.end('SIGTERM');
    service = await startService({
      ...settings,
      NARRATOR_ENGINES: 'openai:none',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    });
    return await askAll();
  });
  report();
} finally {
  await service.end('SIGTERM');
  await close();
  rmSync(folder, { recursive: true, force: true });
}

function report(): void {
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}, ${day}`);
  console.log(`Load average ${loadavg()[0]!.toFixed(1)} at the end\n`);
  console.log('| Fault | asked | described | told | logged | lost | twice | median | longest | |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, asks, logged, note } of outcomes) {
    const described = asks.filter(ask => ask.descriptions > 0);
    const told = asks.filter(ask => ask.told && ask.descriptions === 0);
    const lost = asks.filter(ask => ask.answeredAt === null && !logged.includes(ask));
    const twice = asks.filter(ask => ask.descriptions > 1);
    const ms = asks.flatMap(({ at, answeredAt }) => (answeredAt === null ? [] : [answeredAt - at]));
    const seconds = (share: number) =>
      ms.length === 0 ? '' : `${(quantileOf(ms, share) / 1000).toFixed(1)} s`;
    const counts = [asks, described, told, logged, lost, twice].map(({ length }) => length);
    console.log(`| ${[name, ...counts, seconds(0.5), seconds(1), note].join(' | ')} |`);
    if (lost.length > 0 || twice.length > 0) process.exitCode = 1;
    for (const { platform, channelId } of [...lost, ...twice]) {
      const { channels } = platform.snapshot(
        idOf(discord === platform ? discord.people : slack.people, 'owner'),
      );
      console.error(`  ${platform.name}, ${channels.find(({ id }) => id === channelId)?.name}`);
    }
  }
  const problems = [discord, slack].flatMap(platform => platform.problems());
  console.log(`\n${problems.length} requests that the platforms refused:`);
  for (const { where, what } of problems) console.log(`- ${where}: ${what}`);
}
