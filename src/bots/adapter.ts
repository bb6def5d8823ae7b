import type { PostingPort } from './posting-port.ts';

/** A platform's bot, as the service runs it. */
export interface BotAdapter {
  readonly name: 'discord' | 'slack';
  /**
   * Connects, registers commands where they changed, and is ready for events when it resolves.
   *
   * @throws NarratorError naming the setting that is wrong (a bad token, a missing intent)
   */
  start(signal: AbortSignal): Promise<void>;
  /** Takes no more events. Replies can still be sent. */
  pause(): Promise<void>;
  /** Disconnects. */
  stop(): Promise<void>;
  /** Connected and receiving, for readiness; else a sentence saying why not. */
  whyNotReady(): string | null;
  /** How to post on the platform unasked; null before it is connected. */
  port(): PostingPort | null;
  /** Rejects when the connection is lost for good (a revoked token). */
  readonly finished: Promise<never>;
}
