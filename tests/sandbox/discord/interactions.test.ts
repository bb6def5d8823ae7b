import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  Events,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  PermissionFlagsBits,
  type TextChannel,
} from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PretendDiscordOptions } from '../../../src/sandbox/discord/pretend-discord.ts';
import type { PretendFile, PretendPerson } from '../../../src/sandbox/pretend-platform.ts';
import { INTENTS } from './connect-client.ts';
import { PNG } from './pictures.ts';
import { type Pair, startPair } from './start-pair.ts';

const PICTURE: PretendFile = { name: 'dog.png', bytes: PNG };
const COMMANDS = [
  {
    name: 'describe',
    description: 'Describe an image',
    contexts: [0, 1, 2],
    integrationTypes: [0, 1],
    options: [
      { name: 'image', description: 'The image', type: ApplicationCommandOptionType.Attachment },
      {
        name: 'days',
        description: 'Days',
        type: ApplicationCommandOptionType.Integer,
        min_value: 1,
        max_value: 9,
      },
      {
        name: 'style',
        description: 'How',
        type: ApplicationCommandOptionType.String,
        choices: [{ name: 'Brief', value: 'brief' }],
      },
      { name: 'engine', description: 'What', type: ApplicationCommandOptionType.String, autocomplete: true },
      { name: 'person', description: 'Whose', type: ApplicationCommandOptionType.User },
    ],
  },
  {
    name: 'settings',
    description: 'How it behaves',
    defaultMemberPermissions: PermissionFlagsBits.ManageChannels,
    options: [
      {
        name: 'watch',
        description: 'Watch mode',
        type: ApplicationCommandOptionType.Subcommand,
        options: [
          { name: 'on', description: 'Whether', type: ApplicationCommandOptionType.Boolean, required: true },
        ],
      },
    ],
  },
  { name: 'Describe image', type: ApplicationCommandType.Message, contexts: [0], integrationTypes: [0, 1] },
] as never[];

let pair: Pair;
async function start(options: PretendDiscordOptions = {}): Promise<void> {
  pair = await startPair({ rateWindowScale: 0.05, ...options }, { intents: INTENTS });
  await pair.client.application.commands.set(COMMANDS);
}
beforeEach(() => start());
afterEach(() => pair.close());

function place(person: PretendPerson = pair.member, channel = 'photos') {
  return { personId: person.id, channelId: pair.channel(channel, person).id };
}

/** The interaction that an action of a person's makes. */
async function arrival<Kind extends Interaction>(act: Promise<unknown>): Promise<Kind> {
  const arrived = new Promise<Interaction>(resolve => pair.client.once(Events.InteractionCreate, resolve));
  const [interaction] = await Promise.all([arrived, act]);
  return interaction as Kind;
}

function describeImage(at = place(), options: Record<string, string> = {}, files: PretendFile[] = [PICTURE]) {
  return arrival<ChatInputCommandInteraction>(
    pair.discord.runCommand({ ...at, command: 'describe', options, files }),
  );
}

const visibleTo = (person: PretendPerson) => pair.discord.snapshot(person.id).messages.map(({ id }) => id);

