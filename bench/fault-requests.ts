import { setTimeout as wait } from 'node:timers/promises';
import type { PlatformEvent, PlatformMessage, PretendPlatform } from '../src/sandbox/pretend-platform.ts';
import { idOf, isDescription, photograph, textOf } from './bot-service.ts';

/** The ways in which people ask: an image in a watched channel, a mention, a message's menu, a command, a button. */
export const WAYS = ['watch', 'mention', 'menu', 'command', 'button'] as const;
export type Way = (typeof WAYS)[number];

/** One request. It has a channel of its own, so that whatever the bot says there is its answer. */
export interface Asked {
  readonly side: Side;
  readonly way: Way;
  readonly channelId: string;
  readonly askedAt: number;
  /** Messages of the bot that stood there before. */
  readonly before: ReadonlySet<string>;
  /** What the button that was pressed is to become. */
  readonly wanted: string | null;
  /** When the finished description was seen. */
  describedAt: number | null;
  /** What the person was told instead, by the bot or by the platform. */
  told: string | null;
}

/** What a request left behind. */
export interface Aftermath {
  /** Finished descriptions beyond the first. */
  readonly doubles: number;
  /** Messages that say for ever that work goes on. */
  readonly signs: number;
}

const ANSWER_WITHIN_MS = 30_000;
/** Message flag of Discord's "is thinking…", which Discord itself ends after 15 minutes. */
const LOADING = 1 << 7;

/** The people of one platform, asking. */
export class Side {
  readonly platform: PretendPlatform;
  readonly owner: string;
  readonly members: readonly string[];
  readonly botId: string;
  readonly rooms: ReadonlyMap<Way, readonly string[]>;
  /** Where pictures lie that commands give the address of. */
  readonly album: string;
  readonly #asked = new Map<string, Asked>();
  /** Whose descriptions the buttons stand on, by channel. */
  readonly #askers = new Map<string, string>();
  /** What went wrong in the drill itself. */
  readonly #mistakes: unknown[] = [];
  #turn = 0;
  static #pictures = 0;

