import type { PretendFile, PretendPlatform } from '../pretend-platform.ts';
import { SandboxError } from '../sandbox-error.ts';
import {
  type CommandLeaf,
  type CommandRegistry,
  findLeaves,
  type RegisteredCommand,
  typeOf,
} from './command-registry.ts';
import { COMMAND } from './command-schema.ts';
import { type AnyComponent, COMPONENT, walkComponents } from './component-schema.ts';
import { checkField, renderSubmit } from './form-values.ts';
import { INTERACTION, type Interaction, type Interactions } from './interactions.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { MAX_UPLOAD_BYTES, MESSAGE_TYPE, type Messages } from './messages.ts';
import { fieldsOf } from './modal-schema.ts';
import type { PeopleViews } from './people-views.ts';
import { PERMISSIONS, type PermissionName } from './permissions.ts';
import { type Json, renderChannel, renderMember, renderUser } from './render.ts';
import type { MessageRenderer } from './render-message.ts';
import { nestOptions, resolveCommandData } from './resolve-options.ts';
import type { ChannelState, PersonState, World } from './world.ts';

export interface PersonActionsOptions {
  readonly world: World;
  readonly store: MessageStore;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly commands: CommandRegistry;
  readonly renderer: MessageRenderer;
  readonly people: PeopleViews;
}

type Actions = Pick<
  PretendPlatform,
  'post' | 'setAltText' | 'deleteMessage' | 'runCommand' | 'complete' | 'runShortcut' | 'press' | 'submit'
>;
type Input<Name extends keyof Actions> = Parameters<Actions[Name]>[0];

const CONTEXT = { guild: 0, botDm: 1 } as const;
const INSTALL = { guild: 0, user: 1 } as const;

/** What people do in a pretend Discord: each makes the events that the real one would. */
export class PersonActions {
  readonly #options: PersonActionsOptions;

  constructor(options: PersonActionsOptions) {
    this.#options = options;
  }

  /** @throws SandboxError */
  post(input: Input<'post'>): { messageId: string } {
    const { messages } = this.#options;
    const { person, channel } = this.#at(input);
    this.#require(person, channel, 'sendMessages');
    if (input.files.length > 0) this.#require(person, channel, 'attachFiles');
    if (input.text.trim() === '' && input.files.length === 0) {
      throw new SandboxError('bad-value', 'A message needs a text or a file.');
    }
    if (input.files.some(file => file.bytes.length > MAX_UPLOAD_BYTES)) {
      throw new SandboxError('bad-value', 'A file may have 10 MiB at most.');
    }
    const reference = input.inReplyTo === undefined ? null : this.#message(person, channel, input.inReplyTo);
    const { text, files } = input;
    return { messageId: messages.createByPerson({ channel, author: person, text, files, reference }).id };
  }

  /** @throws SandboxError */
  setAltText(messageId: string, fileIndex: number, altText: string): void {
    const { store, messages } = this.#options;
    const message = store.find(messageId);
    const attachment = message?.attachments[fileIndex];
    if (message === undefined || attachment === undefined) {
      throw new SandboxError('unknown', `There is no file ${fileIndex} in a message ${messageId}.`);
    }
    attachment.description = altText === '' ? null : altText;
    messages.tellEdited(message);
  }

  /**
   * A person deletes a message: their own, or as a moderator any.
   *
   * @throws SandboxError
   */
  deleteMessage(input: Input<'deleteMessage'>): void {
    const { person, channel } = this.#at(input);
    const message = this.#message(person, channel, input.messageId);
    if (message.author !== person && message.onlyFor !== person.id)
      this.#require(person, channel, 'manageMessages');
    this.#options.messages.delete(message);
  }