describe('a command', () => {
  it('comes with typed options, resolved objects and permissions', async () => {
    const interaction = await describeImage(place(), { days: '3', style: 'Brief', person: 'Ada' });
    const image = interaction.options.getAttachment('image', true);
    expect(image).toMatchObject({ name: 'dog.png', width: 1, ephemeral: true });
    expect(Buffer.from(await (await fetch(image.url)).arrayBuffer())).toEqual(PNG);
    expect(interaction.options.getInteger('days')).toBe(3);
    expect(interaction.options.getString('style')).toBe('brief');
    expect(interaction.options.getUser('person')?.id).toBe(pair.owner.id);
    expect(interaction.appPermissions.has('SendMessages')).toBe(true);
    expect(interaction.memberPermissions?.has('ManageChannels')).toBe(false);
    expect(interaction.authorizingIntegrationOwners.guildId).toBe(pair.discord.guildId);
    expect(interaction.attachmentSizeLimit).toBe(10 * 1024 * 1024);
    await interaction.reply('ok');
    expect(pair.discord.problems()).toEqual([]);
  });

  it('is offered as its permissions say, and takes only values that the client would send', async () => {
    const { discord, moderator } = pair;
    const watch = { command: 'settings watch', options: { on: 'true' }, files: [] };
    await expect(discord.runCommand({ ...place(), ...watch })).rejects.toMatchObject({ code: 'not-offered' });
    const interaction = await arrival<ChatInputCommandInteraction>(
      discord.runCommand({ ...place(moderator), ...watch }),
    );
    expect(interaction.options.getSubcommand()).toBe('watch');
    expect(interaction.options.getBoolean('on')).toBe(true);
    await interaction.reply('ok');
    const wrong: Record<string, string>[] = [
      { days: '10' },
      { days: 'many' },
      { style: 'long' },
      { person: 'Nobody' },
    ];
    for (const options of wrong) {
      const call = discord.runCommand({ ...place(), command: 'describe', options, files: [] });
      await expect(call, JSON.stringify(options)).rejects.toMatchObject({ code: 'bad-value' });
    }
    const unknown = discord.runCommand({
      ...place(),
      command: 'describe',
      options: { size: '1' },
      files: [],
    });
    await expect(unknown).rejects.toMatchObject({ code: 'unknown' });
    expect(discord.snapshot(pair.owner.id).commands.map(({ name }) => name)).toEqual([
      'describe',
      'settings watch',
    ]);
    expect(discord.snapshot(pair.owner.id).shortcuts).toEqual(['Describe image']);
  });

  it('that is deferred shows "thinking", and then the answer in its place', async () => {
    const seen = pair.watch(pair.member);
    const interaction = await describeImage();
    await interaction.deferReply();
    const edited = await interaction.editReply({
      content: 'a dog',
      files: [{ attachment: PNG, name: 'a.png', description: 'alt' }],
    });
    expect(seen.map(({ type }) => type)).toEqual(['message', 'thinking', 'edit']);
    expect(edited.flags.has(MessageFlags.Loading)).toBe(false);
    expect(edited.attachments.first()?.description).toBe('alt');
    expect((await interaction.fetchReply()).id).toBe(edited.id);
  });

  it('that is deferred is answered by the first follow-up', async () => {
    const interaction = await describeImage();
    await interaction.deferReply();
    const original = await interaction.fetchReply();
    const first = await interaction.followUp('the answer');
    const second = await interaction.followUp('and more');
    expect(first.id).toBe(original.id);
    expect(second.id).not.toBe(original.id);
  });

  it('gives its token no power over messages of others', async () => {
    const [mine, other] = [await describeImage(), await describeImage()];
    await mine.reply('mine');
    await other.reply('other');
    const { id } = await other.fetchReply();
    await expect(mine.editReply({ message: id, content: 'x' })).rejects.toMatchObject({ code: 10008 });
  });

  it('that nobody acknowledges within 3 seconds fails for the person, and cannot be answered', async () => {
    await pair.close();
    await start({ acknowledgeWithinMs: 150 });
    const seen = pair.watch(pair.member);
    const interaction = await describeImage();
    await expect
      .poll(() => seen.at(-1))
      .toEqual({
        type: 'failed',
        channelId: place().channelId,
        text: 'The application did not respond',
      });
    await expect(interaction.reply('too late')).rejects.toMatchObject({ code: 10062, status: 404 });
    expect(pair.discord.problems().map(({ what }) => what)).toEqual([
      'not acknowledged within 150 ms',
      '404, code 10062: Unknown interaction',
    ]);
  });

  it('that is deferred and never answered is told as failed when its token ends', async () => {
    await pair.close();
    await start({ interactionTokenMs: 150 });
    const seen = pair.watch(pair.member);
    const [answered, left] = [await describeImage(), await describeImage()];
    for (const interaction of [answered, left]) await interaction.deferReply();
    await answered.editReply('a dog');
    await expect.poll(() => seen.filter(({ type }) => type === 'failed').length).toBe(1);
    expect(pair.discord.problems().map(({ what }) => what)).toEqual(['deferred, and never answered']);
  });

  it('is acknowledged once', async () => {
    const interaction = await describeImage();
    await interaction.reply('once');
    const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const;
    const again = pair.client.rest.post(path, { body: { type: 5 }, auth: false });
    await expect(again).rejects.toMatchObject({ code: 40060 });
  });

  it('cannot be followed up before it is acknowledged, or after 15 minutes', async () => {
    await pair.close();
    let time = Date.now();
    await start({ now: () => time });
    const interaction = await describeImage();
    await expect(interaction.webhook.send('early')).rejects.toMatchObject({ code: 10015 });
    await interaction.deferReply();
    time += 15 * 60 * 1000 + 1;
    await expect(interaction.editReply('late')).rejects.toMatchObject({ code: 50027, status: 401 });
  });

  it('ends when its token is made to expire', async () => {
    const [answered, open] = [await describeImage(), await describeImage()];
    await answered.deferReply();
    pair.discord.faults.expireInteractions();
    await expect(answered.editReply('x')).rejects.toMatchObject({ code: 50027 });
    await expect(open.deferReply()).rejects.toMatchObject({ code: 10062 });
  });

  it('is refused a response that breaks a limit, and can then be answered still', async () => {
    const interaction = await describeImage();
    await expect(interaction.reply('x'.repeat(2001))).rejects.toMatchObject({ code: 50035 });
    await interaction.reply('short');
  });
});

