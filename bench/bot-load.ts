import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PretendPlatform } from '../src/sandbox/pretend-platform.ts';
import {
  idOf,
  isDescription,
  photograph,
  residentMemory,
  startPlatforms,
  startService,
} from './bot-service.ts';
import { quantileOf } from './quantile-of.ts';

/**
 * Members post 200 images (or as many as the argument says) within 60 seconds, in 20 channels of both platforms; the embedded engine describes them. Every
 * third is posted in a watched channel, with a mention, or described by the message's menu.
 */
const IMAGES = Number(process.argv[2] ?? 200);
const SECONDS = 60;
const CHANNELS_EACH = 10;
/** One person alone would meet the limit on what one person may ask in a minute. */
const MEMBERS_EACH = 20;
/** For those that are still at work when the last was posted. */
const LAST_MS = 60_000;

interface Asked {
  readonly platform: PretendPlatform;
  readonly channelId: string;
  readonly at: number;
  answeredAt: number | null;
}

const { discord, slack, env, close } = await startPlatforms({
  channels: CHANNELS_EACH,
  members: MEMBERS_EACH,
});
const folder = mkdtempSync(join(tmpdir(), 'narrator-load-'));
const service = await startService({
  ...env,
  NARRATOR_DATA: folder,
  NARRATOR_GRACE_SECONDS: '0',
  NARRATOR_LIMIT_PERSON: '1000',
  NARRATOR_LIMIT_CHANNEL: '1000',
  NARRATOR_LIMIT_SERVER: '1000',
});
const asked: Asked[] = [];

function listen(platform: PretendPlatform, viewer: string): void {
  platform.subscribe(viewer, event => {
    if (event.type !== 'message' && event.type !== 'edit') return;
    const { channelId } = event.message;
    if (!isDescription(event.message)) return;
    // Channels are asked in turns, seconds apart: the oldest that waits is the one that was answered.
    const waiting = asked.find(
      each => each.platform === platform && each.channelId === channelId && each.answeredAt === null,
    );
    if (waiting && !seen.has(event.message.id)) waiting.answeredAt = performance.now();
    seen.add(event.message.id);
  });
}
const seen = new Set<string>();

try {
  const sides = [discord, slack].map(platform => {
    const owner = idOf(platform.people, 'owner');
    const members = platform.people.filter(({ role }) => role === 'member').map(({ id }) => id);
    listen(platform, owner);
    const { channels, bot } = platform.snapshot(owner);
    return {
      platform,
      owner,
      members,
      bot,
      rooms: channels.filter(({ name }) => name.startsWith('room-')).map(({ id }) => id),
    };
  });
  // A third of the channels is watched.
  for (const { platform, owner, rooms } of sides) {
    for (const channelId of rooms.filter((_, index) => index % 3 === 0)) {
      const [command, options] =
        platform.name === 'discord'
          ? (['settings', { watch: 'true' }] as const)
          : (['narrate', { text: 'settings watch:on' }] as const);
      await platform.runCommand({ personId: owner, channelId, command, options, files: [] });
    }
  }
  await wait(2000);
  console.error('The channels are set up; the images begin.');

  const memory: number[] = [];
  const sampling = setInterval(() => {
    memory.push(residentMemory(service.pid), residentMemory(service.inferencePid()));
  }, 500);
  const began = performance.now();
  const posts: Promise<void>[] = [];
  for (let number = 0; number < IMAGES; number++) {
    await wait(Math.max(0, began + (number * SECONDS * 1000) / IMAGES - performance.now()));
    const { platform, members, bot, rooms } = sides[number % 2]!;
    const room = Math.floor(number / 2) % CHANNELS_EACH;
    const channelId = rooms[room]!;
    const member = members[Math.floor(number / 2) % MEMBERS_EACH]!;
    posts.push(ask(platform, member, channelId, number, room % 3, bot.id));
  }
  await Promise.all(posts);
  const deadline = performance.now() + LAST_MS;
  while (asked.some(({ answeredAt }) => answeredAt === null) && performance.now() < deadline) await wait(100);
  clearInterval(sampling);
  // The log's last lines.
  await wait(1000);
  report(memory, performance.now() - began);
} finally {
  await service.end('SIGTERM');
  await close();
  rmSync(folder, { recursive: true, force: true });
}

async function ask(
  platform: PretendPlatform,
  personId: string,
  channelId: string,
  number: number,
  way: number,
  botId: string,
): Promise<void> {
  const entry: Asked = { platform, channelId, at: performance.now(), answeredAt: null };
  asked.push(entry);
  const text = way === 1 ? `<@${botId}>` : '';
  const { messageId } = await platform.post({ personId, channelId, text, files: [photograph(number)] });
  if (way !== 2) return;
  const [shortcut] = platform.snapshot(personId).shortcuts;
  await platform.runShortcut({ personId, channelId, messageId, shortcut: shortcut! });
}

function report(memory: readonly number[], ms: number): void {
  const described = service.lines.filter(({ msg }) => msg === 'described');
  const column = (name: string) => described.map(line => Number([line[name]].flat()[0]));
  const engine = column('engineMs');
  const inference = column('inferenceMs');
  const read = column('readMs');
  const show = column('showMs');
  const total = column('totalMs');
  const seenMs = asked.flatMap(({ at, answeredAt }) => (answeredAt === null ? [] : [answeredAt - at]));
  const row = (name: string, values: readonly number[]) => {
    const [p50, p99] = [quantileOf(values, 0.5), quantileOf(values, 0.99)];
    console.log(`| ${name} | ${p50.toFixed(1)} ms | ${p99.toFixed(1)} ms |`);
  };
  const problems = [...discord.problems(), ...slack.problems()];
  const [main, child] = [0, 1].map(rest => memory.filter((_, index) => index % 2 === rest));
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}\n`);
  console.log(
    `${asked.length} images in ${SECONDS} s: ${seenMs.length} described, after ${(ms / 1000).toFixed(1)} s`,
  );
  console.log(`${asked.length - seenMs.length} lost; ${problems.length} refused, late or missed`);
  for (const { where, what } of problems.slice(0, 10)) console.log(`  ${where}: ${what}`);
  console.log('\n| from event to reply | median | p99 |\n| --- | --- | --- |');
  row('as members see it', seenMs);
  row('in the service', total);
  row('of it inference: waiting for its turn, decoding, engine, measuring', inference);
  row('of that the engine', engine);
  const rest = total.map((value, index) => value - inference[index]!);
  row('the rest: fetching, store, platform', rest);
  row('of that reading the image from where it lies', read);
  row('of that showing the reply', show);
  row(
    'of that all else',
    rest.map((value, index) => value - read[index]! - show[index]!),
  );
  console.log(
    `\nMemory: ${mebibytes(Math.max(...main!))} at most in the service's process (${mebibytes(main![0]!)} before), ${mebibytes(Math.max(...child!))} in the inference process.`,
  );
}
