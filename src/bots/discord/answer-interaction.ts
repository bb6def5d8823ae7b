import { setTimeout as wait } from 'node:timers/promises';
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { BotCommands } from '../commands/bot-commands.ts';
import type { PlatformPort, Responder } from '../commands/bot-port.ts';
import { COMMAND_SPECS } from '../commands/command-specs.ts';
import type { Logger } from '../commands/logger.ts';
import type { ActionName, Form } from '../commands/reply.ts';
import { createChannelResponder } from './channel-responder.ts';
import { readCustomId } from './custom-id.ts';
import type { Deliver } from './deliver.ts';
import { faultFields } from './discord-error.ts';
import {
  type AnsweredInteraction,
  createInteractionResponder,
  type InteractionResponderOptions,
} from './interaction-responder.ts';
import { MAX_OPTION_TEXT, MAX_SELECT_OPTIONS } from './limits.ts';
import type { MessageImages } from './message-images.ts';
import { fetchPlaceOf, personOfInteraction, placeOfInteraction } from './read-place.ts';
import { postOf } from './read-post.ts';
import { renderForm } from './render-form.ts';

export interface InteractionOptions {
  readonly client: Client;
  readonly commands: BotCommands;
  readonly port: PlatformPort;
  readonly images: MessageImages;
  readonly deliver: Deliver;
  /** The topic that came with an interaction, where discord.js does not know its channel. */
  readonly topicOf: (interactionId: string) => string | null;
  readonly log: Logger;
}

/** Discord waits three seconds for a first answer; a form has to be that answer. */
const FORM_MS = 1500;

const OLD_BUTTON = 'This button is of an older version of the bot: run the command again.';
const LATE_FORM = 'The form could not be opened in time: press the button again.';
const RESTARTING = 'The bot is being restarted: try again in a minute.';

/** Answers what people do: acknowledges at once, then lets the commands work. Rejects only on faults of the program. */
export async function answerInteraction(
  options: InteractionOptions,
  interaction: Interaction,
  receivedAt: number,
): Promise<void> {
  if (interaction.isAutocomplete()) await complete(options, interaction);
  else if (interaction.isChatInputCommand()) await runCommand(options, interaction, receivedAt);
  else if (interaction.isMessageContextMenuCommand()) await describeMessage(options, interaction, receivedAt);
  else if (interaction.isButton()) await pressButton(options, interaction, receivedAt);
  else if (interaction.isModalSubmit()) await submitForm(options, interaction, receivedAt);
}

/** While the service stops. */
export async function refuseInteraction(
  { log }: InteractionOptions,
  interaction: Interaction,
): Promise<void> {
  if (interaction.isAutocomplete()) await interaction.respond([]);
  else if (interaction.isRepliable()) await tell(log, interaction, RESTARTING);
}

async function complete(
  { commands, log }: InteractionOptions,
  interaction: AutocompleteInteraction,
): Promise<void> {
  const typed = interaction.options.getFocused().toLowerCase();
  const names = commands
    .engineNames()
    .filter(name => name.length <= MAX_OPTION_TEXT && name.toLowerCase().includes(typed))
    .slice(0, MAX_SELECT_OPTIONS);
  try {
    await interaction.respond(names.map(name => ({ name, value: name })));
  } catch (error) {
    log.warn(faultFields(error), 'names could not be offered');
  }
}

async function runCommand(
  options: InteractionOptions,
  interaction: ChatInputCommandInteraction,
  receivedAt: number,
): Promise<void> {
  const { commands, images, port } = options;
  const spec = COMMAND_SPECS.find(({ name }) => name === interaction.commandName);
  if (!spec) return await tell(options.log, interaction, 'This command is of an older version of the bot.');
  const sign = spec.isPrivate ? 'private' : 'public';
  const acknowledged = acknowledge(options, () => deferReply(interaction, sign));
  const { person, place, inChannel } = await whoAndWhere(options, interaction);
  const values = spec.options
    .filter(({ kind }) => kind !== 'image')
    .map(({ name }) => [name, interaction.options.get(name)?.value] as const);
  const given = spec.options
    .filter(({ kind }) => kind === 'image')
    .flatMap(({ name }) => interaction.options.getAttachment(name) ?? []);
  await commands.run({
    command: spec.name,
    options: Object.fromEntries(values),
    images: given.map(attachment => images.given(attachment)),
    imageAt: url => images.at(url),
    person,
    place,
    port,
    responder: responderOf(options, { interaction, acknowledged, sign, inChannel }),
    receivedAt,
  });
}

async function describeMessage(
  options: InteractionOptions,
  interaction: MessageContextMenuCommandInteraction,
  receivedAt: number,
): Promise<void> {
  const { commands, images, port } = options;
  const acknowledged = acknowledge(options, () => deferReply(interaction, 'public'));
  const { person, place, inChannel } = await whoAndWhere(options, interaction);
  await commands.describePost({
    post: postOf(images, interaction.targetMessage),
    person,
    place,
    port,
    responder: responderOf(options, { interaction, acknowledged, sign: 'public', inChannel }),
    receivedAt,
  });
}