describe('a private answer', () => {
  it('is seen by one person, can be had through the interaction alone, and makes no event', async () => {
    const { discord, client, member, owner } = pair;
    const heard: string[] = [];
    client.on(Events.MessageCreate, message => void heard.push(message.id));
    const others = pair.watch(owner);
    const interaction = await describeImage();
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const { id } = await interaction.editReply('for you');
    expect(visibleTo(member)).toContain(id);
    expect(visibleTo(owner)).not.toContain(id);
    expect(others).toEqual([]);
    const channel = client.channels.cache.get(interaction.channelId) as TextChannel;
    await expect(channel.messages.fetch({ message: id, force: true })).rejects.toMatchObject({ code: 10008 });
    expect((await channel.messages.fetch({ cache: false })).has(id)).toBe(false);
    expect((await interaction.fetchReply()).content).toBe('for you');
    await interaction.deleteReply();
    expect(visibleTo(member)).not.toContain(id);
    await say('a message that comes after');
    await expect.poll(() => heard.length).toBe(1);
    expect(heard).not.toContain(id);
    await expect(discord.press({ ...place(owner), messageId: id, actionId: 'x' })).rejects.toMatchObject({
      code: 'unknown',
    });
  });
});

function say(text: string, files: PretendFile[] = []) {
  return pair.discord.post({ ...place(), text, files });
}

describe('where the bot is not', () => {
  beforeEach(async () => {
    await pair.close();
    await start({ guildWithoutBot: { name: 'Elsewhere', channels: [{ name: 'away' }] } });
  });

  it('a person can bring the app along, with five follow-ups at most', async () => {
    const interaction = await describeImage(place(pair.member, 'away'));
    const { guildId, userId } = interaction.authorizingIntegrationOwners;
    expect([guildId, userId]).toEqual([null, pair.member.id]);
    expect(interaction.inCachedGuild()).toBe(false);
    await interaction.deferReply();
    await interaction.editReply('the answer');
    for (let n = 0; n < 5; n++) await interaction.followUp(`more ${n}`);
    await expect(interaction.followUp('too many')).rejects.toMatchObject({ code: 40094 });
    await expect(pair.client.rest.get(`/channels/${interaction.channelId}/messages`)).rejects.toMatchObject({
      code: 10003,
    });
  });

  it('only commands that are made for it are offered', async () => {
    const call = pair.discord.runCommand({
      ...place(pair.owner, 'away'),
      command: 'settings watch',
      options: { on: 'true' },
      files: [],
    });
    await expect(call).rejects.toMatchObject({ code: 'not-offered' });
  });

  it('and in a direct message the bot answers too', async () => {
    const interaction = await describeImage(place(pair.member, '@Visual Narrator'));
    expect(interaction.guildId).toBeNull();
    expect(interaction.context).toBe(1);
    await interaction.reply('in private');
  });
});

describe('a message command', () => {
  it('comes with the content of its target without the message content intent', async () => {
    const { messageId } = await say('look', [{ ...PICTURE, altText: 'A dog' }]);
    const interaction = await arrival<MessageContextMenuCommandInteraction>(
      pair.discord.runShortcut({ ...place(pair.owner), messageId, shortcut: 'Describe image' }),
    );
    expect(interaction.targetMessage.content).toBe('look');
    expect(interaction.targetMessage.attachments.first()?.description).toBe('A dog');
    await interaction.reply('ok');
  });
});

