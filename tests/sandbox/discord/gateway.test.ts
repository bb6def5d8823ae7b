import { once } from 'node:events';
import { Events, GatewayIntentBits, Status } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import {
  type PretendDiscord,
  type PretendDiscordOptions,
  startPretendDiscord,
} from '../../../src/sandbox/discord/pretend-discord.ts';
import { connectClient, INTENTS, makeClient } from './connect-client.ts';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

async function start(options: PretendDiscordOptions = {}): Promise<PretendDiscord> {
  const discord = await startPretendDiscord({ identifyIntervalMs: 0, ...options });
  releases.push(() => discord.close());
  return discord;
}

async function connect(
  discord: PretendDiscord,
  ...options: Parameters<typeof connectClient> extends [unknown, ...infer Rest] ? Rest : never
) {
  const client = await connectClient(discord, ...options);
  releases.push(() => client.destroy());
  return client;
}

function say(discord: PretendDiscord, text: string) {
  const [person] = discord.people;
  const personId = person!.id;
  const channelId = discord.snapshot(personId).channels.find(({ name }) => name === 'general')!.id;
  return discord.post({ personId, channelId, text, files: [] });
}

describe('login', () => {
  it('gives the guild with its channels, roles and the bot itself', async () => {
    const discord = await start();
    const client = await connect(discord);
    const guild = client.guilds.cache.get(discord.guildId);
    expect(guild?.name).toBe('Lighthouse');
    expect(guild?.channels.cache.map(({ name }) => name)).toEqual([
      'general',
      'photos',
      'accessibility',
      'no-robots',
    ]);
    expect(guild?.roles.cache.map(({ name }) => name)).toContain('Moderator');
    expect(guild?.members.me?.permissions.has('SendMessages')).toBe(true);
    expect(discord.snapshot(discord.people[0]!.id).bot.isConnected).toBe(true);
    expect(discord.problems()).toEqual([]);
  });

  it('refuses a wrong token', async () => {
    const discord = await start();
    const client = makeClient(discord);
    await expect(client.login('not.the.token')).rejects.toMatchObject({ code: 'TokenInvalid' });
    expect(discord.problems().at(0)?.what).toContain('401');
  });

  it('refuses a privileged intent that is not switched on', async () => {
    const discord = await start({ privilegedIntents: { messageContent: false } });
    const client = makeClient(discord);
    releases.push(() => client.destroy());
    await expect(client.login(discord.connection.token)).rejects.toThrow('disallowed intents');
    expect(discord.problems().at(0)?.what).toContain('4014');
  });

  it('divides guilds over shards', async () => {
    const discord = await start({ maxConcurrency: 2 });
    const client = await connect(discord, { shards: [0, 1], shardCount: 2 });
    expect(client.ws.shards.size).toBe(2);
    const [guild] = client.guilds.cache.values();
    expect(client.guilds.cache.size).toBe(1);
    expect(guild?.shardId).toBe(Number((BigInt(discord.guildId) >> 22n) % 2n));
  });
});

describe('a lost connection', () => {
  it('is resumed after a cut, and what happened meanwhile is replayed', async () => {
    const discord = await start();
    const client = await connect(discord);
    const texts: string[] = [];
    client.on(Events.MessageCreate, message => void texts.push(message.content));
    const resumed = once(client, Events.ShardResume);
    discord.faults.dropConnections('cut');
    await say(discord, 'said while it was away');
    await resumed;
    await expect.poll(() => texts).toEqual(['said while it was away']);
    expect(discord.problems()).toEqual([]);
  });

  it('is resumed when the gateway asks for a reconnect', async () => {
    const discord = await start();
    const client = await connect(discord);
    const resumed = once(client, Events.ShardResume);
    discord.faults.dropConnections('reconnect');
    await resumed;
    const heard = once(client, Events.MessageCreate);
    await say(discord, 'after');
    const [message] = await heard;
    expect(message.content).toBe('after');
  });

  it('begins a new session where the old one is invalid', async () => {
    const discord = await start();
    // The client would wait for five seconds between two identifies of its own.
    const buildIdentifyThrottler = async () => ({ waitForIdentify: async () => {} });
    const client = await connect(discord, { ws: { buildIdentifyThrottler } });
    const ready = once(client, Events.ShardReady);
    discord.faults.dropConnections('invalid-session');
    await ready;
    const heard = once(client, Events.MessageCreate);
    await say(discord, 'after');
    await heard;
    expect(client.ws.status).toBe(Status.Ready);
  });

  it('begins a new session where more was missed than is kept', async () => {
    const discord = await start();
    const buildIdentifyThrottler = async () => ({ waitForIdentify: async () => {} });
    const client = await connect(discord, { ws: { buildIdentifyThrottler } });
    const ready = once(client, Events.ShardReady);
    discord.faults.dropConnections('cut');
    for (let n = 0; n <= 1000; n++) await say(discord, `${n}`);
    await ready;
    expect(client.ws.status).toBe(Status.Ready);
  });

  it('ends for good when the token is reset', async () => {
    const discord = await start();
    const client = await connect(discord);
    const over = once(client, Events.ShardDisconnect);
    discord.revokeToken();
    const [event] = await over;
    expect(event.code).toBe(4004);
    await expect(client.rest.get('/users/@me')).rejects.toMatchObject({ status: 401 });
  });

  it('is told to people as the bot going and coming', async () => {
    const discord = await start();
    const seen: boolean[] = [];
    discord.subscribe(discord.people[0]!.id, event => {
      if (event.type === 'bot') seen.push(event.isConnected);
    });
    const client = await connect(discord);
    await client.destroy();
    await expect.poll(() => seen).toEqual([true, false]);
  });
});

