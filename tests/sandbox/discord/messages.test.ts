import { DiscordAPIError, Events, type Message, MessageFlags, Partials, type TextChannel } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPretendDiscord } from '../../../src/sandbox/discord/pretend-discord.ts';
import { INTENTS } from './connect-client.ts';
import { PNG } from './pictures.ts';
import { type Pair, startPair } from './start-pair.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair({
    rateWindowScale: 0.05,
    channels: [
      { name: 'general' },
      { name: 'photos' },
      { name: 'busy' },
      { name: 'read-only', denyBot: ['sendMessages'] },
      { name: 'no-files', denyBot: ['attachFiles', 'embedLinks'] },
      { name: 'hidden', denyBot: ['viewChannel'] },
    ],
  });
});
afterAll(() => pair.close());

function textChannel(name: string): TextChannel {
  return pair.client.channels.cache.get(pair.channel(name).id) as TextChannel;
}

async function refusalOf(attempt: Promise<unknown>): Promise<DiscordAPIError> {
  const error = await attempt.then(
    () => null,
    thrown => thrown,
  );
  if (!(error instanceof DiscordAPIError)) throw new Error(`not refused: ${error}`);
  return error;
}

/** What a raw request is refused with, as paths of faults. */
async function faultsOf(body: unknown, path = `/channels/${pair.channel('general').id}/messages`) {
  const { code, rawError } = await refusalOf(pair.client.rest.post(path as `/${string}`, { body }));
  const paths: Record<string, string> = {};
  const walk = (node: object, at: string[]) => {
    for (const [key, value] of Object.entries(node)) {
      if (key === '_errors') paths[at.join('.')] = value[0].code;
      else walk(value, [...at, key]);
    }
  };
  walk('errors' in rawError ? (rawError.errors as object) : {}, []);
  return { code, paths };
}