  /** @param perWay rooms for each way; one room more is the album */
  constructor(platform: PretendPlatform, perWay: number) {
    this.platform = platform;
    this.owner = idOf(platform.people, 'owner');
    this.members = platform.people.filter(({ role }) => role === 'member').map(({ id }) => id);
    const { bot, channels } = platform.snapshot(this.owner);
    this.botId = bot.id;
    const rooms = channels.filter(({ name }) => name.startsWith('room-')).map(({ id }) => id);
    this.rooms = new Map(
      WAYS.map((way, index) => [way, rooms.slice(index * perWay, (index + 1) * perWay)] as const),
    );
    this.album = rooms[WAYS.length * perWay]!;
    for (const member of this.members) platform.subscribe(member, event => this.#hear(event));
  }

  get isConnected(): boolean {
    return this.platform.snapshot(this.owner).bot.isConnected;
  }

  /** Turns watch mode on where images are to be watched, and waits until the bot says that it is. */
  async watch(): Promise<void> {
    const [command, options] =
      this.platform.name === 'discord'
        ? (['settings', { watch: 'true' }] as const)
        : (['narrate', { text: 'settings watch:on' }] as const);
    for (const channelId of this.rooms.get('watch')!) {
      const heard = this.#until(channelId, this.owner);
      await this.platform.runCommand({ personId: this.owner, channelId, command, options, files: [] });
      await heard;
    }
  }

  /** Has something described wherever a button is to be pressed. */
  async prepareButtons(): Promise<void> {
    for (const channelId of this.rooms.get('button')!) {
      const member = this.#nextMember();
      const heard = this.#until(channelId, member, isDescription);
      await this.post(member, channelId, `<@${this.botId}>`);
      this.#askers.set(channelId, member);
      await heard;
    }
  }

  async post(personId: string, channelId: string, text: string): Promise<string> {
    const files = [photograph(Side.#pictures++)];
    return (await this.platform.post({ personId, channelId, text, files })).messageId;
  }

  /**
   * Asks in one way in one room. What is not waited for: the platform's own word that the bot did not answer in time.
   *
   * @param address of a picture, for commands
   */
  async ask(way: Way, room: number, address: string): Promise<Asked> {
    const channelId = this.rooms.get(way)![room]!;
    const { platform } = this;
    const member = (way === 'button' && this.#askers.get(channelId)) || this.#nextMember();
    const standing = this.#botMessages(channelId);
    const button = way === 'button' ? findButton(standing) : null;
    const asked: Asked = {
      side: this,
      way,
      channelId,
      askedAt: performance.now(),
      before: new Set(standing.map(({ id }) => id)),
      wanted: button && (button.actionId.startsWith('more:') ? 'shorter:' : 'more:'),
      describedAt: null,
      told: null,
    };
    this.#asked.set(channelId, asked);
    const at = { personId: member, channelId };
    switch (way) {
      case 'watch':
        await this.post(member, channelId, '');
        break;
      case 'mention':
        await this.post(member, channelId, `<@${this.botId}>`);
        break;
      case 'menu': {
        const [shortcut] = platform.snapshot(member).shortcuts;
        const messageId = await this.post(member, channelId, '');
        this.#begin(platform.runShortcut({ ...at, messageId, shortcut: shortcut! }));
        break;
      }
      case 'command': {
        const isDiscord = platform.name === 'discord';
        const options: Record<string, string> = isDiscord
          ? { url: address }
          : { text: `describe ${address}` };
        const command = isDiscord ? 'describe' : 'narrate';
        this.#begin(platform.runCommand({ ...at, command, options, files: [] }));
        break;
      }
      case 'button':
        if (!button) throw new Error('there is no button to press');
        this.#begin(platform.press({ ...at, ...button }));
        break;
    }
    return asked;
  }

  /** @throws what went wrong in the drill itself, which is not the service's fault */
  check(): void {
    if (this.#mistakes.length > 0) throw this.#mistakes[0];
  }

  /** What stands in the request's channel at the end. */
  aftermath({ channelId, before, way }: Asked): Aftermath {
    const fresh = this.#botMessages(channelId).filter(({ id }) => !before.has(id));
    const descriptions = fresh.filter(isDescription).length;
    return {
      doubles: Math.max(0, descriptions - (way === 'button' ? 0 : 1)),
      signs: fresh.filter(
        message => !isLoading(message) && !isDescription(message) && wordsOf(message) === null,
      ).length,
    };
  }

  #botMessages(channelId: string): PlatformMessage[] {
    return this.platform
      .snapshot(this.owner)
      .messages.filter(message => message.channelId === channelId && isOfBot(message, this.botId));
  }

  /** Ends when the platform has an acknowledgement, or gives up: that is heard of elsewhere. */
  #begin(action: Promise<void>): void {
    action.catch((error: unknown) => this.#mistakes.push(error));
  }

  #nextMember(): string {
    return this.members[this.#turn++ % this.members.length]!;
  }

  #hear(event: PlatformEvent): void {
    if (event.type === 'failed') {
      const asked = this.#asked.get(event.channelId);
      if (asked) asked.told ??= event.text;
      return;
    }
    if (event.type !== 'message' && event.type !== 'edit') return;
    const { message } = event;
    const asked = this.#asked.get(message.channelId);
    if (!asked || asked.describedAt !== null || !isOfBot(message, this.botId)) return;
    if (isDescription(message)) {
      const isNew = asked.wanted === null ? !asked.before.has(message.id) : hasAction(message, asked.wanted);
      if (isNew) asked.describedAt = performance.now();
    } else if (!asked.before.has(message.id)) {
      asked.told = wordsOf(message) ?? asked.told;
    }
  }

  /** The bot's next message there that the person sees. */
  async #until(
    channelId: string,
    personId: string,
    isWanted: (message: PlatformMessage) => boolean = message => wordsOf(message) !== null,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = this.platform.subscribe(personId, event => {
      if (event.type !== 'message' && event.type !== 'edit') return;
      const { message } = event;
      if (message.channelId === channelId && isOfBot(message, this.botId) && isWanted(message)) resolve();
    });
    const late = wait(ANSWER_WITHIN_MS, 'late' as const, { ref: false });
    const first = await Promise.race([promise, late]);
    leave();
    if (first === 'late') throw new Error(`the bot did not answer on ${this.platform.name}`);
  }
}

interface MessageJson {
  readonly author?: { readonly id: string };
  readonly user?: string;
  readonly content?: string;
  readonly text?: string;
  readonly flags?: number;
}

function isOfBot({ json }: PlatformMessage, botId: string): boolean {
  const { author, user } = json as MessageJson;
  return author?.id === botId || user === botId;
}

/** What a message says that is no description; null for a sign of work, or a description that still grows. */
function wordsOf(message: PlatformMessage): string | null {
  const { content, text } = message.json as MessageJson;
  if (isLoading(message) || isDescription(message)) return null;
  const words = (content || text || '').trim();
  return /^(?:Looking at the picture|\W*AI description)/.test(words) || words === '' ? null : words;
}

function isLoading({ json }: PlatformMessage): boolean {
  return (((json as MessageJson).flags ?? 0) & LOADING) !== 0;
}

function hasAction(message: PlatformMessage, prefix: string): boolean {
  return textOf(message).includes(`_id":"${prefix}`);
}

/** "More detail" or "Shorter", whichever the last description there has. */
function findButton(messages: readonly PlatformMessage[]): { messageId: string; actionId: string } | null {
  for (const message of messages.toReversed()) {
    const [, actionId] = /_id":"((?:more|shorter):[\w-]+)"/.exec(textOf(message)) ?? [];
    if (actionId !== undefined) return { messageId: message.id, actionId };
  }
  return null;
}
