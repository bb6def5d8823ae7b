import { SlackApiError } from './api-error.ts';
import { BOT_ICONS, type InstalledApp } from './app.ts';
import type { AppEvents } from './app-events.ts';
import { elementsOf, validateMessageBlocks } from './blocks/validate-blocks.ts';
import { mimetypeOf, renderFile, type SlackFile } from './files.ts';
import { markMessage } from './text-marks.ts';
import type { MessageJson, SlackChannel, StoredMessage, World } from './world.ts';

/** Longer texts are cut, not refused. docs.slack.dev/changelog/2018-truncating-really-long-messages */
const MAX_TEXT = 40_000;

const INVALID_FILE = 'invalid slack file [json-pointer:/blocks]';

/** What the app says: in `chat.*`, in `files.completeUploadExternal` and through response URLs. */
export interface MessageContent {
  readonly text: string | undefined;
  /** As sent, not validated yet. */
  readonly blocks: unknown;
  readonly isLinkingNames?: boolean;
  readonly isVerbatim?: boolean;
}

/** The app's own messages: what is wrong with them, and their life. */
export class AppMessages {
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #events: AppEvents;
  readonly #baseUrl: string;

  constructor(world: World, app: InstalledApp, events: AppEvents, baseUrl: string) {
    this.#world = world;
    this.#app = app;
    this.#events = events;
    this.#baseUrl = baseUrl;
  }

  /**
   * Posts a message of the app.
   *
   * @param where for the list of problems
   * @throws SlackApiError `no_text`, `invalid_blocks`, `msg_blocks_too_long`
   */
  post(input: {
    readonly channel: SlackChannel;
    readonly content: MessageContent;
    readonly where: string;
    readonly threadTs?: string | undefined;
    readonly onlyFor?: string | undefined;
    readonly files?: readonly SlackFile[];
  }): StoredMessage {
    const { channel, files = [] } = input;
    const { text, blocks } = this.#check(input.content, input.where, files.length > 0);
    const json: MessageJson = {
      type: 'message',
      ...(files.length > 0 ? { subtype: 'file_share' } : {}),
      user: this.#app.botUserId,
      bot_id: this.#app.botId,
      app_id: this.#app.id,
      text,
      ts: this.#world.clock.next(),
      team: this.#world.teamId,
      bot_profile: this.#profile(),
      ...(blocks === undefined ? {} : { blocks }),
      ...this.#thread(channel, input.threadTs),
    };
    const message: StoredMessage = {
      channelId: channel.id,
      onlyFor: input.onlyFor ?? null,
      json,
      files,
      marks: markMessage(text, blocks, input.content),
    };
    this.share(message);
    this.#world.addMessage(message);
    if (input.threadTs !== undefined && message.onlyFor === null) this.#countReply(channel, input.threadTs);
    this.#events.messagePosted(message);
    return message;
  }