  /** @throws SandboxError */
  runCommand(input: Input<'runCommand'>): void {
    const { world, renderer } = this.#options;
    const { person, channel } = this.#at(input);
    const { command, leaf } = this.#findCommand(person, channel, input.command);
    const data = resolveCommandData({
      world,
      channel,
      command,
      leaf,
      options: input.options,
      files: input.files,
      host: file => this.#hostOption(file),
      renderAttachment: attachment => renderer.renderAttachment(attachment),
    });
    this.#open(
      {
        person,
        channel,
        type: INTERACTION.command,
        label: leaf.path.join(' '),
        messageType: MESSAGE_TYPE.chatInputCommand,
      },
      { data },
    );
  }

  /** @throws SandboxError */
  async complete(input: Input<'complete'>): Promise<readonly { name: string; value: string }[]> {
    const { person, channel } = this.#at(input);
    const { command, leaf } = this.#findCommand(person, channel, input.command);
    const option = leaf.options.find(each => each.name === input.option);
    if (option?.autocomplete !== true) {
      throw new SandboxError('not-offered', `"${input.option}" of /${input.command} is not completed.`);
    }
    const values = [{ name: option.name, type: option.type, value: input.typed, focused: true }];
    const data = { id: command.id, name: command.body.name, type: 1, options: nestOptions(leaf, values) };
    const choices = await new Promise<readonly { name: string; value: string | number }[]>(resolve => {
      this.#open(
        {
          person,
          channel,
          type: INTERACTION.autocomplete,
          label: `completion of ${leaf.path.join(' ')}`,
          messageType: MESSAGE_TYPE.default,
          onChoices: resolve,
        },
        { data },
      );
    });
    return choices.map(({ name, value }) => ({ name, value: String(value) }));
  }

  /** @throws SandboxError */
  runShortcut(input: Input<'runShortcut'>): void {
    const { renderer } = this.#options;
    const { person, channel } = this.#at(input);
    const command = this.#usable(person, channel).find(
      each => typeOf(each) === COMMAND.message && each.body.name === input.shortcut,
    );
    if (command === undefined) throw new SandboxError('unknown', `There is no entry "${input.shortcut}".`);
    const message = this.#message(person, channel, input.messageId);
    const data = {
      id: command.id,
      name: command.body.name,
      type: COMMAND.message,
      target_id: message.id,
      // The target of a message command always comes with its content.
      resolved: { messages: { [message.id]: renderer.render(message, true) } },
    };
    this.#open(
      {
        person,
        channel,
        type: INTERACTION.command,
        label: command.body.name,
        messageType: MESSAGE_TYPE.contextMenuCommand,
      },
      { data },
      { target_message_id: message.id },
    );
  }

  /** @throws SandboxError */
  press(input: Input<'press'>): void {
    const { person, channel } = this.#at(input);
    const message = this.#message(person, channel, input.messageId);
    const component = walkComponents(message.components as unknown as AnyComponent[]).find(
      each => each.custom_id === input.actionId,
    );
    if (component?.type !== COMPONENT.button) {
      throw new SandboxError('unknown', `The message has no button "${input.actionId}".`);
    }
    if (component.disabled) throw new SandboxError('not-offered', 'The button is disabled.');
    const data = { custom_id: input.actionId, component_type: COMPONENT.button };
    this.#open(
      {
        person,
        channel,
        type: INTERACTION.component,
        label: input.actionId,
        messageType: MESSAGE_TYPE.default,
        source: message,
      },
      { data },
      { interacted_message_id: message.id },
    );
  }

  /** @throws SandboxError */
  submit(input: Input<'submit'>): void {
    const { world, interactions } = this.#options;
    const person = world.person(input.personId);
    const open = interactions.findForm(person, input.formId);
    if (open === null) throw new SandboxError('unknown', 'There is no such form open.');
    const fields = fieldsOf(open.modal);
    const unknown = Object.keys(input.values).find(name => !fields.some(field => field.custom_id === name));
    if (unknown !== undefined) throw new SandboxError('unknown', `The form has no field "${unknown}".`);
    for (const field of fields) checkField(field, input.values[field.custom_id] ?? '');
    interactions.closeForm(input.formId);
    this.#open(
      {
        person,
        channel: open.opener.channel,
        type: INTERACTION.modal,
        label: open.modal.custom_id,
        messageType: MESSAGE_TYPE.default,
        source: open.opener.source,
      },
      { data: renderSubmit(open.modal, input.values) },
      { triggering_interaction_metadata: open.opener.metadata },
    );
  }

  #open(
    input: Pick<Interaction, 'type' | 'person' | 'channel' | 'label' | 'messageType'> &
      Partial<Pick<Interaction, 'source' | 'onChoices'>>,
    event: { readonly data: Json },
    metadata: Json = {},
  ): void {
    const { world, interactions, renderer } = this.#options;
    const { person, channel, source = null } = input;
    const guild = world.findGuild(channel.guildId);
    const isUserInstallOnly = guild !== undefined && !guild.hasBot;
    const owners = isUserInstallOnly ? { [INSTALL.user]: person.id } : { [INSTALL.guild]: guild?.id ?? '0' };
    const member = guild?.members.get(person.id);
    const user = renderUser(person);
    interactions.open(
      {
        ...input,
        source,
        onChoices: input.onChoices ?? null,
        isUserInstallOnly,
        metadata: id => ({
          id,
          type: input.type,
          user,
          authorizing_integration_owners: owners,
          ...metadata,
        }),
      },
      interaction => ({
        id: interaction.id,
        application_id: world.applicationId,
        type: interaction.type,
        token: interaction.token,
        version: 1,
        channel_id: channel.id,
        channel: {
          ...renderChannel(channel, world, null),
          permissions: String(world.permissionsIn(channel, person)),
        },
        ...(guild === undefined || member === undefined
          ? { user }
          : {
              guild_id: guild.id,
              guild: { id: guild.id, locale: 'en-US', features: [] },
              guild_locale: 'en-US',
              member: {
                ...renderMember(guild, member),
                permissions: String(world.permissionsIn(channel, person)),
              },
            }),
        locale: 'en-US',
        app_permissions: String(world.appPermissionsIn(channel)),
        entitlements: [],
        authorizing_integration_owners: owners,
        context: guild === undefined ? CONTEXT.botDm : CONTEXT.guild,
        attachment_size_limit: MAX_UPLOAD_BYTES,
        data: event.data,
        ...(source === null ? {} : { message: renderer.render(source, true) }),
      }),
    );
  }

  #at(input: { personId: string; channelId: string }): { person: PersonState; channel: ChannelState } {
    const person = this.#options.world.person(input.personId);
    return { person, channel: this.#options.world.channelOf(person, input.channelId) };
  }

  #require(person: PersonState, channel: ChannelState, name: PermissionName): void {
    if ((this.#options.world.permissionsIn(channel, person) & PERMISSIONS[name]) === 0n) {
      throw new SandboxError('not-offered', `${person.name} may not do this in ${channel.name}.`);
    }
  }

  #message(person: PersonState, channel: ChannelState, id: string): StoredMessage {
    const message = this.#options.store.find(id);
    if (message?.channel !== channel || !this.#options.people.canSee(person.id, message)) {
      throw new SandboxError('unknown', `${person.name} sees no message with the id ${id} there.`);
    }
    return message;
  }

  /** The commands that Discord's client offers a person in a channel. */
  #usable(person: PersonState, channel: ChannelState): RegisteredCommand[] {
    const { world, commands } = this.#options;
    const permissions = world.permissionsIn(channel, person);
    if ((permissions & PERMISSIONS.useApplicationCommands) === 0n) return [];
    const guild = world.findGuild(channel.guildId);
    const context = guild === undefined ? CONTEXT.botDm : CONTEXT.guild;
    const install = guild !== undefined && !guild.hasBot ? INSTALL.user : INSTALL.guild;
    return commands.usableIn(channel.guildId).filter(({ body }) => {
      const isHere =
        body.contexts?.includes(context) ?? (context === CONTEXT.guild || body.dm_permission !== false);
      const isInstalled = body.integration_types?.includes(install) ?? install === INSTALL.guild;
      const needed = BigInt(body.default_member_permissions ?? 0);
      return isHere && isInstalled && (guild === undefined || (permissions & needed) === needed);
    });
  }

  #findCommand(
    person: PersonState,
    channel: ChannelState,
    typed: string,
  ): { command: RegisteredCommand; leaf: CommandLeaf } {
    for (const command of this.#usable(person, channel)) {
      if (typeOf(command) !== COMMAND.chatInput) continue;
      const leaf = findLeaves(command.body).find(({ path }) => path.join(' ') === typed.trim());
      if (leaf !== undefined) return { command, leaf };
    }
    throw new SandboxError('not-offered', `/${typed} is not offered to ${person.name} in ${channel.name}.`);
  }

  #hostOption({ name, bytes, altText }: PretendFile) {
    const { world, messages } = this.#options;
    const folder = `ephemeral-attachments/${world.applicationId}`;
    return messages.host({ folder, name, bytes, altText: altText ?? null, isEphemeral: true });
  }
}
