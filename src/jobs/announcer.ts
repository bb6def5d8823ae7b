import { setTimeout as wait } from 'node:timers/promises';
import type { PlatformPort } from '../bots/commands/bot-port.ts';
import { NarratorError } from '../errors.ts';
import type { Announcement, AnnouncementStore } from '../store/announcement-store.ts';
import type { LaunchStore } from '../store/launch-store.ts';
import type { JobLog } from './job.ts';
import { renderAnnouncement } from './render-announcement.ts';

export interface AnnouncerOptions {
  readonly announcements: Pick<AnnouncementStore, 'take' | 'settle'>;
  /** Where the threads are that are shown to be decided over. */
  readonly launch: Pick<LaunchStore, 'thread'>;
  /** The platforms that this process has a connected bot of. */
  readonly ports: () => readonly PlatformPort[];
  /** Adds what is to be announced and lies elsewhere: before each look. */
  readonly gather?: () => Promise<void>;
  readonly log: JobLog;
  readonly now?: () => number;
  /** How often is looked for what other processes left. */
  readonly everyMs?: number;
}

export interface Announcer {
  /** Looks now rather than later. */
  wake(): void;
  /** Sends what is at hand and nothing more. Never rejects. */
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Of one look; the others wait for the next. */
const MOST_AT_A_TIME = 50;

/**
 * Sends announcements through the bots. They come from the store, whoever left them there: a process without bots (or with
 * one platform's) leaves the others to the process that has them. Each is taken by one process and sent once at most: where
 * that process dies on it, nobody knows whether it was sent, and it is not sent again.
 */
export function startAnnouncer(options: AnnouncerOptions): Announcer {
  const {
    announcements,
    launch,
    ports,
    gather = async () => {},
    log,
    now = Date.now,
    everyMs = EVERY_MS,
  } = options;
  const over = new AbortController();
  let wake = new AbortController();

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      wake = new AbortController();
      try {
        await gather();
      } catch (error) {
        log.warn({ err: error }, 'what is to be announced could not be gathered');
      }
      try {
        await sendWaiting();
      } catch (error) {
        log.warn({ err: error }, 'announcements could not be read');
      }
      const signal = AbortSignal.any([over.signal, wake.signal]);
      await wait(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async function sendWaiting(): Promise<void> {
    for (let count = 0; count < MOST_AT_A_TIME && !over.signal.aborted; count++) {
      const byPlatform = new Map(ports().map(port => [port.platform, port]));
      const taken = await announcements.take([...byPlatform.keys()], now());
      if (!taken) return;
      await send(taken, byPlatform.get(taken.platform)!);
    }
  }

  async function send(announcement: Announcement, port: PlatformPort): Promise<void> {
    const { key, platform, channelId, message } = announcement;
    try {
      const replies = await renderAnnouncement(message, launch);
      if (!replies) {
        await announcements.settle(announcement, 'failed', 'It was overtaken.', now());
        log.info({ key, platform, channelId }, 'not announced: it was overtaken');
        return;
      }
      for (const reply of replies) await port.respondIn(channelId, null).show(reply);
    } catch (error) {
      log.error({ key, platform, channelId, err: error }, 'an announcement could not be sent');
      const why = error instanceof NarratorError ? error.message : 'The log has the details.';
      await announcements.settle(announcement, 'failed', why, now());
      return;
    }
    await announcements.settle(announcement, 'sent', null, now());
    log.info({ key, platform, channelId }, 'announced');
  }

  const running = run();
  return {
    wake: () => wake.abort(),
    async stop() {
      over.abort();
      await running;
    },
  };
}
