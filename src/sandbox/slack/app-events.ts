import type { InstalledApp } from './app.ts';
import type { Deliveries } from './delivery.ts';
import { renderHiddenFile } from './files.ts';
import { EVENT_SCOPES } from './scopes.ts';
import type { MessageJson, SlackChannel, StoredMessage, World } from './world.ts';

const MESSAGE_EVENTS: Readonly<Record<SlackChannel['kind'], string>> = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
};

/** Tells the app of what happens, as far as it subscribed to it, has the scope for it and is a member there. */
export class AppEvents {
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #deliveries: Deliveries;

  constructor(world: World, app: InstalledApp, deliveries: Deliveries) {
    this.#world = world;
    this.#app = app;
    this.#deliveries = deliveries;
  }

  messagePosted(message: StoredMessage): void {
    if (message.onlyFor !== null) return;
    const channel = this.#channelOf(message);
    const { ts } = message.json;
    const json = asToldToApp(message);
    const event = { ...json, channel: channel.id, channel_type: channel.kind, event_ts: ts };
    this.#send(MESSAGE_EVENTS[channel.kind], event, channel);
    if (channel.kind !== 'im' && message.json.text.includes(`<@${this.#app.botUserId}`)) {
      const { subtype: _, ...mention } = json;
      this.#send(
        'app_mention',
        { ...mention, type: 'app_mention', channel: channel.id, event_ts: ts },
        channel,
      );
    }
    for (const file of message.files) {
      this.#send(
        'file_shared',
        {
          type: 'file_shared',
          file_id: file.id,
          user_id: file.owner,
          file: { id: file.id },
          channel_id: channel.id,
          event_ts: ts,
        },
        channel,
      );
    }
  }

  messageChanged(message: StoredMessage, previous: MessageJson): void {
    this.#sendHidden(message, {
      subtype: 'message_changed',
      message: asToldToApp(message),
      previous_message: previous,
    });
  }

  messageDeleted(message: StoredMessage): void {
    this.#sendHidden(message, {
      subtype: 'message_deleted',
      deleted_ts: message.json.ts,
      previous_message: asToldToApp(message),
    });
  }

  fileChanged(fileId: string, type: 'file_change' | 'file_deleted', channel: SlackChannel): void {
    this.#send(
      type,
      { type, file_id: fileId, file: { id: fileId }, event_ts: this.#world.clock.next() },
      channel,
    );
  }

  memberJoined(channel: SlackChannel, userId: string, inviter: string): void {
    this.#send(
      'member_joined_channel',
      {
        type: 'member_joined_channel',
        user: userId,
        channel: channel.id,
        channel_type: channel.kind === 'group' ? 'G' : 'C',
        team: this.#world.teamId,
        inviter,
        event_ts: this.#world.clock.next(),
      },
      channel,
    );
  }

  /** The app was taken out of the workspace: it hears of it, and of its token. */
  uninstalled(): void {
    const event_ts = this.#world.clock.next();
    this.#send(
      'tokens_revoked',
      { type: 'tokens_revoked', tokens: { oauth: [], bot: [this.#app.botUserId] }, event_ts },
      null,
    );
    this.#send('app_uninstalled', { type: 'app_uninstalled', event_ts }, null);
  }

  homeOpened(personId: string, view: Readonly<Record<string, unknown>> | undefined): void {
    const channel = this.#world.directMessageOf(personId)!;
    this.#send(
      'app_home_opened',
      {
        type: 'app_home_opened',
        user: personId,
        channel: channel.id,
        tab: 'home',
        ...(view === undefined ? {} : { view }),
        event_ts: this.#world.clock.next(),
      },
      channel,
    );
  }

  #sendHidden(message: StoredMessage, fields: Readonly<Record<string, unknown>>): void {
    if (message.onlyFor !== null) return;
    const channel = this.#channelOf(message);
    const ts = this.#world.clock.next();
    this.#send(
      MESSAGE_EVENTS[channel.kind],
      {
        type: 'message',
        hidden: true,
        ...fields,
        channel: channel.id,
        channel_type: channel.kind,
        ts,
        event_ts: ts,
      },
      channel,
    );
  }

  /** @param channel null for what happens nowhere in particular */
  #send(subscription: string, event: Readonly<Record<string, unknown>>, channel: SlackChannel | null): void {
    const why = this.#whyNot(subscription, channel);
    if (why === null) this.#deliveries.sendEvent(event);
    else this.#deliveries.noteUndelivered(subscription, why);
  }

  #whyNot(subscription: string, channel: SlackChannel | null): string | null {
    if (!this.#app.manifest.settings.event_subscriptions.bot_events.includes(subscription)) {
      return 'the manifest does not subscribe to it';
    }
    const scope = EVENT_SCOPES[subscription];
    if (scope !== undefined && !this.#app.scopes.has(scope)) return `the app has no scope ${scope}`;
    if (channel !== null && !channel.members.has(this.#app.botUserId))
      return `the app is not a member of #${channel.name}`;
    return null;
  }

  #channelOf(message: StoredMessage): SlackChannel {
    return this.#world.channels.get(message.channelId)!;
  }
}

/** A message as events and interactions hold it: of some files they tell no more than the id. */
export function asToldToApp(message: StoredMessage): MessageJson {
  if (!message.files.some(file => file.isHidden)) return message.json;
  const files = message.files.map((file, index) =>
    file.isHidden && !file.isDeleted ? renderHiddenFile(file) : message.json.files![index]!,
  );
  return { ...message.json, files };
}
