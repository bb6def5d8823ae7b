import { LRUCache } from 'lru-cache';
import type { BotCommands } from '../commands/bot-commands.ts';
import type { Logger } from '../commands/logger.ts';
import type { Directory } from './directory.ts';
import type { Messages } from './post-messages.ts';
import { sentence } from './render-reply.ts';
import type { SlackApi } from './slack-api.ts';
import type { SlackFiles } from './slack-files.ts';
import type { SlackPort } from './slack-port.ts';

/** What the handlers of events share. */
export interface SlackContext {
  readonly api: SlackApi;
  readonly messages: Messages;
  readonly directory: Directory;
  readonly files: SlackFiles;
  readonly port: SlackPort;
  readonly commands: BotCommands;
  readonly log: Logger;
  readonly bot: { readonly userId: string; readonly teamId: string };
  /** Takes no more events; whoever asks is told. */
  readonly isPaused: () => boolean;
  /** The event is noted where a crash does not lose it. */
  readonly taken: (eventId: string) => void;
  /** True where this was told before: Slack sends again what it holds to be unanswered. */
  readonly wasSeen: (id: string) => boolean;
}

export const RESTARTING = sentence('The bot is being restarted: try again in a minute.');

const MAX_SEEN = 20_000;
/** Slack sends an event again for an hour at most: https://docs.slack.dev/apis/events-api. */
const SEEN_MS = 3_600_000;

export function rememberSeen(): (id: string) => boolean {
  const seen = new LRUCache<string, true>({ max: MAX_SEEN, ttl: SEEN_MS });
  return id => {
    if (seen.has(id)) return true;
    seen.set(id, true);
    return false;
  };
}

/**
 * Tells Slack that an event has come, before anything else is done. Where that fails (the socket just went), the event is
 * answered all the same; should Slack send it again, it is known.
 */
export async function acknowledge(ack: () => Promise<void>, log: Logger): Promise<void> {
  try {
    await ack();
  } catch (error) {
    log.warn({ error: String(error) }, 'an event could not be acknowledged');
  }
}
