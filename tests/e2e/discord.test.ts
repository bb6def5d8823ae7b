import { ComponentType } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import { picture } from '../bots/commands/pictures.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import {
  clearStage,
  isDescription,
  isPrivate,
  labelsOf,
  type Stage,
  setStage,
  until,
} from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = startTalking();
});
afterEach(clearStage);
afterAll(() => narration.close(0));

const KITE = { name: 'kite.png', bytes: picture('plain') };
const BRIEF = 'A red kite over a quiet beach.';
const says = (text: string | RegExp) => (message: { content: string }) =>
  typeof text === 'string' ? message.content.includes(text) : text.test(message.content);

/** A description of Robin's picture that Sam asked for. */
async function described(stage: Stage) {
  const { people, post, describe: ask, answer } = stage;
  const messageId = await post(people.robin, 'photos', 'look', [KITE]);
  await ask(people.sam, 'photos', messageId);
  const message = await answer(people.sam, 'photos', isDescription);
  // Its rows are written after it was shown.
  await until(async () => {
    const { descriptions } = await stage.store.people.countRows('discord', people.robin);
    return descriptions ? true : null;
  });
  return message;
}

describe('/describe', () => {
  it('describes an attachment, as message content with the label first', async () => {
    const { discord, people, run, answer } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', {}, [KITE]);
    const message = await answer(people.robin, 'photos', isDescription);
    expect(message.content).toMatch(
      /^\*\*AI description\*\*\nA red kite over a quiet beach\.\n-# \d+ adjectives in 7 words/,
    );
    expect(message.embeds).toEqual([]);
    expect(isPrivate(message)).toBe(false);
    expect(labelsOf(message)).toEqual([
      'More detail',
      'Alt text',
      'Show adjectives',
      'Try again',
      'Report',
      'Delete',
    ]);
    expect(discord.problems()).toEqual([]);
  });

  it('takes a style, offers engines while typing, and fetches an address through the guards', async () => {
    const stage = await setStage({ narration, engines: ['embedded', 'openai:gpt', 'vlm:smol'] });
    const { discord, people, channel, run, answer } = stage;
    const complete = (typed: string) =>
      discord.complete({
        personId: people.sam,
        channelId: channel('photos'),
        command: 'describe',
        option: 'engine',
        typed,
      });
    expect(await complete('')).toHaveLength(3);
    expect(await complete('SMOL')).toEqual([{ name: 'vlm:smol', value: 'vlm:smol' }]);
    await run(people.sam, 'photos', 'describe', { style: 'vivid', engine: 'embedded' }, [KITE]);
    expect((await answer(people.sam, 'photos', isDescription)).content).toContain('A bright red kite flies');
    await run(people.sam, 'general', 'describe', { url: 'http://127.0.0.1:1/secret.png' });
    const refusal = await answer(people.sam, 'general', isPrivate);
    expect(refusal.content).toContain('private or reserved network address');
    expect(discord.problems()).toEqual([]);
  });

  it('answers privately where there is nothing to describe, and leaves nothing public', async () => {
    const { discord, people, run, answer, answers } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe');
    const message = await answer(people.robin, 'photos', isPrivate);
    expect(message.content).toContain('Attach an image, or give the address of one.');
    expect(answers(people.robin, 'photos')).toHaveLength(1);
    expect(answers(people.sam, 'photos')).toEqual([]);
    expect(discord.problems()).toEqual([]);
  });

  it('shows a text as it grows, and in the end the whole of it', async () => {
    const { people, run, answer, events } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', {}, [{ name: 'a.png', bytes: picture('growing') }]);
    await answer(people.robin, 'photos', isDescription);
    const texts = events(people.sam).flatMap(event =>
      event.type === 'edit' ? [(event.message.json as { content: string }).content] : [],
    );
    expect(events(people.sam).map(({ type }) => type)).toContain('thinking');
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.at(-1)).toContain(BRIEF);
  });

  it('goes on in an embed where the content would be too long', async () => {
    const { discord, people, run, answer } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', { style: 'vivid' }, [
      { name: 'l.png', bytes: picture('long') },
    ]);
    const { content, embeds } = await answer(people.robin, 'photos', isDescription);
    expect(content).toBe('**AI description**');
    expect(embeds[0]!.description).toMatch(/^A bright red kite[\s\S]*beautiful\.\n-# \d+ adjectives/);
    expect(discord.problems()).toEqual([]);
  });

  it('says why an image cannot be read', async () => {
    const { people, run, answer } = await setStage({ narration });
    await run(people.robin, 'photos', 'describe', {}, [{ name: 'a.png', bytes: Buffer.from('<svg/>') }]);
    expect((await answer(people.robin, 'photos', isPrivate)).content).toMatch(/^a\.png is an SVG drawing/);
  });
});

