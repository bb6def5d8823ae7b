import type { ServerType } from '@hono/node-server';
import type { ArmedFailures } from '../armed-failures.ts';
import type {
  FaultSwitches,
  PlatformEvent,
  PlatformSnapshot,
  PretendConnection,
  PretendFile,
  PretendPerson,
  PretendPlatform,
  Problem,
} from '../pretend-platform.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { InstalledApp } from './app.ts';
import type { AppEvents } from './app-events.ts';
import type { Deliveries, Undelivered } from './delivery.ts';
import { mimetypeOf, type SlackFile } from './files.ts';
import type { Interactions } from './interactions.ts';
import { LookUp } from './look-up.ts';
import type { AppMessages } from './messages.ts';
import { escapeCommandText, writePersonText } from './person-text.ts';
import { RequestUrl } from './request-url.ts';
import type { SocketModeServer } from './socket-mode.ts';
import { markMrkdwn, type TextMarks } from './text-marks.ts';
import type { InteractionTokens } from './tokens.ts';
import { readSubmission } from './view-state.ts';
import type { Views } from './views.ts';
import type { WebApi } from './web-api/serve-method.ts';
import {
  type MessageJson,
  type SlackChannel,
  type StoredMessage,
  toPlatformMessage,
  type World,
} from './world.ts';

/** How many messages of each channel a person's view of the workspace begins with. */
const SHOWN_MESSAGES = 50;
/** `messageId` in `press`: the person's App Home. */
const HOME = 'home';

interface Parts {
  readonly world: World;
  readonly api: WebApi;
  readonly app: InstalledApp;
  readonly sockets: SocketModeServer;
  readonly deliveries: Deliveries;
  readonly events: AppEvents;
  readonly failures: ArmedFailures;
  readonly tokens: InteractionTokens;
  readonly views: Views;
  readonly messages: AppMessages;
  readonly interactions: Interactions;
  readonly server: ServerType;
  readonly baseUrl: string;
  readonly acknowledgeWithinMs: number;
}