async function pressButton(
  options: InteractionOptions,
  interaction: ButtonInteraction,
  receivedAt: number,
): Promise<void> {
  const pressed = readCustomId(interaction.customId);
  if (!pressed) return await tell(options.log, interaction, OLD_BUTTON);
  // A form has to be the first answer, so the store is waited for, but not for long.
  const form = formFor(options, interaction, pressed);
  const first = await Promise.race([form, wait(FORM_MS, 'late' as const, { ref: false })]);
  if (first === null) return await press(options, interaction, pressed, receivedAt);
  if (first !== 'late') {
    await acknowledge(options, () => interaction.showModal(renderForm(first)));
    return;
  }
  const isPrivate = options.commands.isPrivateAction(pressed.action);
  const acknowledged = acknowledge(options, () =>
    isPrivate ? deferReply(interaction, 'private') : interaction.deferUpdate(),
  );
  if ((await form) === null) {
    return await press(options, interaction, pressed, receivedAt, {
      acknowledged,
      sign: isPrivate ? 'private' : 'none',
    });
  }
  const responder = responderOf(options, {
    interaction,
    acknowledged,
    sign: isPrivate ? 'private' : 'none',
    inChannel: null,
  });
  await responder
    .show({ isPrivate: true, blocks: [{ type: 'text', text: LATE_FORM }], actions: [] })
    .catch(error => options.log.warn(faultFields(error), 'a form came too late'));
}

async function formFor(
  { commands, log }: InteractionOptions,
  interaction: ButtonInteraction,
  pressed: Pressed,
): Promise<Form | null> {
  const place = placeOfInteraction(interaction);
  try {
    return await commands.formFor({ ...pressed, person: personOfInteraction(interaction, place), place });
  } catch (error) {
    // The press itself meets the same fault and tells it.
    log.warn(faultFields(error), 'a form could not be made');
    return null;
  }
}

async function submitForm(
  options: InteractionOptions,
  interaction: ModalSubmitInteraction,
  receivedAt: number,
): Promise<void> {
  const pressed = readCustomId(interaction.customId);
  if (!pressed || !interaction.isFromMessage()) return await tell(options.log, interaction, OLD_BUTTON);
  const values = interaction.fields.fields.map(field => {
    const value = 'value' in field ? field.value : 'values' in field ? field.values[0] : null;
    return [field.customId, String(value ?? '')] as const;
  });
  await press(options, interaction, { ...pressed, values: Object.fromEntries(values) }, receivedAt);
}

interface Pressed {
  readonly action: ActionName;
  readonly target: string;
  readonly values?: Readonly<Record<string, string>>;
}

type Acknowledgement = Pick<InteractionResponderOptions, 'acknowledged' | 'sign'>;

async function press(
  options: InteractionOptions,
  interaction: ButtonInteraction | (ModalSubmitInteraction & { message: ButtonInteraction['message'] }),
  pressed: Pressed,
  receivedAt: number,
  done?: Acknowledgement,
): Promise<void> {
  const { client, commands, deliver, port } = options;
  const { message } = interaction;
  const isSeenByAll = !message.flags.has(MessageFlags.Ephemeral);
  // Where the message can only be changed by way of this interaction, it has to be acknowledged as an update.
  const isUpdate =
    !isSeenByAll || !placeOfInteraction(interaction).isMember || !commands.isPrivateAction(pressed.action);
  const { acknowledged, sign } = done ?? {
    sign: isUpdate ? 'none' : 'private',
    acknowledged: acknowledge(options, () =>
      isUpdate ? interaction.deferUpdate() : deferReply(interaction, 'private'),
    ),
  };
  const { person, place, inChannel } = await whoAndWhere(options, interaction);
  const editInChannel = isSeenByAll ? inChannel : null;
  await commands.press({
    ...pressed,
    messageId: isSeenByAll ? message.id : null,
    person,
    place,
    port,
    responder: responderOf(options, { interaction, acknowledged, sign, inChannel }),
    origin:
      sign === 'none'
        ? responderOf(options, {
            interaction,
            acknowledged,
            sign,
            standing: message.id,
            inChannel: editInChannel,
          })
        : createChannelResponder({
            client,
            deliver,
            channelId: place.channelId,
            replyTo: null,
            messageId: message.id,
          }),
    receivedAt,
  });
}

async function whoAndWhere(
  { client, deliver, topicOf }: InteractionOptions,
  interaction: AnsweredInteraction,
) {
  const found = await fetchPlaceOf(interaction, placeOfInteraction(interaction));
  const place = { ...found, topic: found.topic || (topicOf(interaction.id) ?? '') };
  const inChannel = place.isMember
    ? (messageId: string | null): Responder =>
        createChannelResponder({ client, deliver, channelId: place.channelId, replyTo: null, messageId })
    : null;
  return { person: personOfInteraction(interaction, place), place, inChannel };
}

function responderOf(
  { deliver, log }: InteractionOptions,
  options: Omit<InteractionResponderOptions, 'deliver' | 'log'>,
): Responder {
  return createInteractionResponder({ ...options, deliver, log });
}

function deferReply(interaction: AnsweredInteraction, sign: 'public' | 'private'): Promise<unknown> {
  return interaction.deferReply(sign === 'private' ? { flags: MessageFlags.Ephemeral } : {});
}

/** Never rejects: an answer that Discord did not take is logged, and the work goes on. */
async function acknowledge({ log }: InteractionOptions, answer: () => Promise<unknown>): Promise<boolean> {
  try {
    await answer();
    return true;
  } catch (error) {
    log.warn(faultFields(error), 'an interaction could not be acknowledged');
    return false;
  }
}

/** A private answer at once. */
async function tell(
  log: Logger,
  interaction: { reply: AnsweredInteraction['reply'] },
  content: string,
): Promise<void> {
  try {
    await interaction.reply({ content, flags: MessageFlags.Ephemeral, allowedMentions: { parse: [] } });
  } catch (error) {
    log.warn(faultFields(error), 'an interaction could not be answered');
  }
}
