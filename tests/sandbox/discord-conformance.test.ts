import {
  ActionRowBuilder,
  ApplicationCommandType,
  ApplicationIntegrationType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ContainerBuilder,
  EmbedBuilder,
  Events,
  type Interaction,
  InteractionContextType,
  LabelBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  SectionBuilder,
  SeparatorBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  ThumbnailBuilder,
} from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PretendDiscord, startPretendDiscord } from '../../src/sandbox/discord/pretend-discord.ts';
import type { PlatformEvent } from '../../src/sandbox/pretend-platform.ts';
import { connectClient } from './discord/connect-client.ts';
import { hasDiscordDescription, makeDiscordConformance } from './discord/description.ts';
import { PNG } from './discord/pictures.ts';
import type { OpenApiConformance } from './openapi-conformance.ts';

const isThere = hasDiscordDescription;
/** Routes that discord.js uses and that the description does not have. */
const KNOWN_MISSING: readonly string[] = [];

let discord: PretendDiscord;
let client: Client<true>;
let conformance: OpenApiConformance;
let channelId: string;
let personId: string;

beforeAll(async () => {
  if (!isThere) return;
  conformance = makeDiscordConformance();
  discord = await startPretendDiscord({
    recorder: conformance,
    privilegedIntents: { messageContent: true, guildMembers: true },
    botPermissions: [
      'viewChannel',
      'sendMessages',
      'embedLinks',
      'attachFiles',
      'readMessageHistory',
      'manageMessages',
    ],
  });
  client = await connectClient(discord);
  personId = discord.people[0]!.id;
  channelId = discord.snapshot(personId).channels.find(({ name }) => name === 'photos')!.id;
});

afterAll(async () => {
  await client?.destroy();
  await discord?.close();
});

it.skipIf(!isThere)(
  'makes exchanges with discord.js that Discord describes (skipped without ../shared/specs/discord-openapi.json)',
  async () => {
    await useCommands();
    await useChannels();
    await useInteractions();
    await useRefusals();
    console.info(`Not in Discord's description: ${[...conformance.missing].join(', ') || 'nothing'}`);
    expect(conformance.faults).toEqual([]);
    expect([...conformance.missing].toSorted()).toEqual(KNOWN_MISSING);
    expect(conformance.seen.size).toBeGreaterThan(25);
  },
);

it.skipIf(!isThere)('finds what is not as described (the control of the test above)', () => {
  const control = makeDiscordConformance();
  const exchange = {
    method: 'POST',
    path: '/channels/{channel_id}/messages',
    url: 'http://127.0.0.1/api/v10/channels/1/messages?colour=red',
    requestHeaders: { 'content-type': 'application/json' },
    requestBody: { content: 'x'.repeat(5000) },
    status: 200,
    responseBody: { id: 'one' },
  };
  control.onExchange(exchange);
  control.onExchange({ ...exchange, path: '/no/such/path' });
  const parts = new Set(control.faults.map(({ where }) => where.split(' ').at(-1)));
  expect(parts).toEqual(new Set(['query', 'request', 'response']));
  expect([...control.missing]).toEqual(['POST /no/such/path']);
});

async function useCommands(): Promise<void> {
  const describe = new SlashCommandBuilder()
    .setName('describe')
    .setDescription('Describe an image')
    .setContexts(
      InteractionContextType.Guild,
      InteractionContextType.BotDM,
      InteractionContextType.PrivateChannel,
    )
    .setIntegrationTypes(ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall)
    .addAttachmentOption(option => option.setName('image').setDescription('The image'))
    .addStringOption(option =>
      option.setName('engine').setDescription('What describes it').setAutocomplete(true),
    )
    .addUserOption(option => option.setName('person').setDescription('Whose'))
    .addBooleanOption(option => option.setName('watch').setDescription('Whether'))
    .addIntegerOption(option =>
      option.setName('days').setDescription('How long').setMinValue(1).setMaxValue(9),
    )
    .addStringOption(option =>
      option.setName('style').setDescription('How').addChoices({ name: 'brief', value: 'brief' }),
    );
  const { commands } = client.application;
  await client.application.fetch();
  await commands.set([describe.toJSON(), { name: 'Describe image', type: ApplicationCommandType.Message }]);
  await commands.fetch();
  const made = await commands.create({ name: 'help', description: 'What the bot can do' });
  await commands.fetch(made.id);
  await commands.edit(made.id, { description: 'What it can do' });
  await commands.delete(made.id);
  await commands.set([{ name: 'only', description: 'Only here' }], discord.guildId);
  const own = await commands.create({ name: 'own', description: 'Also here' }, discord.guildId);
  await commands.fetch({ guildId: discord.guildId });
  await commands.edit(own.id, { description: 'Here' }, discord.guildId);
  await commands.fetch(own.id, { guildId: discord.guildId });
  await commands.delete(own.id, discord.guildId);
  await client.rest.get('/users/@me');
  await client.rest.get('/oauth2/applications/@me');
}