/** The pretend Slack from the side of its people. Made by `startPretendSlack`. */
export class PretendSlack implements PretendPlatform {
  readonly name = 'slack';
  readonly connection: Required<PretendConnection>;
  readonly faults: FaultSwitches;
  readonly #parts: Parts;
  readonly #lookUp: LookUp;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lookUp = new LookUp(parts.world, parts.views);
    const { app, failures, sockets, tokens, world } = parts;
    this.connection = {
      baseUrl: parts.baseUrl,
      token: app.botToken,
      appToken: app.appToken,
      signingSecret: app.signingSecret,
      address: new URL(parts.baseUrl).host,
    };
    this.faults = {
      failRequests: (path, status, times, retryAfterSeconds) =>
        failures.arm(path, status, times, retryAfterSeconds),
      // Slack has no sessions to resume: what is a reconnect elsewhere is a refresh here, an invalid session a cut.
      dropConnections: how => {
        if (how === 'cut' || how === 'invalid-session') sockets.cut();
        else sockets.announceDisconnect(how === 'warning' ? 'warning' : 'refresh_requested');
      },
      expireImageUrls: () => world.files.expireAddresses(),
      expireInteractions: () => tokens.expireAll(),
    };
  }

  /** Everyone but the bot. */
  get people(): readonly PretendPerson[] {
    return [...this.#parts.world.users.values()]
      .filter(user => !user.isBot)
      .map(({ id, name, role }) => ({ id, name, role }));
  }

  snapshot(personId: string): PlatformSnapshot {
    const { world, app, deliveries } = this.#parts;
    this.#lookUp.person(personId);
    const channels = [...world.channels.values()].filter(channel => channel.members.has(personId));
    const { slash_commands, shortcuts } = app.manifest.features;
    return {
      people: this.people,
      channels: channels.map(({ id, name, topic }) => ({ id, name, topic })),
      bot: { id: app.botUserId, name: app.name, isConnected: deliveries.isConnected },
      commands: slash_commands.map(({ command, description, usage_hint = '' }) => ({
        name: command.slice(1),
        description,
        options: [
          {
            name: 'text',
            description: usage_hint,
            isRequired: false,
            kind: 'text' as const,
            choices: [],
            isCompleted: false,
          },
        ],
      })),
      shortcuts: shortcuts.filter(shortcut => shortcut.type === 'message').map(shortcut => shortcut.name),
      messages: channels.flatMap(channel =>
        channel.messages
          .all()
          .filter(message => world.sees(personId, message))
          .slice(-SHOWN_MESSAGES)
          .map(toPlatformMessage),
      ),
    };
  }

  subscribe(personId: string, listener: (event: PlatformEvent) => void): () => void {
    this.#lookUp.person(personId);
    return this.#parts.world.subscribe(personId, listener);
  }

  async post(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly text: string;
    readonly files: readonly PretendFile[];
    readonly inReplyTo?: string;
  }): Promise<{ readonly messageId: string }> {
    const { world, messages, events } = this.#parts;
    const person = this.#lookUp.person(input.personId);
    const channel = this.#lookUp.channel(input.channelId, person);
    if (input.text === '' && input.files.length === 0) {
      throw new SandboxError('bad-value', 'Slack sends no empty messages: write something or add a file.');
    }
    const files = input.files.map(({ name, bytes, altText = null }) =>
      world.files.add(world.ids, world.clock, { name, bytes, altText, owner: person.id }),
    );
    const { text, block } = writePersonText(input.text, world.users.values());
    const ts = world.clock.next();
    const json: MessageJson = {
      type: 'message',
      ...(files.length > 0 ? { subtype: 'file_share', upload: false, display_as_bot: false } : {}),
      user: person.id,
      client_msg_id: crypto.randomUUID(),
      text,
      ts,
      team: world.teamId,
      ...(text === '' ? {} : { blocks: [{ ...block, block_id: world.ids.next('b').toLowerCase() }] }),
      ...this.#thread(channel, input.inReplyTo),
    };
    const message: StoredMessage = {
      channelId: channel.id,
      onlyFor: null,
      json,
      files,
      marks: markMrkdwn(text),
    };
    messages.share(message);
    world.addMessage(message);
    events.messagePosted(message);
    return { messageId: ts };
  }

  async setAltText(messageId: string, fileIndex: number, altText: string): Promise<void> {
    const file = this.#lookUp.file(messageId, fileIndex);
    file.altText = altText === '' ? null : altText;
    this.#parts.messages.refreshFile(file, 'file_change');
  }

  async runCommand(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly command: string;
    readonly options: Readonly<Record<string, string>>;
    readonly files: readonly PretendFile[];
  }): Promise<void> {
    const person = this.#lookUp.person(input.personId);
    const channel = this.#lookUp.channel(input.channelId, person);
    if (input.files.length > 0) {
      throw new SandboxError('not-offered', 'Slash commands carry no files on Slack: post the file instead.');
    }
    const [name = '', ...rest] = input.command.trim().split(/\s+/);
    const { text, ...others } = input.options;
    const words = [...rest, ...(text === undefined ? [] : [text])];
    words.push(...Object.entries(others).map(([option, value]) => `${option}:${value}`));
    const command = this.#parts.app.manifest.features.slash_commands.find(one => one.command === `/${name}`);
    if (command === undefined) throw new SandboxError('unknown', `/${name} is not a valid command.`);
    this.#requireScope('commands', command.command);
    const typed = words.join(' ');
    await this.#parts.interactions.command(
      person,
      channel,
      command.command,
      command.should_escape ? escapeCommandText(typed, this.#parts.world) : typed,
    );
  }

  /** Slack completes nothing while a command is typed. */
  async complete(): Promise<readonly never[]> {
    return [];
  }

  async runShortcut(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
    readonly shortcut: string;
  }): Promise<void> {
    const person = this.#lookUp.person(input.personId);
    const channel = this.#lookUp.channel(input.channelId, person);
    const { features, settings } = this.#parts.app.manifest;
    const shortcut = features.shortcuts.find(
      one => one.type === 'message' && (one.name === input.shortcut || one.callback_id === input.shortcut),
    );
    if (shortcut === undefined || !settings.interactivity.is_enabled) {
      throw new SandboxError('unknown', `The app has no message shortcut "${input.shortcut}".`);
    }
    this.#requireScope('commands', shortcut.name);
    const message = this.#lookUp.seenMessage(person, channel.id, input.messageId);
    await this.#parts.interactions.messageShortcut(person, channel, message, shortcut.callback_id);
  }

  /**
   * Acts on an element of a message, of a form (`messageId` is its id) or of the App Home (`messageId` is `home`).
   *
   * @param input `value`: what was chosen, for elements that offer choices
   */
  async press(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
    readonly actionId: string;
    readonly value?: string;
  }): Promise<void> {
    const person = this.#lookUp.person(input.personId);
    const { interactions, views } = this.#parts;
    const view = input.messageId === HOME ? views.homeOf(person.id) : views.find(input.messageId);
    if (view !== undefined && view.personId === person.id) {
      await interactions.pressInView(person, view, input.actionId, input.value);
      return;
    }
    const channel = this.#lookUp.channel(input.channelId, person);
    const message = this.#lookUp.seenMessage(person, channel.id, input.messageId);
    await interactions.pressInMessage(person, message, input.actionId, input.value);
  }

  /**
   * Sends a form. Values are keyed by block id or action id. Where the app answers with errors, the form comes again as
   * an event of type `form`, with `errors` in its JSON.
   */
  async submit(input: {
    readonly personId: string;
    readonly formId: string;
    readonly values: Readonly<Record<string, string>>;
  }): Promise<void> {
    const person = this.#lookUp.person(input.personId);
    const view = this.#lookUp.form(person, input.formId);
    await this.#parts.interactions.submitView(person, view, readSubmission(view.json.blocks, input.values));
  }

  /** Closes a form without sending it. */
  async closeForm(personId: string, formId: string): Promise<void> {
    const person = this.#lookUp.person(personId);
    await this.#parts.interactions.closeView(person, this.#lookUp.form(person, formId));
  }

  /** A person opens the app's Home tab. What is there already comes at once as an event of type `home`. */
  async openHome(personId: string): Promise<void> {
    const person = this.#lookUp.person(personId);
    const { app, events, views, world } = this.#parts;
    if (!app.manifest.features.app_home.home_tab_enabled) {
      throw new SandboxError('not-offered', 'The manifest gives the app no Home tab.');
    }
    const home = views.homeOf(person.id);
    if (home !== undefined) world.tellPerson(person.id, { type: 'home', json: home.json });
    events.homeOpened(person.id, home?.json);
  }

  /** A person deletes a message of theirs, or of anyone's where they moderate; its files become tombstones. */
  async deleteMessage({
    personId,
    channelId,
    messageId,
  }: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
  }): Promise<void> {
    const person = this.#lookUp.person(personId);
    const message = this.#lookUp.seenMessage(person, this.#lookUp.channel(channelId, person).id, messageId);
    if (message.json.user !== person.id && person.role === 'member') {
      throw new SandboxError('not-offered', 'Only its author or a moderator can delete this message.');
    }
    this.#parts.messages.delete(message);
    if (message.json.user === person.id)
      for (const file of message.files) this.#parts.world.files.delete(file);
  }

  /** Brings the bot into a channel, or takes it out. */
  setBotMembership(channelId: string, isMember: boolean): void {
    const { app, events } = this.#parts;
    const channel = this.#lookUp.anyChannel(channelId);
    if (isMember) channel.members.add(app.botUserId);
    else channel.members.delete(app.botUserId);
    if (isMember) events.memberJoined(channel, app.botUserId, channel.creator);
  }

  /** The app is taken out of the workspace: its tokens count no longer, and its connections are closed. */
  uninstallApp(): void {
    const { api, events, sockets } = this.#parts;
    events.uninstalled();
    api.revokeTokens();
    sockets.announceDisconnect('link_disabled');
  }

  setTopic(channelId: string, topic: string): void {
    this.#lookUp.anyChannel(channelId).topic = topic;
  }

  /** From now on the app is told no more than the file's id, and has to ask `files.info` for the rest. */
  hideFile(messageId: string, fileIndex: number): void {
    const file = this.#lookUp.file(messageId, fileIndex);
    file.isHidden = true;
  }

  /** A file's bytes as its people see them, for a page that shows the workspace: `url_private` wants the bot's token. */
  readFile(fileId: string): { readonly bytes: Uint8Array; readonly mimetype: string } | null {
    const file: SlackFile | undefined = this.#parts.world.files.get(fileId);
    return file === undefined || file.isDeleted ? null : { bytes: file.bytes, mimetype: mimetypeOf(file) };
  }

  /** What in the app's message pings or links. */
  marksOf(messageId: string): TextMarks {
    return this.#lookUp.message(messageId).marks;
  }

  /**
   * Switches from Socket Mode to signed requests to this address, once it has answered the challenge.
   *
   * @throws SandboxError where it did not
   */
  async useRequestUrl(url: string): Promise<void> {
    const { world, app, deliveries, acknowledgeWithinMs } = this.#parts;
    const requestUrl = new RequestUrl(world, app, url, acknowledgeWithinMs);
    await requestUrl.verify();
    deliveries.useTransport(requestUrl);
    world.tell(() => true, { type: 'bot', isConnected: true });
  }

  /** How many Socket Mode connections are open. */
  get connectionCount(): number {
    return this.#parts.sockets.connectionCount;
  }

  problems(): readonly Problem[] {
    return this.#parts.world.problems.all();
  }

  /** Events that did not reach the app, and why: not subscribed, no scope, not a member, never acknowledged. */
  undelivered(): readonly Undelivered[] {
    return this.#parts.deliveries.undelivered();
  }

  async close(): Promise<void> {
    const { deliveries, server, sockets } = this.#parts;
    deliveries.close();
    await sockets.close();
    await new Promise<void>(resolve => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  }

  #thread(channel: SlackChannel, inReplyTo: string | undefined): Partial<MessageJson> {
    if (inReplyTo === undefined) return {};
    const parent = this.#parts.world.findMessage(channel.id, inReplyTo);
    if (parent === undefined)
      throw new SandboxError('unknown', `There is no message ${inReplyTo} to reply to.`);
    return {
      thread_ts: parent.json.thread_ts ?? inReplyTo,
      ...(parent.json.user === undefined ? {} : { parent_user_id: parent.json.user }),
    };
  }

  #requireScope(scope: string, what: string): void {
    if (this.#parts.app.scopes.has(scope)) return;
    throw new SandboxError('not-offered', `${what} is not offered: the app has no scope ${scope}.`);
  }
}
