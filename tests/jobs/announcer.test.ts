import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotAdapter } from '../../src/bots/adapter.ts';
import { createDiscordBot } from '../../src/bots/discord/discord-bot.ts';
import { wasNeverConnected } from '../../src/bots/never-connected.ts';
import { createSlackBot } from '../../src/bots/slack/create-slack-bot.ts';
import { readConfig } from '../../src/config/env.ts';
import { startAnnouncer } from '../../src/jobs/announcer.ts';
import { readMessage } from '../../src/sandbox/demo/read-message.ts';
import type { PretendPlatform } from '../../src/sandbox/pretend-platform.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService, type Service } from '../../src/service.ts';
import type { Store } from '../../src/store/store.ts';
import { describeOnBothStores } from '../store/both-stores.ts';
import { createLog } from './job-stage.ts';

const MINUTE = 60_000;
const SOON = { timeout: 5000, interval: 20 };

let sandbox: Sandbox;
let service: Service;
let bots: BotAdapter[];

beforeAll(async () => {
  sandbox = await startSandbox();
  const config = sandbox.connect(readConfig({}));
  const log = { ...createLog(), debug: () => {} };
  const { discord, slack, allowedAddresses } = config;
  service = createService(config, {
    ...{ log, env: process.env, jobs: { scheduled: [], tell: [] } },
    createBots(commands) {
      bots = [
        createDiscordBot({ config: discord!, commands, log, allowedAddresses }),
        createSlackBot({ config: slack!, commands, log, allowedAddresses }),
      ];
      return bots;
    },
  });
  await service.start(new AbortController().signal);
});
afterAll(async () => {
  await service.stop(0);
  await sandbox.close();
});

const POST_PATHS = { discord: /\/messages$/, slack: /chat\.postMessage/ } as const;

const channelOf = (platform: PretendPlatform) => {
  const { channels } = platform.snapshot(platform.people[0]!.id);
  return { platform: platform.name, channelId: channels.find(({ name }) => name === 'photos')!.id };
};

/** How often a text stands on a platform. */
function countOf(platform: PretendPlatform, text: string): number {
  const { messages } = platform.snapshot(platform.people[0]!.id);
  return messages.filter(message => readMessage(platform.name, message).text.includes(text)).length;
}

/** An announcer of its own store, whose clock is moved by hand. */
function start({ announcements, launch }: Store) {
  const log = createLog();
  const clock = { now: 1_000_000_000_000 };
  const announcer = startAnnouncer({
    ...{ announcements, launch, log, now: () => clock.now, everyMs: 20 },
    ports: () => bots.flatMap(bot => bot.port() ?? []),
  });
  const said = (message: string) => log.lines.filter(line => line.message.includes(message)).length;
  return { announcer, clock, said };
}

const message = (heading: string) => ({ heading, texts: ['A text.'], picture: null });

await describeOnBothStores('the announcer', stores => {
  it.each(['discord', 'slack'] as const)(
    'sends on %s again, later, what was certainly not sent',
    async name => {
      const store = await stores.open();
      const { announcements } = store;
      const platform = sandbox.platforms.find(each => each.name === name)!;
      const heading = `Passing on ${name}, ${stores.kind}`;
      platform.faults.failRequests(POST_PATHS[name], 503, 2);
      await announcements.add(heading, message(heading), [channelOf(platform)], 1);
      const { announcer, clock, said } = start(store);
      await expect.poll(() => said('later again'), SOON).toBe(1);
      // Not before its time.
      clock.now += MINUTE - 1;
      await new Promise(resolve => setTimeout(resolve, 100));
      expect(said('later again')).toBe(1);
      clock.now += 1;
      await expect.poll(() => said('later again'), SOON).toBe(2);
      clock.now += 4 * MINUTE;
      await expect.poll(() => said('announced'), SOON).toBe(1);
      await announcer.stop();
      expect(countOf(platform, heading)).toBe(1);
    },
  );

  it.each([
    ['discord', 502],
    ['discord', 504],
    ['slack', 500],
    ['slack', 504],
  ] as const)('never sends on %s again what may stand there already (status %d)', async (name, status) => {
    const store = await stores.open();
    const { announcements } = store;
    const platform = sandbox.platforms.find(each => each.name === name)!;
    const heading = `Unknown on ${name} ${status}, ${stores.kind}`;
    platform.faults.failRequests(POST_PATHS[name], status, 1);
    await announcements.add(heading, message(heading), [channelOf(platform)], 1);
    const { announcer, clock, said } = start(store);
    await expect.poll(() => said('may have been sent or not'), SOON).toBe(1);
    clock.now += 24 * 60 * MINUTE;
    await new Promise(resolve => setTimeout(resolve, 150));
    await announcer.stop();
    expect([said('announced'), said('later again'), countOf(platform, heading)]).toEqual([0, 0, 0]);
  });

  it('gives up after six attempts, and at once where it was refused', async () => {
    const store = await stores.open();
    const { announcements } = store;
    const [discord, slack] = sandbox.platforms as [PretendPlatform, PretendPlatform];
    discord.faults.failRequests(POST_PATHS.discord, 503, 99);
    const nowhere = { platform: slack.name, channelId: 'C0NOSUCHCHANNEL' };
    await announcements.add(`Never, ${stores.kind}`, message('Never'), [channelOf(discord), nowhere], 1);
    const { announcer, clock, said } = start(store);
    await expect.poll(() => said('could not be sent'), SOON).toBe(1);
    for (let attempt = 1; attempt <= 5; attempt++) {
      await expect.poll(() => said('later again'), SOON).toBe(attempt);
      clock.now += 180 * MINUTE;
    }
    await expect.poll(() => said('could not be sent'), SOON).toBe(2);
    discord.faults.failRequests(POST_PATHS.discord, 503, 0);
    clock.now += 24 * 60 * MINUTE;
    await new Promise(resolve => setTimeout(resolve, 150));
    await announcer.stop();
    expect([said('later again'), said('announced')]).toEqual([5, 0]);
  });
});

it('Discord takes one message of a key, also where it was asked twice', async () => {
  const [discord] = sandbox.platforms as [PretendPlatform];
  const port = bots[0]!.port()!;
  const reply = { isPrivate: false, blocks: [{ type: 'text', text: 'One of a key' }], actions: [] } as const;
  const { channelId } = channelOf(discord);
  const posted = await port.postOnce(channelId, reply, 'one key');
  expect(posted).toEqual({ kind: 'posted', messageId: expect.any(String) });
  expect(await port.postOnce(channelId, reply, 'one key')).toEqual(posted);
  expect(countOf(discord, 'One of a key')).toBe(1);
});

describe('a connection', () => {
  it('that was refused was never made, and one that was cut was', async () => {
    const { createServer } = await import('node:net');
    const server = createServer(socket => socket.destroy());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const cut = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
    await new Promise(resolve => server.close(resolve));
    const refused = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
    expect([wasNeverConnected(cut), wasNeverConnected(refused)]).toEqual([false, true]);
  });
});