describe('“Describe image” in a message’s menu', () => {
  it('answers with one reply, numbered, of the images that fit the limit', async () => {
    const {
      discord,
      people,
      post,
      describe: ask,
      answer,
    } = await setStage({ narration, bots: { maxImages: 2 } });
    const files = [
      KITE,
      { name: 'b.png', bytes: picture('plain', 9) },
      { name: 'c.png', bytes: picture('plain', 10) },
    ];
    const messageId = await post(people.robin, 'photos', '', files);
    await ask(people.sam, 'photos', messageId);
    const { content } = await answer(people.sam, 'photos', isDescription);
    expect(content).toMatch(
      /AI description 1 of 2[\s\S]*AI description 2 of 2[\s\S]*1 more image was left out/,
    );
    expect(discord.problems()).toEqual([]);
  });

  it('says privately that a message has no image, and respects a channel that wants no bots', async () => {
    const { people, post, describe: ask, answer } = await setStage({ narration });
    await ask(people.sam, 'general', await post(people.robin, 'general', 'hello'));
    expect((await answer(people.sam, 'general', isPrivate)).content).toContain('no image');
    await ask(people.sam, 'no-robots', await post(people.robin, 'no-robots', '', [KITE]));
    expect((await answer(people.sam, 'no-robots', isPrivate)).content).toContain('leave its pictures alone');
  });

  it('limits how much one person asks for', async () => {
    const {
      people,
      post,
      describe: ask,
      answer,
    } = await setStage({ narration, bots: { perPersonPerMinute: 1 } });
    const messageId = await post(people.robin, 'photos', '', [KITE]);
    await ask(people.sam, 'photos', messageId);
    await answer(people.sam, 'photos', isDescription);
    await ask(people.sam, 'photos', messageId);
    expect((await answer(people.sam, 'photos', isPrivate)).content).toMatch(/a minute|seconds?/);
  });
});

describe('a mention', () => {
  it('is answered in reply, with an image and in reply to one, without a ping', async () => {
    const { discord, people, post, answer, answers } = await setStage({ narration });
    const me = `<@${discord.applicationId}>`;
    const own = await post(people.robin, 'photos', `${me} what is this?`, [KITE]);
    const first = await answer(people.robin, 'photos', isDescription);
    expect(first.message_reference?.message_id).toBe(own);
    expect(first.mentions).toEqual([]);
    const image = await post(people.ada, 'general', 'my kite', [
      { name: 'k.png', bytes: picture('plain', 9) },
    ]);
    await post(people.robin, 'general', me, [], image);
    expect((await answer(people.robin, 'general', isDescription)).content).toContain(BRIEF);
    await post(people.robin, 'accessibility', me);
    expect((await answer(people.robin, 'accessibility')).content).toContain(
      'Mention me in a message with an image',
    );
    expect(answers(people.sam, 'accessibility')).toHaveLength(1);
    expect(discord.problems()).toEqual([]);
  });

  it('may name the role that Discord made for the bot', async () => {
    const { discord, people, post, answer } = await setStage({ narration });
    const { baseUrl, token } = discord.connection;
    const response = await fetch(`${baseUrl}/api/v10/guilds/${discord.guildId}/roles`, {
      headers: { authorization: `Bot ${token}`, 'user-agent': 'DiscordBot (https://example.org, 1)' },
    });
    const roles = (await response.json()) as { id: string; tags?: { bot_id?: string } }[];
    const role = roles.find(({ tags }) => tags?.bot_id === discord.applicationId)!;
    await post(people.robin, 'photos', `<@&${role.id}> please`, [KITE]);
    await answer(people.robin, 'photos', isDescription);
    expect(discord.problems()).toEqual([]);
  });

  it('of others, and images that nobody asks about, are left alone', async () => {
    const { people, post, answers, run, answer } = await setStage({ narration });
    await post(people.robin, 'photos', `<@${people.sam}>`, [KITE]);
    await run(people.sam, 'general', 'help');
    await answer(people.sam, 'general', isPrivate);
    expect(answers(people.robin, 'photos')).toEqual([]);
  });

  it('is not needed in a direct message with an image', async () => {
    const { discord, people, post, answer } = await setStage({ narration });
    const direct = discord.snapshot(people.robin).channels.find(({ name }) => name.startsWith('@'))!.id;
    await post(people.robin, direct, '', [KITE]);
    expect((await answer(people.robin, direct, isDescription)).content).toContain(BRIEF);
    expect(discord.problems()).toEqual([]);
  });
});

