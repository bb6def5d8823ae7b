import type { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';

/** How Slack's events come in. */
export interface Connection {
  /** Bolt's end of it. */
  readonly receiver: SocketModeReceiver | HTTPReceiver;
  /** @throws SlackSetupError; the signal's reason */
  open(signal: AbortSignal): Promise<void>;
  /** A sentence where events do not come in at the moment. */
  whyNotReady(): string | null;
  /** Bounded in time. */
  close(): Promise<void>;
}
