import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDiscordBot } from '../../src/bots/discord/discord-bot.ts';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import { picture } from '../bots/commands/pictures.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { clearStage, isDescription, type Stage, setStage, until } from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = startTalking();
});
afterEach(clearStage);
afterAll(() => narration.close(0));

const KITE = { name: 'kite.png', bytes: picture('plain') };
const BRIEF = 'A red kite over a quiet beach.';

async function isAnswered({ people, run, answer }: Stage, channel = 'photos') {
  await run(people.robin, channel, 'describe', {}, [KITE]);
  expect((await answer(people.robin, channel, isDescription)).content).toContain(BRIEF);
}

const logged = ({ lines }: Stage, text: string) => lines.some(({ message }) => message.includes(text));

describe('the gateway', () => {
  it.each(['cut', 'reconnect'] as const)(
    'is resumed after it was lost (%s), and nothing is missed',
    async how => {
      const stage = await setStage({ narration });
      const { discord, people, post, answer, bot } = stage;
      discord.faults.dropConnections(how);
      await post(people.robin, 'general', `<@${discord.applicationId}>`, [KITE]);
      expect((await answer(people.robin, 'general', isDescription)).content).toContain(BRIEF);
      await until(() => (logged(stage, 'gateway resumed') ? true : null));
      expect(bot.whyNotReady()).toBeNull();
      await isAnswered(stage);
    },
  );

  it('starts a new session where the old one is invalid', async () => {
    const stage = await setStage({ narration });
    stage.discord.faults.dropConnections('invalid-session');
    await until(() => (stage.bot.whyNotReady() === null ? null : true));
    await until(() => (stage.bot.whyNotReady() === null ? true : null));
    await isAnswered(stage);
    expect(logged(stage, 'gateway resumed')).toBe(false);
  }, 20_000);

  it('ends the bot when the token was revoked', async () => {
    const { discord, bot } = await setStage({ narration });
    discord.revokeToken();
    await expect(bot.finished).rejects.toMatchObject({ code: 'discord-token', message: /DISCORD_TOKEN/ });
    expect(bot.whyNotReady()).toMatch(/down/);
  });
});

describe('start', () => {
  it('says which variable holds a bad token', async () => {
    const { bot } = await setStage({
      narration,
      token: 'MTIz.abcd.efghijklmnopqrstuvwxyz',
      isStarted: false,
    });
    await expect(bot.start(AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'discord-token',
      message: /DISCORD_TOKEN/,
    });
  });

  it('names the switch for an intent that is off', async () => {
    const { bot } = await setStage({
      narration,
      discord: { privilegedIntents: { messageContent: false } },
      isStarted: false,
    });
    await expect(bot.start(AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'discord-intent',
      message: /“Message Content Intent”.*DISCORD_MESSAGE_CONTENT=0/,
    });
  });

  it('says that Discord cannot be reached, and ends when it is told to', async () => {
    const { commands, discord } = await setStage({ narration, isStarted: false });
    const log = { info() {}, warn() {}, error() {} };
    const make = (baseUrl: string) =>
      createDiscordBot({
        config: { token: discord.connection.token, baseUrl, hasMessageContent: true },
        commands,
        log,
        allowedAddresses: [],
        delivery: { maxRetries: 1, backoffMs: 10, timeoutMs: 1000 },
      });
    await expect(make('http://127.0.0.1:1').start(AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'discord-unreachable',
    });
    const stopped = new AbortController();
    const start = make(discord.connection.baseUrl).start(stopped.signal);
    stopped.abort(new Error('told to'));
    await expect(start).rejects.toThrow('told to');
  });

  it('sits out a short outage', async () => {
    const stage = await setStage({ narration, isStarted: false });
    stage.discord.faults.failRequests(/\/gateway\/bot|\/commands$/, 503, 4);
    await stage.bot.start(AbortSignal.timeout(8000));
    await isAnswered(stage);
  });

  it('registers commands only where they changed', async () => {
    const { discord, commands, lines } = await setStage({ narration });
    expect(lines.map(({ message }) => message)).toContain('commands registered');
    const log = { info: (_: object, message: string) => void messages.push(message), warn() {}, error() {} };
    const messages: string[] = [];
    const second = createDiscordBot({
      config: {
        token: discord.connection.token,
        baseUrl: discord.connection.baseUrl,
        hasMessageContent: true,
      },
      commands,
      log,
      allowedAddresses: [],
    });
    await second.start(AbortSignal.timeout(5000));
    await second.stop();
    expect(messages).toContain('commands are as they were');
    expect(messages).not.toContain('commands registered');
  });
});