describe('watch mode', () => {
  it('describes images without alt text once the grace period is over', async () => {
    const stage = await setStage({ narration });
    const { discord, people, post, run, answer, answers } = stage;
    await run(people.mo, 'photos', 'settings', { watch: 'true' });
    expect((await answer(people.mo, 'photos', isPrivate)).content).toContain('**Watch**: on');
    const told = await post(people.robin, 'photos', '', [KITE]);
    await discord.setAltText(told, 0, 'A kite');
    await post(people.robin, 'photos', '', [{ ...KITE, altText: 'A kite' }]);
    const gone = await post(people.robin, 'photos', '', [KITE]);
    await discord.deleteMessage({
      personId: people.robin,
      channelId: stage.channel('photos'),
      messageId: gone,
    });
    const bare = await post(people.robin, 'photos', '', [KITE]);
    const message = await answer(people.robin, 'photos', isDescription);
    expect(message.message_reference?.message_id).toBe(bare);
    expect(answers(people.robin, 'photos')).toHaveLength(1);
    expect(discord.problems()).toEqual([]);
  });

  it('cannot be without the message content intent, and settings say so', async () => {
    const stage = await setStage({
      narration,
      hasMessageContent: false,
      discord: { privilegedIntents: { messageContent: false } },
    });
    const { discord, people, run, answer, press } = stage;
    await run(people.mo, 'general', 'settings');
    expect((await answer(people.mo, 'general', isPrivate)).content).toContain('message content intent');
    await run(people.mo, 'general', 'settings', { watch: 'true' });
    const refusal = await answer(people.mo, 'general', says('cannot watch channels'));
    expect(isPrivate(refusal)).toBe(true);
    // What works without it: the menu entry, also when its message's images are needed again.
    const message = await described(stage);
    await press(people.sam, message, 'More detail');
    await answer(people.sam, 'photos', says('A bright red kite'));
    await stage.post(people.robin, 'accessibility', `<@${discord.applicationId}>`, [KITE]);
    await answer(people.robin, 'accessibility', isDescription);
    const others = await stage.post(people.ada, 'general', '', [KITE]);
    await stage.post(people.robin, 'general', `<@${discord.applicationId}>`, [], others);
    await answer(people.robin, 'general', says('choose “Describe image” in its menu'));
    expect(discord.problems()).toEqual([]);
  });
});

