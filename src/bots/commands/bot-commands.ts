import type { Person, Place, PlatformPort, Post, PostedImage, Responder } from './bot-port.ts';
import type { CommandName } from './command-specs.ts';
import type { ActionName, Form, Reply } from './reply.ts';

/** The least time between two edits of a reply while a text grows. */
export const EDIT_INTERVAL_MS = 1500;

interface Event {
  readonly person: Person;
  readonly place: Place;
  readonly port: PlatformPort;
  readonly responder: Responder;
  /** When the event reached us, by `performance.now()`. */
  readonly receivedAt: number;
}

export interface CommandCall extends Event {
  readonly command: CommandName;
  /** Values by option name, of the types that the specs give; an adapter has not checked them. */
  readonly options: Readonly<Record<string, string | number | boolean | undefined>>;
  /** What the option of kind `image` brought along. */
  readonly images: readonly PostedImage[];
  /** Fetches an image from a URL that a person gave, through the guards. */
  imageAt(url: string): PostedImage;
}

/** The message context menu entry or message shortcut. */
export interface ShortcutCall extends Event {
  readonly post: Pick<Post, 'id' | 'author' | 'images' | 'reference'>;
}

export interface ActionCall extends Event {
  readonly action: ActionName;
  readonly target: string;
  /** The form's values, where it was sent. */
  readonly values?: Readonly<Record<string, string>>;
  /** The bot's message that the button stands on; null for a private one. */
  readonly messageId: string | null;
  /** Changes that message: for the actions that replace a description by another. */
  readonly origin: Responder;
}

/**
 * What the bots do, the same on each platform. None of these rejects: what goes wrong is shown to the person with a
 * short id, and logged under it. `isPrivate` of the first reply says where it has to go.
 */
export interface BotCommands {
  run(call: CommandCall): Promise<void>;
  describePost(call: ShortcutCall): Promise<void>;
  press(call: ActionCall): Promise<void>;
  /**
   * The form that an action wants filled in first, or null: answered from the store alone, within the time that a
   * platform gives to open one.
   */
  formFor(call: Pick<ActionCall, 'action' | 'target' | 'person' | 'place'>): Promise<Form | null>;
  /** Whether the answer to an action is for the person alone, so that a sign of work can be shown in the right place. */
  isPrivateAction(action: ActionName): boolean;
  /**
   * A message was posted where the bot can see it. Answers mentions at once; in watched channels describes images
   * without alt text after the grace period.
   *
   * @param onTaken told when the post is noted in the store: from then on a crash does not lose it
   */
  see(post: Post, port: PlatformPort, receivedAt: number, onTaken?: () => void): Promise<void>;
  /** Whether images posted in this channel are to be described (watch mode), from memory: adapters ask for each event. */
  isWatched(place: Pick<Place, 'platform' | 'channelId'>): boolean;
  /** The engines that are configured, for completion. */
  engineNames(): readonly string[];
  /** A person's settings and figures: Slack's App Home. */
  homeOf(person: Person, platform: Place['platform'], serverId: string | null): Promise<Reply>;
  /** A platform is connected: takes up the work that a crash left behind there. */
  resume(port: PlatformPort): Promise<void>;
  /** Takes no new work, and waits until what is at hand was answered or `graceMs` are over; the rest is told so. */
  stop(graceMs: number): Promise<void>;
}