  /**
   * Changes a message of the app. Blocks that are not given stay as they are; an empty list removes them.
   *
   * @throws SlackApiError as `post`
   */
  update(message: StoredMessage, content: MessageContent, where: string): void {
    const previous = message.json;
    const kept = content.blocks === undefined ? previous.blocks : undefined;
    const { text, blocks } = this.#check(content, where, message.files.length > 0 || kept !== undefined);
    const { blocks: _, ...rest } = previous;
    const shown = blocks ?? kept;
    this.#world.changeMessage(message, {
      json: {
        ...rest,
        text,
        edited: { user: this.#app.botUserId, ts: this.#world.clock.next() },
        ...(shown === undefined || shown.length === 0 ? {} : { blocks: shown }),
      },
      files: message.files,
      marks: markMessage(text, shown, content),
    });
    this.#events.messageChanged(message, previous);
  }

  /**
   * Puts a new message in the place of one: nothing of the old content stays.
   *
   * @throws SlackApiError as `post`
   */
  replace(message: StoredMessage, content: MessageContent, where: string): void {
    this.update(message, { ...content, blocks: content.blocks ?? [] }, where);
  }

  delete(message: StoredMessage): void {
    this.#world.removeMessage(message);
    this.#events.messageDeleted(message);
  }

  /** @throws SlackApiError `message_not_found`, or `notOwn` for a message that is not the app's */
  findOwn(channelId: string, ts: string, notOwn: string): StoredMessage {
    const message = this.#world.findMessage(channelId, ts);
    if (message === undefined || message.onlyFor !== null) throw new SlackApiError('message_not_found');
    if (message.json.bot_id !== this.#app.botId) throw new SlackApiError(notOwn);
    return message;
  }

  /** Notes where a message's files are posted, and shows them in it. */
  share(message: StoredMessage): void {
    const { channelId, json, files } = message;
    for (const file of files) file.shares.set(channelId, [...(file.shares.get(channelId) ?? []), json.ts]);
    this.#renderFiles(message);
  }

  /** Writes the files' present state into the message. */
  #renderFiles(message: StoredMessage): void {
    if (message.files.length === 0) return;
    message.json = {
      ...message.json,
      files: message.files.map(file => renderFile(file, this.#baseUrl, this.#world.teamId)),
    };
  }

  /** Deletes a file: messages keep a tombstone of it. */
  deleteFile(file: SlackFile): void {
    this.#world.files.delete(file);
    this.refreshFile(file, 'file_deleted');
  }

  /** Shows a file's changed state in the messages that hold it, and tells the app. */
  refreshFile(file: SlackFile, event: 'file_change' | 'file_deleted'): void {
    for (const [channelId, all] of file.shares) {
      for (const ts of all) {
        const message = this.#world.findMessage(channelId, ts);
        if (message === undefined) continue;
        this.#renderFiles(message);
        this.#world.changeMessage(message, message);
      }
    }
    const channels = [...file.shares.keys()].map(id => this.#world.channels.get(id)!);
    const known = channels.find(channel => channel.members.has(this.#app.botUserId)) ?? channels[0];
    if (known !== undefined) this.#events.fileChanged(file.id, event, known);
  }

  #check(
    content: MessageContent,
    where: string,
    mayBeEmpty: boolean,
  ): { text: string; blocks: readonly Record<string, unknown>[] | undefined } {
    const given = content.blocks === undefined ? undefined : validateMessageBlocks(content.blocks);
    const text = content.text ?? '';
    const hasBlocks = given !== undefined && given.length > 0;
    if (text === '' && !hasBlocks && !mayBeEmpty) throw new SlackApiError('no_text');
    if (text === '' && hasBlocks) {
      this.#world.problems.add(
        where,
        'blocks without text: notifications and screen readers get nothing to read',
      );
    }
    if (text.length > MAX_TEXT) {
      this.#world.problems.add(where, `a text of ${text.length} characters was cut at ${MAX_TEXT}`);
    }
    for (const block of given ?? []) this.#checkImages(block);
    return {
      text: text.slice(0, MAX_TEXT),
      blocks: given?.map(block => ({ block_id: this.#world.ids.next('b').toLowerCase(), ...block })),
    };
  }

  /** Image blocks show files that are there, or pictures that Slack's servers can fetch. */
  #checkImages(block: Readonly<Record<string, unknown>>): void {
    for (const image of [block, ...elementsOf(block)].filter(one => one.type === 'image')) {
      const source = image.slack_file as { id?: string; url?: string } | undefined;
      const id = source?.id ?? /\/files-pri\/\w+-(F[A-Z0-9]+)-/.exec(source?.url ?? '')?.[1];
      const file = id === undefined ? undefined : this.#world.files.get(id);
      if (source !== undefined) {
        const isImage = file !== undefined && mimetypeOf(file).startsWith('image/');
        const isReady = isImage && file.readyAt <= this.#world.now();
        // One that Slack still looks through is no fault of the app: it has to try again.
        if (!isReady) throw SlackApiError.withMessages('invalid_blocks', [INVALID_FILE], !isImage);
      }
      if (typeof image.image_url === 'string' && isPrivateAddress(image.image_url)) {
        throw SlackApiError.withMessages('invalid_blocks', [
          'downloading image failed [json-pointer:/blocks]',
        ]);
      }
    }
  }

  #thread(channel: SlackChannel, threadTs: string | undefined): Partial<MessageJson> {
    if (threadTs === undefined) return {};
    const parent = this.#world.findMessage(channel.id, threadTs);
    if (parent === undefined || parent.onlyFor !== null) throw new SlackApiError('thread_not_found');
    const root = parent.json.thread_ts ?? threadTs;
    return {
      thread_ts: root,
      ...(parent.json.user === undefined ? {} : { parent_user_id: parent.json.user }),
    };
  }

  #countReply(channel: SlackChannel, threadTs: string): void {
    const parent = this.#world.findMessage(channel.id, threadTs);
    if (parent === undefined) return;
    const count = Number(parent.json.reply_count ?? 0) + 1;
    this.#world.changeMessage(parent, {
      ...parent,
      json: { ...parent.json, thread_ts: parent.json.thread_ts ?? threadTs, reply_count: count },
    });
  }

  #profile(): Record<string, unknown> {
    return {
      id: this.#app.botId,
      deleted: false,
      name: this.#app.name,
      updated: 0,
      app_id: this.#app.id,
      icons: BOT_ICONS,
      team_id: this.#world.teamId,
    };
  }
}

/** Slack's servers fetch an `image_url` from the internet: an address of this machine or network is out of reach. */
function isPrivateAddress(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? 'localhost';
  return /^(?:localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[)/.test(host);
}