describe('the buttons of a description', () => {
  it('change it in place, show alt text and adjectives privately, and delete it', async () => {
    const stage = await setStage({ narration });
    const { discord, people, press, answer, answers } = stage;
    const message = await described(stage);
    await press(people.sam, message, 'More detail');
    const more = await answer(people.sam, 'photos', says('A bright red kite'));
    expect(more.id).toBe(message.id);
    await press(people.sam, more, 'Shorter');
    await answer(people.sam, 'photos', says(BRIEF));
    await press(people.ada, more, 'Alt text');
    const alt = await answer(people.ada, 'photos', isPrivate);
    expect(alt.content).toContain('```\nA red kite over a beach.\n```');
    await press(people.mo, more, 'Show adjectives');
    const adjectives = await answer(people.mo, 'photos', isPrivate);
    expect(adjectives.content).toMatch(/A ([*_~]+)red\1 kite over a ([*_~]+)quiet\2 beach\./);
    await press(people.robin, message, 'Delete');
    await until(() => (answers(people.robin, 'photos').length === 0 ? true : null));
    expect(discord.problems()).toEqual([]);
  });

  it('keep others from changing or deleting it, and give them a private copy', async () => {
    const { discord, people, press, answer, answers, ...stage } = await setStage({
      narration,
      discord: {
        people: [
          { name: 'Ada', role: 'owner' },
          { name: 'Mo', role: 'moderator' },
          { name: 'Robin', role: 'member' },
          { name: 'Sam', role: 'member' },
          { name: 'Eve', role: 'member' },
        ],
      },
    });
    const eve = discord.people.find(({ name }) => name === 'Eve')!.id;
    const message = await described({ discord, people, press, answer, answers, ...stage });
    await press(eve, message, 'Delete');
    expect((await answer(eve, 'photos', isPrivate)).content).toContain('Only whoever asked');
    await press(eve, message, 'More detail');
    expect((await answer(eve, 'photos', says('A bright red kite'))).flags! & 64).toBe(64);
    expect(answers(people.robin, 'photos').map(({ content }) => content)).toEqual([message.content]);
    await press(people.mo, message, 'Delete');
    await until(() => (answers(people.robin, 'photos').length === 0 ? true : null));
    expect(discord.problems()).toEqual([]);
  });

  it('ask again, and report with a form', async () => {
    const stage = await setStage({ narration });
    const { discord, people, post, press, answer, form, store } = stage;
    const messageId = await post(people.robin, 'photos', '', [{ name: 'n.png', bytes: picture('counting') }]);
    await stage.describe(people.sam, 'photos', messageId);
    const message = await answer(people.sam, 'photos', isDescription);
    const before = message.content;
    await press(people.sam, message, 'Try again');
    await answer(
      people.sam,
      'photos',
      ({ content, ...rest }) => content !== before && isDescription({ content, ...rest }),
    );
    await press(people.ada, message, 'Report');
    const { id, json } = await form(people.ada);
    expect(json.components.map(({ type }) => type)).toContain(ComponentType.Label);
    const fields = json.components.flatMap(each => ('component' in each ? [each.component] : []));
    const values = Object.fromEntries(
      fields.map(field => [
        'custom_id' in field ? field.custom_id : '',
        field.type === ComponentType.StringSelect ? field.options[0]!.value : '@everyone it is blue',
      ]),
    );
    await discord.submit({ personId: people.ada, formId: id, values });
    await answer(people.ada, 'photos', isPrivate);
    expect(await store.reports.list(10)).toMatchObject([
      { reporterId: people.ada, comment: '@everyone it is blue' },
    ]);
    expect(discord.problems()).toEqual([]);
  });

  it('after a failure offer to try again', async () => {
    const { discord, people, post, describe: ask, answer, answers, press } = await setStage({ narration });
    const messageId = await post(people.robin, 'photos', '', [{ name: 'o.png', bytes: picture('once', 77) }]);
    await ask(people.sam, 'photos', messageId);
    const failure = await answer(people.sam, 'photos', isPrivate);
    expect(failure.content).toMatch(/Reference: r-\w{5}/);
    await press(people.sam, failure, 'Try again');
    await until(() => (answers(people.robin, 'photos').some(isDescription) ? true : null));
    await until(() => (answers(people.sam, 'photos').some(isPrivate) ? null : true));
    expect(discord.problems()).toEqual([]);
  });
});

describe('settings and privacy', () => {
  it('are changed by who may manage the channel, with a form too', async () => {
    const { discord, people, run, press, form, answer, store, channel } = await setStage({ narration });
    await run(people.robin, 'photos', 'settings', { history: 'true' });
    expect((await answer(people.robin, 'photos', isPrivate)).content).toContain('may manage this channel');
    await run(people.mo, 'photos', 'settings');
    const settings = await answer(people.mo, 'photos', isPrivate);
    await press(people.mo, settings, 'Change');
    const { id, json } = await form(people.mo);
    expect(json.title).toBe('Settings of this channel');
    await discord.submit({
      personId: people.mo,
      formId: id,
      values: { watch: 'on', style: 'vivid', history: 'on', retention: '7' },
    });
    await answer(people.mo, 'photos', says('Saved'));
    expect(await store.settings.channel('discord', channel('photos'))).toEqual({
      watch: true,
      style: 'vivid',
      keepHistory: true,
      retentionDays: 7,
    });
    const saved = await answer(people.mo, 'photos', says('Saved'));
    await press(people.mo, saved, 'Stop keeping texts');
    await answer(people.mo, 'photos', says('texts are not'));
    expect(discord.problems()).toEqual([]);
  });

  it('belong to oneself in a direct message', async () => {
    const { discord, people, run, answer } = await setStage({ narration });
    const direct = discord.snapshot(people.robin).channels.find(({ name }) => name.startsWith('@'))!.id;
    await run(people.robin, direct, 'settings', { style: 'vivid' });
    expect((await answer(people.robin, direct, isPrivate)).content).toContain('**Style**: vivid');
    expect(discord.problems()).toEqual([]);
  });

  it('let people opt out and be forgotten', async () => {
    const stage = await setStage({ narration });
    const { discord, people, run, press, answer, store } = stage;
    await described(stage);
    await run(people.sam, 'general', 'privacy', { do: 'forget-me' });
    const question = await answer(people.sam, 'general', message => labelsOf(message).length === 1);
    await press(people.sam, question, labelsOf(question)[0]!);
    await until(() => (stage.answers(people.sam, 'general').at(-1)!.id === question.id ? null : true));
    const rows = await store.people.countRows('discord', people.sam);
    expect(Object.values(rows).reduce((sum, count) => sum + count, 0)).toBe(0);
    await run(people.robin, 'photos', 'privacy', { do: 'opt-out' });
    await answer(people.robin, 'photos', isPrivate);
    expect(await store.people.hasOptedOut('discord', people.robin)).toBe(true);
    const messageId = await stage.post(people.robin, 'accessibility', '', [KITE]);
    await stage.describe(people.sam, 'accessibility', messageId);
    expect((await answer(people.sam, 'accessibility', isPrivate)).content).toContain('asked not to have');
    expect(discord.problems()).toEqual([]);
  });
});

