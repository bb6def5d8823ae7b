import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../src/config/config.ts';
import { readConfig } from '../src/config/env.ts';
import { pruneJob } from '../src/jobs/prune.ts';
import { readMessage } from '../src/sandbox/demo/read-message.ts';
import { readSample } from '../src/sandbox/playground/samples.ts';
import type { PretendPlatform } from '../src/sandbox/pretend-platform.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import { createService, type Service, type ServiceOverrides } from '../src/service.ts';
import { openStore } from '../src/store/open-store.ts';
import type { DescriptionRow } from '../src/store/store.ts';
import { isRunning } from './inference/isolation/misbehaviour.ts';

const never = new AbortController().signal;

let sandbox: Sandbox;
let config: Config;
let service: Service | undefined;
let lines: { readonly message: string; readonly fields: Record<string, unknown> }[];

beforeEach(async () => {
  lines = [];
  sandbox = await startSandbox();
  config = sandbox.connect(readConfig({}));
});
afterEach(async () => {
  await service?.stop(0);
  service = undefined;
  await sandbox.close();
});

function create(change: Partial<Config> = {}, overrides: Partial<ServiceOverrides> = {}): Service {
  const note = (fields: object, message: string) =>
    lines.push({ message, fields: fields as Record<string, unknown> });
  const log = { debug: note, info: note, warn: note, error: note };
  service = createService({ ...config, ...change }, { log, env: process.env, ...overrides });
  return service;
}

/** A person posts a photograph and mentions the bot. */
async function ask(platform: PretendPlatform): Promise<() => string[]> {
  const person = platform.people[0]!;
  const { bot, channels } = platform.snapshot(person.id);
  const channelId = channels.find(({ name }) => name === 'photos')!.id;
  const bytes = (await readSample('march-pastoral'))!;
  await platform.post({
    personId: person.id,
    channelId,
    text: `<@${bot.id}>`,
    files: [{ name: 'sheep.jpg', bytes }],
  });
  return () =>
    platform
      .snapshot(person.id)
      .messages.map(message => readMessage(platform.name, message))
      .filter(({ authorId }) => authorId === bot.id)
      .map(({ text }) => text);
}

describe('the service', () => {
  it('is ready once it has started, and answers what is at hand before it stops', async () => {
    const running = create();
    expect(running.whyNotReady()).toHaveLength(1);
    await running.start(never);
    expect(running.whyNotReady()).toEqual([]);
    const answers = await Promise.all(sandbox.platforms.map(ask));
    // Both are at work: the first has its process, neither has its text.
    await expect
      .poll(() => lines.some(({ message }) => message === 'inference: started'), { timeout: 10_000 })
      .toBe(true);
    expect(answers.flatMap(said => said()).join()).not.toMatch(/sheep/);
    await running.stop(15_000);
    for (const said of answers) expect(said().join()).toMatch(/AI description.*sheep/s);
    expect(running.whyNotReady()).toEqual(['The service is being stopped.']);
    const { pid } = lines.find(({ message }) => message === 'inference: started')!.fields;
    expect(isRunning(Number(pid))).toBe(false);
    expect(
      sandbox.platforms.map(platform => platform.snapshot(platform.people[0]!.id).bot.isConnected),
    ).toEqual([false, false]);
  });

  it('tells people so where the time is too short for an answer', async () => {
    const running = create();
    await running.start(never);
    const said = await ask(sandbox.platforms[0]!);
    await expect
      .poll(() => lines.some(({ message }) => message === 'inference: started'), { timeout: 10_000 })
      .toBe(true);
    const began = performance.now();
    await running.stop(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(said().join()).toMatch(/being stopped|AI description/);
  });

  it('closes what it opened where a part cannot start', async () => {
    const { slack } = config;
    const running = create({ slack: { ...slack!, botToken: 'xoxb-0000000000-wrong' } });
    await expect(running.start(never)).rejects.toMatchObject({ code: 'slack-token' });
    const [discord] = sandbox.platforms;
    await expect.poll(() => discord!.snapshot(discord!.people[0]!.id).bot.isConnected).toBe(false);
    expect(lines.at(-1)!.message).toBe('stopped');
  });

  it('gives up starting when it is told to end', async () => {
    const reason = new Error('ended');
    await expect(create().start(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(
      sandbox.platforms.map(platform => platform.snapshot(platform.people[0]!.id).bot.isConnected),
    ).toEqual([false, false]);
  });

  it('fails as a whole when a platform takes its token no longer', async () => {
    const running = create();
    await running.start(never);
    const [discord] = sandbox.platforms as unknown as [{ revokeToken(): void }];
    discord.revokeToken();
    await expect(running.finished).rejects.toMatchObject({
      name: expect.stringMatching(/Error$/),
      code: expect.any(String),
    });
  });

  it('deletes now and then what may be kept no longer', async () => {
    const store = await openStore(config.store);
    try {
      const every50Ms = { nextAfter: (time: number) => (Math.floor(time / 50) + 1) * 50 };
      const job = { ...pruneJob, lateMs: 1000 };
      const jobs = { scheduled: [{ job, schedule: every50Ms, when: 'often' }], tell: [] };
      await create({ slack: null }, { jobs }).start(never);
      await store.descriptions.put([expired('a'), expired('b')]);
      const deleted = () =>
        lines
          .filter(({ message }) => message.startsWith('deleted'))
          .reduce((sum, { fields }) => sum + Number(fields.rows), 0);
      await expect.poll(deleted, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
    } finally {
      await store.close();
    }
  });
});

function expired(id: string): DescriptionRow {
  return {
    ...{
      id,
      replyId: id,
      platform: 'discord',
      serverId: '1',
      channelId: '2',
      requesterId: '3',
      authorId: '3',
    },
    ...{
      engine: 'embedded',
      model: 'm',
      style: 'brief',
      words: 10,
      adjectives: 2,
      supported: 1,
      contradicted: 0,
    },
    ...{ uncheckable: 1, supportedPer100Words: 10, interpretive: 0, engineMs: 1, totalMs: 2 },
    ...{ describedAt: 1000, text: null, expiresAt: 2000 },
  } as DescriptionRow;
}