async function useChannels(): Promise<void> {
  const guild = await client.guilds.fetch({ guild: discord.guildId, force: true });
  await client.guilds.fetch();
  await guild.roles.fetch();
  await guild.channels.fetch();
  await guild.members.fetch({ user: personId, force: true });
  await guild.members.search({ query: 'a', limit: 5 });
  await guild.members.list({ limit: 10 });
  await client.users.fetch(personId, { force: true });
  const channel = await client.channels.fetch(channelId, { force: true });
  if (!(channel instanceof TextChannel)) throw new Error('not a text channel');
  await channel.sendTyping();
  const { messageId } = await discord.post({
    personId,
    channelId,
    text: `hello <@${client.user.id}>`,
    files: [{ name: 'a picture.png', bytes: PNG, altText: 'One pixel' }],
  });
  const posted = await channel.messages.fetch({ message: messageId, force: true });
  const reply = await posted.reply({
    content: 'A reply',
    embeds: [
      new EmbedBuilder()
        .setTitle('AI description')
        .setDescription('Words')
        .setColor(0x336699)
        .setTimestamp()
        .setFooter({ text: 'small print' })
        .setAuthor({ name: 'Ada' })
        .addFields({ name: 'Adjectives', value: '9', inline: true })
        .setImage('attachment://chart.png'),
    ],
    files: [new AttachmentBuilder(PNG, { name: 'chart.png', description: 'A chart' })],
    components: [buttons(), selectRow()],
  });
  await reply.edit({ content: 'Changed', attachments: [], embeds: [], components: [] });
  const pages = [{ limit: 10 }, { before: reply.id }, { after: messageId, limit: 3 }, { around: reply.id }];
  for (const page of pages) await channel.messages.fetch(page);
  await reply.delete();
  await channel.send({
    flags: MessageFlags.IsComponentsV2,
    components: v2(),
    files: [{ attachment: PNG, name: 'x.png' }],
  });
  await (await client.users.createDM(personId, { force: true })).send('In private');
}

function buttons(): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('report').setLabel('Report').setStyle(ButtonStyle.Secondary),
    new ButtonBuilder().setURL('https://example.com').setLabel('Site').setStyle(ButtonStyle.Link),
  );
}

function select(): StringSelectMenuBuilder {
  return new StringSelectMenuBuilder()
    .setCustomId('style')
    .addOptions({ label: 'Brief', value: 'brief', default: true }, { label: 'Detailed', value: 'detailed' });
}

function selectRow(): ActionRowBuilder<StringSelectMenuBuilder> {
  return new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select());
}

function v2() {
  const text = new TextDisplayBuilder().setContent('AI description');
  return [
    new ContainerBuilder()
      .addTextDisplayComponents(text)
      .addSectionComponents(
        new SectionBuilder()
          .addTextDisplayComponents(text)
          .setThumbnailAccessory(new ThumbnailBuilder().setURL('attachment://x.png').setDescription('Alt')),
      )
      .addSeparatorComponents(new SeparatorBuilder())
      .addMediaGalleryComponents(
        new MediaGalleryBuilder().addItems({ media: { url: 'attachment://x.png' }, description: 'Alt text' }),
      ),
    buttons(),
  ];
}