describe('completion', () => {
  const typing = () =>
    pair.discord.complete({ ...place(), command: 'describe', option: 'engine', typed: 'em' });

  it('gives what the bot offers', async () => {
    pair.client.once(Events.InteractionCreate, async interaction => {
      const completion = interaction as AutocompleteInteraction;
      await completion.respond([{ name: `${completion.options.getFocused()}bedded`, value: 'embedded' }]);
    });
    expect(await typing()).toEqual([{ name: 'embedded', value: 'embedded' }]);
  });

  it('refuses more than 25 choices, and other kinds of answers', async () => {
    const [interaction] = await Promise.all([
      arrival<AutocompleteInteraction>(Promise.resolve()),
      void typing(),
    ]);
    const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const;
    const choices = Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` }));
    for (const body of [{ type: 8, data: { choices } }, { type: 5 }]) {
      await expect(pair.client.rest.post(path, { body, auth: false })).rejects.toMatchObject({ code: 50035 });
    }
    await interaction.respond([]);
  });

  it('is empty where the bot does not answer in time', async () => {
    await pair.close();
    await start({ acknowledgeWithinMs: 50 });
    expect(await typing()).toEqual([]);
    expect(pair.discord.problems().at(-1)?.what).toContain('not acknowledged');
  });
});

describe('buttons and forms', () => {
  const button = (id: string, disabled = false) => ({
    type: 2,
    style: 2,
    label: id,
    custom_id: id,
    disabled,
  });

  async function answerWith(...buttons: object[]): Promise<string> {
    const interaction = await describeImage();
    await interaction.reply({ content: 'a dog', components: [{ type: 1, components: buttons }] as never });
    return (await interaction.fetchReply()).id;
  }
  const press = (messageId: string, actionId: string, person = pair.member) =>
    arrival<ButtonInteraction>(pair.discord.press({ ...place(person), messageId, actionId }));

  it('change the message that they stand on, or answer beside it', async () => {
    const messageId = await answerWith(button('more'), button('off', true));
    const update = await press(messageId, 'more', pair.owner);
    expect(update.message.id).toBe(messageId);
    await update.update({ content: 'more of the dog' });
    const deferred = await press(messageId, 'more');
    await deferred.deferUpdate();
    await deferred.editReply({ content: 'even more' });
    const aside = await deferred.followUp({ content: 'aside', flags: MessageFlags.Ephemeral });
    const find = (id: string) =>
      pair.discord.snapshot(pair.member.id).messages.find(message => message.id === id);
    expect(find(messageId)?.json).toMatchObject({ content: 'even more' });
    expect(find(aside.id)?.onlyFor).toBe(pair.member.id);
    const at = { ...place(), messageId };
    await expect(pair.discord.press({ ...at, actionId: 'off' })).rejects.toMatchObject({
      code: 'not-offered',
    });
    await expect(pair.discord.press({ ...at, actionId: 'none' })).rejects.toMatchObject({ code: 'unknown' });
  });

  it('keep to components V2 once a message uses them', async () => {
    const interaction = await describeImage();
    const text = (content: string) => ({ type: 10, content });
    await interaction.reply({ flags: MessageFlags.IsComponentsV2, components: [text('one')] as never });
    const edited = await interaction.editReply({
      components: [text('two'), { type: 1, components: [button('more')] }] as never,
    });
    expect(edited.flags.has(MessageFlags.IsComponentsV2)).toBe(true);
    await expect(interaction.editReply({ content: 'x' })).rejects.toMatchObject({ code: 50035 });
    await (await press(edited.id, 'more')).update({ components: [text('three')] as never });
    expect((await interaction.fetchReply()).components[0]?.toJSON()).toMatchObject({ content: 'three' });
  });

  it('open forms, which come back with what was filled in', async () => {
    const seen = pair.watch(pair.member);
    const others = pair.watch(pair.owner);
    const messageId = await answerWith(button('report'));
    const pressed = await press(messageId, 'report');
    const field = { type: 4, custom_id: 'reason', style: 2, label: 'What is wrong?', max_length: 20 };
    await pressed.showModal({
      custom_id: 'form',
      title: 'Report',
      components: [{ type: 1, components: [field] }],
    } as never);
    const form = seen.findLast(event => event.type === 'form')!;
    expect(others.some(({ type }) => type === 'form')).toBe(false);
    const send = (values: Record<string, string>, person = pair.member) =>
      pair.discord.submit({ personId: person.id, formId: form.formId, values });
    await expect(send({ reason: 'x' }, pair.owner)).rejects.toMatchObject({ code: 'unknown' });
    await expect(send({ reason: '' })).rejects.toMatchObject({ code: 'bad-value' });
    await expect(send({ reason: 'x'.repeat(21) })).rejects.toMatchObject({ code: 'bad-value' });
    const sent = await arrival<ModalSubmitInteraction>(send({ reason: 'no dog' }));
    expect(sent.customId).toBe('form');
    expect(sent.fields.getTextInputValue('reason')).toBe('no dog');
    expect(sent.isFromMessage() && sent.message.id).toBe(messageId);
    await sent.reply({ content: 'thanks', flags: MessageFlags.Ephemeral });
    await expect(send({ reason: 'again' })).rejects.toMatchObject({ code: 'unknown' });
    expect(pair.discord.problems()).toEqual([]);
  });

  it('refuse forms that break a limit', async () => {
    const pressed = await press(await answerWith(button('report')), 'report');
    const path = `/interactions/${pressed.id}/${pressed.token}/callback` as const;
    const input = { type: 4, custom_id: 'a', style: 1, label: 'x' };
    const rows = (...fields: object[]) => fields.map(field => ({ type: 1, components: [field] }));
    const forms = [
      { custom_id: 'f', title: 'x'.repeat(46), components: rows(input) },
      {
        custom_id: 'f',
        title: 'x',
        components: rows(...Array.from({ length: 6 }, (_, n) => ({ ...input, custom_id: `${n}` }))),
      },
      { custom_id: 'f', title: 'x', components: rows({ ...input, label: 'x'.repeat(46) }) },
      { custom_id: 'f', title: 'x', components: rows({ ...input, value: 'long', max_length: 3 }) },
      { custom_id: 'f', title: 'x', components: rows(input, input) },
      { custom_id: 'f', title: 'x', components: [] },
    ];
    for (const data of forms) {
      const attempt = pair.client.rest.post(path, { body: { type: 9, data }, auth: false });
      await expect(attempt, JSON.stringify(data).slice(0, 100)).rejects.toMatchObject({ code: 50035 });
    }
    await pressed.deferUpdate();
  });
});

describe('registration', () => {
  it('refuses commands that break a limit', async () => {
    const option = { type: 3, name: 'o', description: 'd' };
    const wrong = [
      { name: 'Upper', description: 'd' },
      { name: 'two words', description: 'd' },
      { name: 'x'.repeat(33), description: 'd' },
      { name: 'x', description: '' },
      { name: 'x', description: 'd'.repeat(101) },
      {
        name: 'x',
        description: 'd',
        options: Array.from({ length: 26 }, (_, n) => ({ ...option, name: `o${n}` })),
      },
      { name: 'x', description: 'd', options: [option, option] },
      { name: 'x', description: 'd', options: [option, { ...option, name: 'p', required: true }] },
      {
        name: 'x',
        description: 'd',
        options: [
          { ...option, choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) },
        ],
      },
      {
        name: 'x',
        description: 'd',
        options: [{ ...option, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }],
      },
      { name: 'x', description: 'd', type: 3 },
      { name: 'x', description: 'd', colour: 'red' },
    ];
    const path = `/applications/${pair.discord.applicationId}/commands` as const;
    for (const body of wrong) {
      const attempt = pair.client.rest.post(path, { body });
      await expect(attempt, JSON.stringify(body).slice(0, 100)).rejects.toMatchObject({ code: 50035 });
    }
    const twice = { name: 'same', description: 'd' };
    await expect(pair.client.rest.put(path, { body: [twice, twice] })).rejects.toMatchObject({ code: 50035 });
  });

  it('keeps the ids and versions of commands that did not change', async () => {
    const { commands } = pair.client.application;
    const before = await commands.fetch();
    const after = await commands.set(COMMANDS);
    const versions = (all: typeof before) => all.map(({ id, version }) => [id, version]);
    expect(versions(after)).toEqual(versions(before));
  });
});
