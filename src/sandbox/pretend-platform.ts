/**
 * A local server that speaks a platform's protocol, seen from the side of the people in it: the playground, the demo and
 * the tests act through this. What the bot does arrives by the protocol itself.
 */
export interface PretendPlatform {
  readonly name: 'discord' | 'slack';
  /** What the bot's configuration needs: base URL, tokens, the host:port that images come from. */
  readonly connection: PretendConnection;
  /** Everyone but the bot. */
  readonly people: readonly PretendPerson[];
  snapshot(personId: string): PlatformSnapshot;
  /** Tells what changes from now on, as far as this person sees it. Returns the way to unsubscribe. */
  subscribe(personId: string, listener: (event: PlatformEvent) => void): () => void;
  post(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly text: string;
    readonly files: readonly PretendFile[];
    readonly inReplyTo?: string;
  }): Promise<{ readonly messageId: string }>;
  /** A person changes the alt text of an image that they posted. */
  setAltText(messageId: string, fileIndex: number, altText: string): Promise<void>;
  /** A person deletes a message: their own, or as a moderator any. */
  deleteMessage(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
  }): Promise<void>;
  /** Runs a slash command as it was typed, without the slash: `describe style:brief` or `narrate stats`. */
  runCommand(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly command: string;
    readonly options: Readonly<Record<string, string>>;
    readonly files: readonly PretendFile[];
  }): Promise<void>;
  /** What the bot offers for an option while it is typed. */
  complete(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly command: string;
    readonly option: string;
    readonly typed: string;
  }): Promise<readonly { readonly name: string; readonly value: string }[]>;
  runShortcut(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
    readonly shortcut: string;
  }): Promise<void>;
  /** Presses a button of a message, or of a private reply, by its `custom_id` or `action_id`. */
  press(input: {
    readonly personId: string;
    readonly channelId: string;
    readonly messageId: string;
    readonly actionId: string;
  }): Promise<void>;
  /** Sends a form that was opened for the person. */
  submit(input: {
    readonly personId: string;
    readonly formId: string;
    readonly values: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** Where the platform has such a thing: a person opens the app's home. It comes as an event of type `home`. */
  openHome?(personId: string): Promise<void>;
  /** Where files want a token: one as people see it; null where there is none of that id. */
  readFile?(fileId: string): { readonly bytes: Uint8Array; readonly mimetype: string } | null;
  /** What the real platform would have refused or dropped, in the order it happened: empty for a bot that behaves. */
  problems(): readonly Problem[];
  /** Faults to come; tests and the fault drill. */
  readonly faults: FaultSwitches;
  close(): Promise<void>;
}

export interface PretendConnection {
  readonly baseUrl: string;
  readonly token: string;
  /** Slack's `xapp-…`. */
  readonly appToken?: string;
  /** Slack's signing secret, for its HTTP mode. */
  readonly signingSecret?: string;
  readonly address: string;
}

export interface PretendFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly altText?: string;
}

export interface PretendPerson {
  readonly id: string;
  readonly name: string;
  readonly role: 'member' | 'moderator' | 'owner';
}

export interface PretendChannel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

export interface PlatformSnapshot {
  readonly people: readonly PretendPerson[];
  readonly channels: readonly PretendChannel[];
  /** The bot's name and id. */
  readonly bot: { readonly id: string; readonly name: string; readonly isConnected: boolean };
  /** What can be typed, with its options. */
  readonly commands: readonly PretendCommand[];
  readonly shortcuts: readonly string[];
  /** The last messages of each channel that this person sees, the oldest first, as the platform's own JSON. */
  readonly messages: readonly PlatformMessage[];
}

export interface PretendCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    readonly isRequired: boolean;
    readonly kind: 'text' | 'file' | 'person' | 'switch' | 'number';
    readonly choices: readonly string[];
    readonly isCompleted: boolean;
  }[];
}

/** A message in the platform's own JSON: Discord's message object, Slack's message with blocks and files. */
export interface PlatformMessage {
  readonly id: string;
  readonly channelId: string;
  /** Who sees it; null is everyone. */
  readonly onlyFor: string | null;
  readonly json: unknown;
}

export type PlatformEvent =
  | { readonly type: 'message' | 'edit'; readonly message: PlatformMessage }
  | { readonly type: 'delete'; readonly channelId: string; readonly messageId: string }
  /** The bot shows that it works on something. */
  | { readonly type: 'thinking'; readonly channelId: string; readonly messageId: string | null }
  /** A form was opened for the person: Discord's modal, Slack's view. */
  | { readonly type: 'form'; readonly formId: string; readonly json: unknown }
  /** Slack's App Home was published. */
  | { readonly type: 'home'; readonly json: unknown }
  /** An interaction that the bot did not acknowledge in time, as people see it. */
  | { readonly type: 'failed'; readonly channelId: string; readonly text: string }
  | { readonly type: 'bot'; readonly isConnected: boolean };

export interface Problem {
  readonly at: number;
  /** The request or event that it is about: `POST /channels/{id}/messages`. */
  readonly where: string;
  readonly what: string;
}

/** Each fault is armed for a number of requests or once, and spent by them. */
export interface FaultSwitches {
  /**
   * The next `times` REST requests whose path matches are answered with this status (429: with retry-after). 0 takes
   * back what is left of those armed for the same path.
   */
  failRequests(path: RegExp, status: number, times: number, retryAfterSeconds?: number): void;
  /** Drops the gateway or the socket without a word, or closes it with a code or reason. */
  dropConnections(how: 'cut' | 'reconnect' | 'invalid-session' | 'refresh' | 'warning'): void;
  /** From now on, signed image URLs given out before are refused. */
  expireImageUrls(): void;
  /** From now on, interactions given out before can no longer be answered. */
  expireInteractions(): void;
}
