import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BotCommands, CommandCall } from '../../../src/bots/commands/bot-commands.ts';
import { BotError } from '../../../src/bots/commands/bot-error.ts';
import type {
  ImageReference,
  Person,
  Place,
  PlatformPort,
  Post,
  PostedImage,
  Responder,
} from '../../../src/bots/commands/bot-port.ts';
import type { CommandName } from '../../../src/bots/commands/command-specs.ts';
import type { BotCommandsOptions } from '../../../src/bots/commands/context.ts';
import { createBotCommands } from '../../../src/bots/commands/create-bot-commands.ts';
import type { ActionButton, ActionName, Block, Reply } from '../../../src/bots/commands/reply.ts';
import { createNarrationService, type NarrationService } from '../../../src/inference/narration-service.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';

export const TALKING_CHILD = new URL('talking-child.ts', import.meta.url);

/** A narration service whose engine says what the picture asks for. */
export function startTalking(): NarrationService {
  return createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
    entry: TALKING_CHILD,
  });
}

export function person(id: string, rights: Partial<Person> = {}): Person {
  return {
    id,
    name: id,
    isBot: false,
    mayManageChannel: false,
    mayModerate: false,
    mayManageServer: false,
    ...rights,
  };
}

export const PLACE: Place = {
  platform: 'discord',
  serverId: 'server',
  channelId: 'channel',
  channelName: 'pictures',
  topic: 'Pictures of ours',
  isDirect: false,
  isMember: true,
};

export function image(bytes: Uint8Array, id = 'image', altText: string | null = null): PostedImage {
  return { id, name: `${id}.png`, altText, read: async () => bytes };
}

/** A responder that notes what it is told. */
export class RecordingResponder implements Responder {
  readonly shown: Reply[] = [];
  withdrawn = 0;
  /** Fails as often as this. */
  failures = 0;
  readonly messageId: string | null;
  constructor(messageId: string | null = 'reply') {
    this.messageId = messageId;
  }

  async show(reply: Reply) {
    if (this.failures-- > 0) throw new BotError('platform', 'The platform failed.');
    this.shown.push(reply);
    return { messageId: reply.isPrivate ? null : this.messageId };
  }

  async withdraw() {
    this.withdrawn++;
  }

  get last(): Reply {
    const reply = this.shown.at(-1);
    if (!reply) throw new Error('nothing was shown');
    return reply;
  }
}

/** A platform on which messages with images stand, by id. */
class RecordingPort implements PlatformPort {
  readonly posts = new Map<string, PostedImage[]>();
  readonly responders: (RecordingResponder & { channelId?: string; replyTo?: string | null })[] = [];
  readonly deleted: string[] = [];
  readonly names = new Map<string, string>();
  readonly platform = 'discord';
  whyNoWatch: string | null = null;

  async findImages(reference: ImageReference): Promise<PostedImage[]> {
    if (reference.kind !== 'message') throw new BotError('image-gone', 'The image is gone.');
    const images = this.posts.get(reference.messageId);
    if (!images) throw new BotError('image-gone', 'The message is gone: post the image again.');
    return images.filter(({ id }) => reference.imageIds.includes(id));
  }

  respondIn(channelId: string, replyTo: string | null): RecordingResponder {
    const responder = Object.assign(new RecordingResponder(`reply-${this.responders.length}`), {
      channelId,
      replyTo,
    });
    this.responders.push(responder);
    return responder;
  }

  async deleteMessage(channelId: string, messageId: string) {
    this.deleted.push(`${channelId}/${messageId}`);
  }

  async findNames(ids: readonly string[]) {
    return new Map([...this.names].filter(([id]) => ids.includes(id)));
  }

  /** A message with images stands there. */
  post(id: string, author: Person, images: PostedImage[], more: Partial<Post> = {}): Post {
    this.posts.set(id, images);
    const imageIds = images.map(each => each.id);
    const reference = { kind: 'message', channelId: 'channel', messageId: id, imageIds } as const;
    return {
      id,
      author,
      place: PLACE,
      images,
      reference,
      mentionsBot: false,
      text: '',
      repliedTo: null,
      ...more,
    };
  }
}

interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** The commands on a database of their own, with what was logged. */
export interface Bots {
  readonly commands: BotCommands;
  readonly store: Store;
  readonly file: string;
  readonly port: RecordingPort;
  readonly lines: Line[];
  /** Runs a command and returns what answered. */
  run(
    command: CommandName,
    call?: Partial<Pick<CommandCall, 'options' | 'images' | 'person' | 'place'>>,
  ): Promise<RecordingResponder>;
  /** Presses a button. */
  press(
    button: Pick<ActionButton, 'action' | 'target'>,
    call: {
      by: Person;
      messageId?: string | null;
      place?: Place;
      values?: Record<string, string>;
    },
  ): Promise<{ responder: RecordingResponder; origin: RecordingResponder }>;
  /** The same service in another process, as after a restart. */
  restart(overrides?: Partial<BotCommandsOptions>): Bots;
}

const LIMITS = {
  perPersonPerMinute: 100,
  perChannelPerMinute: 100,
  perServerPerMinute: 100,
  graceMs: 50,
  deadlineMs: 20_000,
  maxImages: 4,
};

const releases: (() => Promise<void>)[] = [];

/** Ends what `startBots` began: for `afterEach`. */
export async function endBots(): Promise<void> {
  for (const release of releases.splice(0).reverse()) await release();
}

export async function startBots(
  narration: NarrationService,
  { bots, ...overrides }: Partial<Omit<BotCommandsOptions, 'bots'>> & { bots?: Partial<typeof LIMITS> } = {},
): Promise<Bots> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-commands-'));
  releases.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'test.db');
  const store = overrides.store ?? (await openStore({ kind: 'sqlite', file }, { retryMs: 200 }));
  if (!overrides.store) releases.push(() => store.close());
  const port = new RecordingPort();
  return begin(
    {
      store,
      narration,
      engines: ['embedded'],
      readGoals: async () => [],
      log: { info() {}, warn() {}, error() {} },
      editIntervalMs: 20,
      bots: { ...LIMITS, ...bots },
      ...overrides,
    },
    port,
    file,
  );
}

function begin(options: BotCommandsOptions, port: RecordingPort, file: string): Bots {
  const lines: Line[] = [];
  const note = (level: Line['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: fields as Record<string, unknown> });
  };
  const log = { info: note('info'), warn: note('warn'), error: note('error') };
  const commands = createBotCommands({ ...options, log });
  releases.push(() => commands.stop(100));
  const ada = person('ada');
  return {
    commands,
    store: options.store,
    file,
    port,
    lines,
    async run(command, { options: values = {}, images = [], person: by = ada, place = PLACE } = {}) {
      const responder = new RecordingResponder();
      const imageAt = () => images[0] ?? image(new Uint8Array());
      const receivedAt = performance.now();
      const call = { command, options: values, images: values.url ? [] : images, person: by, place };
      await commands.run({ ...call, port, responder, imageAt, receivedAt });
      return responder;
    },
    async press({ action, target }, { by, messageId = 'reply', place = PLACE, values }) {
      const [responder, origin] = [new RecordingResponder(), new RecordingResponder()];
      const receivedAt = performance.now();
      const call = { action, target, person: by, place, messageId, origin, responder, port, receivedAt };
      await commands.press({ ...call, values });
      return { responder, origin };
    },
    restart: (overrides = {}) => begin({ ...options, ...overrides }, port, file),
  };
}

/** The texts of a reply's blocks, of one type or of all. */
export function texts(reply: Reply, type?: Block['type']): string[] {
  return reply.blocks
    .filter(block => type === undefined || block.type === type)
    .map(block => {
      if (block.type === 'facts') return block.facts.map(({ name, value }) => `${name}: ${value}`).join('\n');
      if (block.type === 'marked') return block.spans.map(({ text }) => text).join('');
      if (block.type === 'picture') return block.altText;
      return block.text;
    });
}

export function labels(reply: Reply): string[] {
  return reply.actions.flat().map(({ label }) => label);
}

export function button(reply: Reply, action: ActionName): ActionButton {
  const found = reply.actions.flat().find(each => each.action === action);
  if (!found) throw new Error(`no button ${action}: ${labels(reply).join(', ')}`);
  return found;
}
