import { BoundedList } from '../bounded-list.ts';
import type { PlatformEvent, PlatformMessage } from '../pretend-platform.ts';
import { ProblemLog } from '../problem-log.ts';
import type { FileStore, SlackFile } from './files.ts';
import { MessageClock, SlackIds } from './ids.ts';
import type { TextMarks } from './text-marks.ts';

const MAX_MESSAGES = 500;
const MAX_LISTENERS = 1000;

export interface SlackUser {
  readonly id: string;
  readonly name: string;
  readonly role: 'member' | 'moderator' | 'owner';
  readonly isBot: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im';
  topic: string;
  readonly creator: string;
  readonly created: number;
  readonly members: Set<string>;
  /** The person of a direct message with the app; null for others. */
  readonly partner: string | null;
  readonly messages: BoundedList<StoredMessage>;
}

/** A message in Slack's own JSON. */
export interface MessageJson {
  type: 'message';
  subtype?: string;
  user?: string;
  bot_id?: string;
  text: string;
  ts: string;
  thread_ts?: string;
  blocks?: readonly Record<string, unknown>[];
  files?: readonly Record<string, unknown>[];
  edited?: { user: string; ts: string };
  [field: string]: unknown;
}

export interface StoredMessage {
  readonly channelId: string;
  /** Who sees it; null is everyone in the channel. */
  readonly onlyFor: string | null;
  json: MessageJson;
  files: readonly SlackFile[];
  /** What in it pings or links. */
  marks: TextMarks;
}

export interface WorldListener {
  readonly personId: string;
  readonly listener: (event: PlatformEvent) => void;
}

/** The workspace: who and what is in it. Knows no protocol. */
export class World {
  readonly ids = new SlackIds();
  readonly clock: MessageClock;
  readonly now: () => number;
  readonly teamId: string;
  readonly teamName = 'Lighthouse';
  readonly teamDomain = 'lighthouse';
  readonly users = new Map<string, SlackUser>();
  readonly channels = new Map<string, SlackChannel>();
  readonly files: FileStore;
  readonly problems: ProblemLog;
  private readonly listeners = new Set<WorldListener>();

  constructor(now: () => number, files: FileStore) {
    this.now = now;
    this.files = files;
    this.clock = new MessageClock(now);
    this.problems = new ProblemLog(now);
    this.teamId = this.ids.next('T');
  }

  addUser(user: Omit<SlackUser, 'id'>): SlackUser {
    const added = { ...user, id: this.ids.next('U') };
    this.users.set(added.id, added);
    return added;
  }

  addChannel(
    channel: Pick<SlackChannel, 'name' | 'kind' | 'topic' | 'creator' | 'partner'> & {
      readonly members: Iterable<string>;
    },
  ): SlackChannel {
    const added: SlackChannel = {
      ...channel,
      id: this.ids.next(channel.kind === 'im' ? 'D' : channel.kind === 'group' ? 'G' : 'C'),
      created: Math.floor(this.now() / 1000),
      members: new Set(channel.members),
      messages: new BoundedList(MAX_MESSAGES),
    };
    this.channels.set(added.id, added);
    return added;
  }

  /** The direct message of a person with the app. */
  directMessageOf(personId: string): SlackChannel | undefined {
    for (const channel of this.channels.values()) if (channel.partner === personId) return channel;
    return undefined;
  }

  findMessage(channelId: string, ts: string): StoredMessage | undefined {
    return this.channels
      .get(channelId)
      ?.messages.all()
      .find(message => message.json.ts === ts);
  }

  addMessage(message: StoredMessage): void {
    this.channels.get(message.channelId)?.messages.push(message);
    this.tellOf(message, 'message');
  }

  /** Takes a changed message's new form; `json.ts` stays. */
  changeMessage(message: StoredMessage, change: Pick<StoredMessage, 'json' | 'files' | 'marks'>): void {
    Object.assign(message, change);
    this.tellOf(message, 'edit');
  }

  removeMessage(message: StoredMessage): void {
    this.channels.get(message.channelId)?.messages.remove(one => one === message);
    this.tell(listener => this.sees(listener.personId, message), {
      type: 'delete',
      channelId: message.channelId,
      messageId: message.json.ts,
    });
  }

  sees(personId: string, message: StoredMessage): boolean {
    const isMember = this.channels.get(message.channelId)?.members.has(personId) === true;
    return isMember && (message.onlyFor === null || message.onlyFor === personId);
  }

  subscribe(personId: string, listener: (event: PlatformEvent) => void): () => void {
    if (this.listeners.size >= MAX_LISTENERS) throw new RangeError('too many listeners to the pretend Slack');
    const entry = { personId, listener };
    this.listeners.add(entry);
    return () => this.listeners.delete(entry);
  }

  tell(isFor: (listener: WorldListener) => boolean, event: PlatformEvent): void {
    for (const listener of this.listeners) if (isFor(listener)) listener.listener(event);
  }

  tellPerson(personId: string, event: PlatformEvent): void {
    this.tell(listener => listener.personId === personId, event);
  }

  private tellOf(message: StoredMessage, type: 'message' | 'edit'): void {
    const shown = toPlatformMessage(message);
    this.tell(listener => this.sees(listener.personId, message), { type, message: shown });
  }
}

export function toPlatformMessage(message: StoredMessage): PlatformMessage {
  return {
    id: message.json.ts,
    channelId: message.channelId,
    onlyFor: message.onlyFor,
    json: structuredClone(message.json),
  };
}