describe('figures', () => {
  it('are given of a text, a channel, the server, the goals and the benchmarks', async () => {
    const stage = await setStage({ narration });
    const { discord, people, run, answer } = stage;
    await run(people.sam, 'general', 'adjectives', {
      text: 'A tall @everyone house by the blue sea. **Big**!',
    });
    const marked = await answer(people.sam, 'general', isPrivate);
    expect(marked.content).toContain(String.raw`\@everyone`);
    expect(marked.mention_everyone).toBe(false);
    await described(stage);
    await run(people.sam, 'photos', 'stats');
    const stats = await answer(people.sam, 'photos', ({ attachments }) => attachments.length > 0);
    expect(stats.attachments[0]).toMatchObject({ content_type: 'image/png' });
    expect(stats.attachments[0]!.description?.length).toBeGreaterThan(20);
    await run(people.sam, 'photos', 'leaderboard', { enable: 'true' });
    expect((await answer(people.sam, 'photos', isPrivate)).content).toMatch(/manage the server/);
    await run(people.ada, 'photos', 'leaderboard', { enable: 'true' });
    await answer(people.ada, 'photos', says(/leaderboard/i));
    for (const command of ['leaderboard', 'goals', 'benchmark', 'help']) {
      const before = stage.answers(people.ada, 'accessibility').length;
      await run(people.ada, 'accessibility', command);
      await until(() => {
        const now = stage.answers(people.ada, 'accessibility');
        return now.length > before && now.at(-1)!.content !== '' ? true : null;
      });
    }
    expect(discord.problems()).toEqual([]);
  });
});

describe('where the bot', () => {
  it('is not a member, commands that people bring along work by follow-ups alone', async () => {
    const stage = await setStage({
      narration,
      discord: {
        guildWithoutBot: {
          name: 'Elsewhere',
          channels: [{ name: 'elsewhere' }, { name: 'humans', topic: 'People #noai' }],
        },
      },
    });
    const { discord, people, post, describe: ask, press, answer, run } = stage;
    const messageId = await post(people.robin, 'elsewhere', '', [KITE]);
    await ask(people.sam, 'elsewhere', messageId);
    const message = await answer(people.sam, 'elsewhere', isDescription);
    await press(people.sam, message, 'More detail');
    await answer(people.sam, 'elsewhere', says('A bright red kite'));
    await press(people.sam, message, 'Alt text');
    await answer(people.sam, 'elsewhere', isPrivate);
    await ask(people.sam, 'humans', await post(people.robin, 'humans', '', [KITE]));
    expect((await answer(people.sam, 'humans', isPrivate)).content).toContain('leave its pictures alone');
    await run(people.sam, 'elsewhere', 'settings', { watch: 'true' });
    await answer(people.sam, 'elsewhere', says(/manage this channel|not a member/));
    await press(people.sam, message, 'Delete');
    await until(() => (stage.answers(people.robin, 'elsewhere').length === 0 ? true : null));
    expect(discord.problems()).toEqual([]);
  });

  it('may not write, mentions are logged with the permission that it lacks, and commands work', async () => {
    const { discord, people, post, run, answer, lines } = await setStage({
      narration,
      discord: { channels: [{ name: 'quiet', denyBot: ['sendMessages'] }, { name: 'photos' }] },
    });
    await post(people.robin, 'quiet', `<@${discord.applicationId}>`, [KITE]);
    await until(() => (lines.some(line => JSON.stringify(line).includes('“Send Messages”')) ? true : null));
    await run(people.robin, 'quiet', 'describe', {}, [KITE]);
    expect((await answer(people.robin, 'quiet', isDescription)).content).toContain(BRIEF);
    expect(discord.problems()).toEqual([]);
  });
});
