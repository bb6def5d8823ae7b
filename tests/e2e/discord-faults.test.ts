import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import { picture } from '../bots/commands/pictures.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { clearStage, isDescription, isPrivate, type Stage, setStage, until } from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = startTalking();
});
afterEach(clearStage);
afterAll(() => narration.close(0));

const KITE = { name: 'kite.png', bytes: picture('plain') };
/** Takes half a second. */
const SLOW = { name: 'slow.png', bytes: picture('slow', 50) };
const BRIEF = 'A red kite over a quiet beach.';

async function isAnswered({ people, run, answer }: Stage, channel = 'photos') {
  await run(people.robin, channel, 'describe', {}, [KITE]);
  expect((await answer(people.robin, channel, isDescription)).content).toContain(BRIEF);
}

const logged = ({ lines }: Stage, text: string) => lines.some(({ message }) => message.includes(text));

describe('REST', () => {
  it('faults that pass are survived: 5xx and rate limits at the acknowledgement and the answer', async () => {
    const stage = await setStage({ narration });
    stage.discord.faults.failRequests(/\/callback/, 503, 1);
    stage.discord.faults.failRequests(/\/messages\/@original/, 500, 3);
    await isAnswered(stage);
    stage.discord.faults.failRequests(/\/messages\/@original/, 429, 2, 0.2);
    await isAnswered(stage, 'general');
    stage.discord.faults.failRequests(/\/channels\/\d+\/messages$/, 502, 3);
    await stage.post(stage.people.sam, 'accessibility', `<@${stage.discord.applicationId}>`, [KITE]);
    await stage.answer(stage.people.sam, 'accessibility', isDescription);
    expect(stage.answers(stage.people.sam, 'accessibility')).toHaveLength(1);
  });

  it('where the answer fails for long, it comes as a message in the channel, mentioning nobody', async () => {
    const stage = await setStage({ narration });
    const { discord, people, run, answer } = stage;
    discord.faults.failRequests(/\/webhooks\//, 503, 1000);
    await run(people.robin, 'photos', 'describe', {}, [KITE]);
    const message = await answer(people.robin, 'photos', isDescription);
    expect(message.content).toContain(BRIEF);
    expect(message.mentions).toEqual([]);
    expect(logged(stage, 'answering in its channel')).toBe(true);
    discord.faults.failRequests(/\/webhooks\//, 503, 0);
  });

  it('an outage of both is logged under an id, with no token', async () => {
    const stage = await setStage({ narration });
    const { discord, people, run, lines } = stage;
    discord.faults.failRequests(/\/webhooks\/|\/channels\//, 503, 1000);
    await run(people.robin, 'photos', 'describe', {}, [KITE]);
    await until(() => (logged(stage, 'the failure could not be told') ? true : null));
    const log = JSON.stringify(lines);
    expect(log).toContain('/webhooks/');
    expect(log).toMatch(/webhooks\/\d+\/…/);
    expect(log).not.toMatch(/webhooks\/\d+\/[\w-]{20}/);
    expect(log).not.toContain(discord.connection.token);
  });
});

describe('an interaction', () => {
  it('that ended is answered in the channel; private answers are not shown to all', async () => {
    const stage = await setStage({ narration });
    const { discord, people, run, answer, answers } = stage;
    await run(people.robin, 'photos', 'describe', {}, [SLOW]);
    await wait(150);
    discord.faults.expireInteractions();
    const message = await answer(people.robin, 'photos', isDescription);
    expect(message.content).toContain(BRIEF);
    expect(message.mentions).toEqual([]);
    const before = answers(people.sam, 'photos').length;
    await stage.press(people.robin, message, 'More detail');
    await answer(people.robin, 'photos', ({ content }) => content.includes('A bright red kite'));
    expect(answers(people.sam, 'photos')).toHaveLength(before);
  });

  it('is acknowledged at once while the store hangs', async () => {
    const stage = await setStage({
      narration,
      changeStore: store => ({
        ...store,
        settings: { ...store.settings, channel: () => new Promise(() => {}) },
        people: { ...store.people, hasOptedOut: () => new Promise(() => {}) },
      }),
      discord: { acknowledgeWithinMs: 400 },
    });
    const { discord, people, run, events } = stage;
    await run(people.robin, 'photos', 'describe', {}, [KITE]);
    await run(people.mo, 'general', 'settings');
    await wait(600);
    expect(events(people.robin).map(({ type }) => type)).not.toContain('failed');
    expect(events(people.mo).map(({ type }) => type)).not.toContain('failed');
    expect(discord.problems()).toEqual([]);
  });

  it('that wants a form says so where the store is too slow for one', async () => {
    let isSlow = false;
    const { discord, people, run, answer, press } = await setStage({
      narration,
      changeCommands: commands => ({
        ...commands,
        async formFor(call) {
          if (isSlow) await wait(1700);
          return await commands.formFor(call);
        },
      }),
    });
    await run(people.mo, 'photos', 'settings');
    const settings = await answer(people.mo, 'photos', isPrivate);
    isSlow = true;
    await press(people.mo, settings, 'Change');
    await answer(people.mo, 'photos', ({ content }) => content.includes('press the button again'));
    expect(discord.problems()).toEqual([]);
  });

  it('of an unknown button is refused, and one during a restart told so', async () => {
    const { discord, people, bot, run, answer, answers, channel } = await setStage({ narration });
    await bot.pause();
    await run(people.robin, 'photos', 'describe', {}, [KITE]);
    const message = await answer(people.robin, 'photos', isPrivate);
    expect(message.content).toContain('being restarted');
    const offered = await discord.complete({
      personId: people.robin,
      channelId: channel('photos'),
      command: 'describe',
      option: 'engine',
      typed: '',
    });
    expect(offered).toEqual([]);
    expect(bot.whyNotReady()).toMatch(/not running/);
    expect(answers(people.sam, 'photos')).toEqual([]);
    expect(discord.problems()).toEqual([]);
  });
});

describe('an image', () => {
  it('whose address expired is fetched by a new one', async () => {
    const stage = await setStage({ narration });
    const { discord, people, post, describe: ask, press, answer } = stage;
    const messageId = await post(people.robin, 'photos', '', [
      { name: 'n.png', bytes: picture('counting', 31) },
    ]);
    await ask(people.sam, 'photos', messageId);
    const message = await answer(people.sam, 'photos', isDescription);
    discord.faults.expireImageUrls();
    await press(people.sam, message, 'More detail');
    await answer(people.sam, 'photos', ({ content }) => content.includes('A bright red kite'));
    expect(discord.problems()).toEqual([]);
  });

  it('that is gone is said to be', async () => {
    const { discord, people, post, describe: ask, press, answer, channel } = await setStage({ narration });
    const messageId = await post(people.robin, 'photos', '', [KITE]);
    await ask(people.sam, 'photos', messageId);
    const message = await answer(people.sam, 'photos', isDescription);
    await discord.deleteMessage({ personId: people.robin, channelId: channel('photos'), messageId });
    await press(people.sam, message, 'More detail');
    expect((await answer(people.sam, 'photos', isPrivate)).content).toContain('no longer there');
    expect(discord.problems()).toEqual([]);
  });
});

describe('a stop', () => {
  it('waits for what is at hand, and answers it', async () => {
    const { people, run, answer, bot, commands, lines } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', {}, [SLOW]);
    await wait(100);
    await bot.pause();
    await commands.stop(5000);
    await bot.stop();
    expect((await answer(people.robin, 'photos', isDescription)).content).toContain(BRIEF);
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('tells those whose answer is not done in time', async () => {
    const { people, run, answer, bot, commands, discord } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', {}, [{ name: 's.png', bytes: picture('slow', 500) }]);
    await wait(100);
    await bot.pause();
    await commands.stop(50);
    await bot.stop();
    expect((await answer(people.robin, 'photos', isPrivate)).content).toContain('being stopped');
    expect(discord.problems()).toEqual([]);
  });
});