describe('the protocol', () => {
  const HELLO = 10;
  const payloads = {
    identify: (discord: PretendDiscord, changes = {}) => ({
      op: 2,
      d: {
        token: discord.connection.token,
        intents: GatewayIntentBits.Guilds,
        properties: { os: 'linux', browser: 'test', device: 'test' },
        ...changes,
      },
    }),
  };

  async function open(discord: PretendDiscord, query = 'v=10&encoding=json'): Promise<WebSocket> {
    const socket = new WebSocket(`ws://${discord.connection.address}/gateway?${query}`);
    releases.push(async () => socket.terminate());
    return socket;
  }

  /** Sends payloads one after the other once greeted, and gives the code that the gateway closes with. */
  async function closeCode(
    discord: PretendDiscord,
    sent: readonly unknown[],
    query?: string,
  ): Promise<number> {
    const socket = await open(discord, query);
    socket.on('message', (raw: RawData) => {
      if (JSON.parse(raw.toString()).op !== HELLO) return;
      for (const each of sent) socket.send(typeof each === 'string' ? each : JSON.stringify(each));
    });
    const [code] = await once(socket, 'close');
    return code;
  }

  it('closes with the codes of Discord', async () => {
    const discord = await start();
    const identify = payloads.identify(discord);
    const intents = (bits: number) => payloads.identify(discord, { intents: bits });
    expect(await closeCode(discord, ['no JSON'])).toBe(4002);
    expect(await closeCode(discord, [{ op: 8, d: {} }])).toBe(4003);
    expect(await closeCode(discord, [payloads.identify(discord, { token: 'wrong' })])).toBe(4004);
    expect(await closeCode(discord, [identify, identify])).toBe(4005);
    expect(await closeCode(discord, [identify, { op: 99, d: null }])).toBe(4001);
    expect(await closeCode(discord, [payloads.identify(discord, { shard: [2, 2] })])).toBe(4010);
    expect(await closeCode(discord, [], 'v=6&encoding=json')).toBe(4012);
    expect(await closeCode(discord, [intents(1 << 30)])).toBe(4013);
    expect(await closeCode(discord, [intents(GatewayIntentBits.GuildMembers)])).toBe(4014);
    expect(
      await closeCode(
        discord,
        Array.from({ length: 121 }, () => ({ op: 1, d: null })),
      ),
    ).toBe(4008);
    expect(discord.problems().length).toBe(10);
  });

  it('closes a connection whose heartbeats stop, and says so', async () => {
    const discord = await start({ heartbeatIntervalMs: 60 });
    expect(await closeCode(discord, [payloads.identify(discord)])).toBe(4009);
    expect(discord.problems().map(({ what }) => what)).toEqual(['missed a heartbeat (close 4009)']);
  });

  it('keeps a connection whose heartbeats come', async () => {
    const discord = await start({ heartbeatIntervalMs: 100 });
    const client = await connect(discord);
    await new Promise(resolve => setTimeout(resolve, 400));
    expect(client.ws.status).toBe(Status.Ready);
    expect(discord.problems()).toEqual([]);
  });

  it('answers a second identify within the interval with an invalid session', async () => {
    const discord = await start({ identifyIntervalMs: 5000 });
    await connect(discord);
    const socket = await open(discord);
    const ops: number[] = [];
    socket.on('message', (raw: RawData) => {
      const { op } = JSON.parse(raw.toString());
      ops.push(op);
      if (op === HELLO) socket.send(JSON.stringify(payloads.identify(discord)));
    });
    await expect.poll(() => ops).toEqual([HELLO, 9]);
  });

  it('does not resume a session that it no longer has', async () => {
    const discord = await start();
    const socket = await open(discord);
    const answers: unknown[] = [];
    socket.on('message', (raw: RawData) => {
      const { op, d } = JSON.parse(raw.toString());
      if (op === HELLO) {
        const resume = { token: discord.connection.token, session_id: 'gone', seq: 3 };
        socket.send(JSON.stringify({ op: 6, d: resume }));
      } else {
        answers.push([op, d]);
      }
    });
    await expect.poll(() => answers).toEqual([[9, false]]);
  });

  it('finds members by id without the intent for all of them', async () => {
    const discord = await start();
    const client = await connect(discord, { intents: INTENTS });
    const guild = client.guilds.cache.get(discord.guildId)!;
    const ids = discord.people.slice(0, 2).map(({ id }) => id);
    const found = await guild.members.fetch({ user: ids });
    expect(found.map(member => member.displayName).toSorted()).toEqual(['Ada', 'Mo']);
  });
});