function reportModal(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId('report')
    .setTitle('Report')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('What is wrong?')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('reason').setStyle(TextInputStyle.Paragraph),
        ),
      new LabelBuilder().setLabel('Style').setStringSelectMenuComponent(select()),
    );
}

async function useInteractions(): Promise<void> {
  const events: PlatformEvent[] = [];
  discord.subscribe(personId, event => events.push(event));
  const inChannel = { personId, channelId };
  const next = async <Kind extends Interaction>(act: () => Promise<unknown>): Promise<Kind> => {
    const arrived = new Promise<Interaction>(resolve => client.once(Events.InteractionCreate, resolve));
    const [interaction] = await Promise.all([arrived, act()]);
    return interaction as Kind;
  };
  const describe = (options: Record<string, string>, files = [{ name: 'a.png', bytes: PNG }]) =>
    next<import('discord.js').ChatInputCommandInteraction>(() =>
      discord.runCommand({ ...inChannel, command: 'describe', options, files }),
    );
  const first = await describe({ person: discord.people[1]!.name, watch: 'true', days: '3', style: 'brief' });
  await first.deferReply({ withResponse: true });
  await first.editReply({
    content: 'Described',
    components: [buttons()],
    files: [{ attachment: PNG, name: 'a.png' }],
  });
  const original = await first.fetchReply();
  const followUp = await first.followUp({ content: 'For you', flags: MessageFlags.Ephemeral });
  await first.editReply({ message: followUp.id, content: 'Only for you' });
  await first.deleteReply(followUp.id);
  const second = await describe({}, []);
  await second.reply({ content: 'At once', files: [{ attachment: PNG, name: 'b.png' }], withResponse: true });
  await second.deleteReply();
  const press = (actionId: string) =>
    next<import('discord.js').ButtonInteraction>(() =>
      discord.press({ ...inChannel, messageId: original.id, actionId }),
    );
  await (await press('more')).update({ content: 'More', withResponse: true });
  const deferred = await press('more');
  await deferred.deferUpdate();
  await deferred.editReply('More again');
  await (await press('report')).showModal(reportModal(), { withResponse: true });
  const form = events.findLast(event => event.type === 'form')!;
  const sent = await next<import('discord.js').ModalSubmitInteraction>(() =>
    discord.submit({ personId, formId: form.formId, values: { reason: 'No dog', style: 'brief' } }),
  );
  expect(sent.fields.getTextInputValue('reason')).toBe('No dog');
  expect(sent.fields.getStringSelectValues('style')).toEqual(['brief']);
  await sent.reply({ content: 'Thanks', flags: MessageFlags.Ephemeral });
  const shortcut = await next<import('discord.js').MessageContextMenuCommandInteraction>(() =>
    discord.runShortcut({ ...inChannel, messageId: original.id, shortcut: 'Describe image' }),
  );
  await shortcut.reply('That one');
  const completing = { ...inChannel, command: 'describe', option: 'engine', typed: 'em' };
  client.once(Events.InteractionCreate, interaction => {
    if (interaction.isAutocomplete()) void interaction.respond([{ name: 'embedded', value: 'embedded' }]);
  });
  expect(await discord.complete(completing)).toEqual([{ name: 'embedded', value: 'embedded' }]);
}

/** Errors are described too. */
async function useRefusals(): Promise<void> {
  const refusals = [
    () =>
      client.rest.post(`/channels/${channelId}/messages`, {
        body: { content: 'x'.repeat(2001), embeds: [{}] },
      }),
    () => client.rest.get(`/channels/${channelId}/messages/1`),
    () => client.rest.get('/channels/1'),
    () =>
      client.rest.patch(`/webhooks/${client.user.id}/no-token/messages/@original`, {
        body: { content: 'x' },
        auth: false,
      }),
    () => client.rest.post('/interactions/1/no-token/callback', { body: { type: 5 }, auth: false }),
  ];
  for (const refusal of refusals) await expect(refusal()).rejects.toMatchObject({ code: expect.any(Number) });
}