describe('a message of the bot', () => {
  it('is refused where it breaks a limit, with the place of each fault', async () => {
    const long = (length: number) => 'x'.repeat(length);
    const embed = { description: 'x' };
    const button = { type: 2, style: 2, label: 'x', custom_id: 'a' };
    const row = (...components: unknown[]) => ({ type: 1, components });
    const cases: [body: object, at: string, code: string][] = [
      [{ content: long(2001) }, 'content', 'BASE_TYPE_MAX_LENGTH'],
      [{ embeds: [{ ...embed, title: long(257) }] }, 'embeds.0.title', 'BASE_TYPE_MAX_LENGTH'],
      [{ embeds: [{ description: long(4097) }] }, 'embeds.0.description', 'BASE_TYPE_MAX_LENGTH'],
      [
        { embeds: [{ fields: Array(26).fill({ name: 'n', value: 'v' }) }] },
        'embeds.0.fields',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [{ embeds: [{ fields: [{ name: 'n', value: '' }] }] }, 'embeds.0.fields.0.value', 'BASE_TYPE_REQUIRED'],
      [
        { embeds: [{ description: long(3001) }, { description: long(3000) }] },
        'embeds',
        'MAX_EMBED_SIZE_EXCEEDED',
      ],
      [
        { content: 'x', components: [row(button, { ...button })] },
        'components',
        'COMPONENT_CUSTOM_ID_DUPLICATED',
      ],
      [
        { content: 'x', components: [row({ ...button, label: long(81) })] },
        'components.0.components.0.label',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [
        { content: 'x', components: [row({ ...button, custom_id: long(101) })] },
        'components.0.components.0.custom_id',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [
        {
          content: 'x',
          components: [row(...Array.from({ length: 6 }, (_, n) => ({ ...button, custom_id: `${n}` })))],
        },
        'components.0.components',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [
        {
          content: 'x',
          components: Array.from({ length: 6 }, (_, n) => row({ ...button, custom_id: `${n}` })),
        },
        'components',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [{ content: 'x', colour: 'red' }, 'colour', 'UNKNOWN_FIELD'],
      [{ content: 'x', flags: MessageFlags.Ephemeral }, 'flags', 'BASE_TYPE_INVALID'],
      [
        { content: 'x', flags: MessageFlags.IsComponentsV2 },
        'content',
        'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      ],
      [
        { content: 'x', attachments: [{ id: '0', description: long(1025) }] },
        'attachments.0.description',
        'BASE_TYPE_MAX_LENGTH',
      ],
      [
        { content: 'x', message_reference: { message_id: '1' } },
        'message_reference',
        'REPLIES_UNKNOWN_MESSAGE',
      ],
      [
        { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
        'allowed_mentions',
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
      ],
      [
        { embeds: [{ image: { url: 'attachment://none.png' } }] },
        'attachments',
        'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
      ],
    ];
    const before = pair.discord.problems().length;
    for (const [body, at, code] of cases) {
      expect(await faultsOf(body), JSON.stringify(body).slice(0, 80)).toEqual({
        code: 50035,
        paths: { [at]: code },
      });
    }
    expect(pair.discord.problems().length - before).toBe(cases.length);
    expect(await faultsOf({ content: '  ' })).toEqual({ code: 50006, paths: {} });
  });

  it('counts characters, not UTF-16 units', async () => {
    const sent = await textChannel('general').send('😀'.repeat(2000));
    expect(sent.content).toBe('😀'.repeat(2000));
  });

  it('is refused where the bot may not do it', async () => {
    expect(await refusalOf(textChannel('read-only').send('x'))).toMatchObject({ status: 403, code: 50013 });
    expect(await refusalOf(textChannel('no-files').send({ files: [PNG] }))).toMatchObject({ code: 50013 });
    const embeds = [{ description: 'x' }];
    expect(await refusalOf(textChannel('no-files').send({ embeds }))).toMatchObject({ code: 50013 });
    const hidden = pair.discord.snapshot(pair.owner.id).channels.find(({ name }) => name === 'hidden')!;
    expect(await refusalOf(pair.client.rest.get(`/channels/${hidden.id}`))).toMatchObject({ code: 50001 });
    expect(await refusalOf(pair.client.rest.get('/channels/1'))).toMatchObject({ status: 404, code: 10003 });
    const { messageId } = await postBy('general', 'mine');
    const path = `/channels/${pair.channel('general').id}/messages/${messageId}` as const;
    expect(await refusalOf(pair.client.rest.patch(path, { body: { content: 'x' } }))).toMatchObject({
      code: 50005,
    });
    expect(await refusalOf(pair.client.rest.delete(path))).toMatchObject({ code: 50013 });
  });

  it('is refused files that are too large, bodies that cannot be read, and routes that are not there', async () => {
    const attachment = Buffer.alloc(10 * 1024 * 1024 + 1);
    const tooLarge = textChannel('general').send({ files: [{ attachment, name: 'a.bin' }] });
    expect(await refusalOf(tooLarge)).toMatchObject({ status: 413, code: 40005 });
    const { baseUrl, token } = pair.discord.connection;
    const send = async (path: string, type: string, body: string) => {
      const headers = {
        authorization: `Bot ${token}`,
        'user-agent': 'DiscordBot (https://example.com, 1)',
        'content-type': type,
      };
      const answer = await fetch(`${baseUrl}/api/v10${path}`, { method: 'POST', headers, body });
      return [answer.status, ((await answer.json()) as { code: number }).code];
    };
    const path = `/channels/${pair.channel('general').id}/messages`;
    expect(await send(path, 'application/json', '{')).toEqual([400, 50109]);
    expect(await send(path, 'multipart/form-data; boundary=x', 'no form')).toEqual([400, 50035]);
    expect(await send('/no/such/route', 'application/json', '{}')).toEqual([404, 0]);
    expect(pair.discord.problems().at(-1)).toMatchObject({ where: 'POST /api/v10/no/such/route' });
  });

  it('is sent once where its nonce is enforced', async () => {
    const send = (enforceNonce: boolean) =>
      textChannel('general').send({ content: 'x', nonce: '7', enforceNonce });
    const [first, again, other] = [await send(true), await send(true), await send(false)];
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it('loses the attachments that an edit does not list', async () => {
    const files = ['a', 'b'].map(name => ({ attachment: PNG, name: `${name}.png`, description: name }));
    const sent = await textChannel('general').send({ content: 'x', files });
    const [first] = [...sent.attachments.values()];
    const kept = await sent.edit({ content: 'y' });
    expect(kept.attachments.size).toBe(2);
    const cut = await sent.edit({ attachments: [{ id: first!.id } as never] });
    expect(cut.attachments.map(({ description }) => description)).toEqual(['a']);
    const { url } = cut.attachments.first()!;
    const described = [{ id: first!.id, description: 'new words' } as never];
    expect(await refusalOf(sent.edit({ content: 'x'.repeat(2001), attachments: described }))).toMatchObject({
      code: 50035,
    });
    expect((await sent.fetch(true)).attachments.first()?.description).toBe('a');
    const again = await sent.edit({ attachments: described });
    expect(again.attachments.first()?.description).toBe('new words');
    expect((await fetch(url)).status).toBe(200);
  });

  it('takes an attachment that an embed shows off the list, and with it the alt text', async () => {
    const files = [{ attachment: PNG, name: 'chart.png', description: 'A chart' }];
    const sent = await textChannel('general').send({
      embeds: [{ image: { url: 'attachment://chart.png' } }],
      files,
    });
    expect(sent.attachments.size).toBe(0);
    expect(sent.embeds[0]?.image?.url).toContain('/attachments/');
    expect((await fetch(sent.embeds[0]!.image!.url)).status).toBe(200);
  });
});

describe('mentions', () => {
  const raw = (body: object) =>
    pair.client.rest.post(`/channels/${pair.channel('photos').id}/messages`, { body }) as Promise<
      Record<string, unknown>
    >;

  it('are a problem where allowed_mentions is left out', async () => {
    const before = pair.discord.problems().length;
    const ids = async (body: object) => ((await raw(body)).mentions as { id: string }[]).map(({ id }) => id);
    expect(await ids({ content: `<@${pair.member.id}>` })).toEqual([pair.member.id]);
    expect(await ids({ content: `<@${pair.member.id}>`, allowed_mentions: { parse: [] } })).toEqual([]);
    const named = { parse: [], users: [pair.member.id] };
    expect(
      await ids({ content: `<@${pair.member.id}> <@${pair.owner.id}>`, allowed_mentions: named }),
    ).toEqual([pair.member.id]);
    const { messageId } = await postBy('photos', 'reply to this');
    const reply = { content: 'x', message_reference: { message_id: messageId } };
    expect(await ids({ ...reply, allowed_mentions: { parse: [] } })).toEqual([]);
    expect(await ids(reply)).toEqual([pair.member.id]);
    expect(
      pair.discord
        .problems()
        .slice(before)
        .map(({ what }) => what),
    ).toEqual(Array(2).fill(expect.stringContaining('without allowed_mentions')));
  });

  it('of everyone are a problem wherever they would ping', async () => {
    const loud = await startPair({ botPermissions: ['viewChannel', 'sendMessages', 'mentionEveryone'] });
    const path = `/channels/${loud.channel('general').id}/messages` as const;
    const send = (allowed_mentions: object) =>
      loud.client.rest.post(path, { body: { content: '@everyone', allowed_mentions } }) as Promise<{
        mention_everyone: boolean;
      }>;
    expect((await send({ parse: [] })).mention_everyone).toBe(false);
    expect(loud.discord.problems()).toEqual([]);
    expect((await send({ parse: ['everyone'] })).mention_everyone).toBe(true);
    expect(loud.discord.problems().at(-1)?.what).toContain('pings @everyone');
    await loud.close();
  });
});

function postBy(channel: string, text: string, files: { name: string; bytes: Uint8Array }[] = []) {
  return pair.discord.post({ personId: pair.member.id, channelId: pair.channel(channel).id, text, files });
}

describe('without the message content intent', () => {
  it('what others write is empty, but in direct messages, where the bot is mentioned, and its own', async () => {
    const quiet = await startPair(
      { privilegedIntents: { messageContent: false } },
      { intents: INTENTS, partials: [Partials.Channel] },
    );
    const heard: Message[] = [];
    quiet.client.on(Events.MessageCreate, message => void heard.push(message));
    const say = (text: string, channel = quiet.channel('general', quiet.member)) =>
      quiet.discord.post({
        personId: quiet.member.id,
        channelId: channel.id,
        text,
        files: [{ name: 'a.png', bytes: PNG }],
      });
    const { messageId } = await say('plain');
    await say(`hey <@${quiet.client.user.id}>`);
    await say('direct', quiet.channel('@Visual Narrator', quiet.member));
    const own = await (quiet.client.channels.cache.get(quiet.channel('general').id) as TextChannel).send(
      'own',
    );
    await quiet.discord.post({
      personId: quiet.member.id,
      channelId: own.channelId,
      text: 'to you',
      files: [],
      inReplyTo: own.id,
    });
    await expect.poll(() => heard.length).toBe(5);
    expect(heard.map(({ content, attachments }) => [content, attachments.size])).toEqual([
      ['', 0],
      [`hey <@${quiet.client.user.id}>`, 1],
      ['direct', 1],
      ['own', 0],
      ['to you', 0],
    ]);
    const fetched = (await quiet.client.rest.get(`/channels/${own.channelId}/messages/${messageId}`)) as {
      content: string;
    };
    expect(fetched.content).toBe('');
    await quiet.close();
  });
});

describe('what people do', () => {
  it('reaches the bot as events', async () => {
    const { discord, client, member } = pair;
    const channelId = pair.channel('photos').id;
    const next = <Name extends Events>(name: Name) =>
      new Promise<unknown[]>(resolve => client.once(name as never, (...args: unknown[]) => resolve(args)));
    const created = next(Events.MessageCreate);
    const { messageId } = await postBy('photos', 'look', [{ name: 'a dog.png', bytes: PNG }]);
    const [message] = (await created) as [Message];
    const attachment = message.attachments.first();
    expect(attachment).toMatchObject({
      name: 'a_dog.png',
      width: 1,
      height: 1,
      contentType: 'image/png',
      description: null,
    });
    const updated = next(Events.MessageUpdate);
    await discord.setAltText(messageId, 0, 'A dog');
    const [, after] = (await updated) as [Message, Message];
    expect(after.attachments.first()?.description).toBe('A dog');
    const deleted = next(Events.MessageDelete);
    await discord.deleteMessage({ personId: member.id, channelId, messageId });
    expect(((await deleted) as [Message])[0].id).toBe(messageId);
  });

  it('is refused where the platform would not let them', async () => {
    const { discord, member } = pair;
    const at = { personId: member.id, channelId: pair.channel('photos').id };
    await expect(discord.post({ ...at, text: '', files: [] })).rejects.toMatchObject({ code: 'bad-value' });
    await expect(discord.post({ ...at, channelId: '1', text: 'x', files: [] })).rejects.toMatchObject({
      code: 'unknown',
    });
    const { id } = await textChannel('photos').send('by the bot');
    await expect(discord.deleteMessage({ ...at, messageId: id })).rejects.toMatchObject({
      code: 'not-offered',
    });
    await discord.deleteMessage({ ...at, personId: pair.moderator.id, messageId: id });
  });

  it('is told to those who see it, and a direct message to its person alone', async () => {
    const { discord, client, member, owner } = pair;
    const [mine, others] = [pair.watch(member), pair.watch(owner)];
    const user = await client.users.fetch(member.id);
    const { id } = await user.send('for you');
    expect(mine.map(({ type }) => type)).toEqual(['message']);
    expect(others).toEqual([]);
    expect(discord.snapshot(member.id).messages.some(message => message.id === id)).toBe(true);
    expect(discord.snapshot(owner.id).messages.some(message => message.id === id)).toBe(false);
  });

  it('is kept up to 200 messages a channel', async () => {
    const world = await startPretendDiscord();
    const personId = world.people[0]!.id;
    const channelId = world.snapshot(personId).channels[0]!.id;
    for (let n = 0; n < 210; n++) await world.post({ personId, channelId, text: `${n}`, files: [] });
    const kept = world.snapshot(personId).messages.map(({ json }) => (json as { content: string }).content);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, '10', '209']);
    await world.close();
  });
});

describe('signed URLs', () => {
  it('hold until they expire, and are refused unsigned or forged', async () => {
    let time = Date.now();
    const world = await startPretendDiscord({ now: () => time, fileUrlLifetimeMs: 60_000 });
    const personId = world.people[0]!.id;
    const channelId = world.snapshot(personId).channels[0]!.id;
    await world.post({ personId, channelId, text: '', files: [{ name: 'a.png', bytes: PNG }] });
    const urlNow = () => {
      const [message] = world.snapshot(personId).messages;
      return (message!.json as { attachments: { url: string }[] }).attachments[0]!.url;
    };
    const status = async (url: string) => (await fetch(url)).status;
    const url = urlNow();
    const got = await fetch(url);
    expect(got.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await got.arrayBuffer())).toEqual(PNG);
    expect(await status(url.split('?')[0]!)).toBe(404);
    expect(await status(url.replace(/ex=\w+/, 'ex=ffffffff'))).toBe(404);
    time += 61_000;
    expect(await status(url)).toBe(404);
    const fresh = urlNow();
    expect(await status(fresh)).toBe(200);
    world.faults.expireImageUrls();
    expect(await status(fresh)).toBe(404);
    expect(await status(urlNow())).toBe(200);
    await world.close();
  });
});

describe('rate limits', () => {
  it('are told in headers, so that discord.js waits instead of being refused', async () => {
    const before = pair.discord.problems().length;
    const started = performance.now();
    await Promise.all(Array.from({ length: 6 }, (_, n) => textChannel('busy').send(`${n}`)));
    expect(performance.now() - started).toBeGreaterThan(200);
    expect(pair.discord.problems().length).toBe(before);
  });

  it('refuse with 429 who does not wait', async () => {
    const { baseUrl, token } = pair.discord.connection;
    const path = `/channels/${pair.channel('no-files').id}/messages`;
    const headers = {
      authorization: `Bot ${token}`,
      'content-type': 'application/json',
      'user-agent': 'DiscordBot (https://example.com, 1)',
    };
    const send = () =>
      fetch(`${baseUrl}/api/v10${path}`, { method: 'POST', headers, body: '{"content":"x"}' });
    const answers = await Promise.all(Array.from({ length: 6 }, send));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(await refused.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(pair.discord.problems().at(-1)?.what).toContain('rate limit');
  });

  it('and failures can be armed, and are no problems of the bot', async () => {
    const before = pair.discord.problems().length;
    const { faults } = pair.discord;
    faults.failRequests(/\/channels\/\d+$/, 429, 1, 0.05);
    faults.failRequests(/\/channels\/\d+$/, 500, 1);
    const { id } = pair.channel('general');
    const channel = await pair.client.channels.fetch(id, { force: true });
    expect(channel?.id).toBe(id);
    expect(pair.discord.problems().length).toBe(before);
  });
});
