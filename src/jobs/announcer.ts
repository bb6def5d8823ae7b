import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from '../bots/commands/reply.ts';
import type { PostingPort, PostOutcome } from '../bots/posting-port.ts';
import { NarratorError } from '../errors.ts';
import type { Announcement, AnnouncementStore } from '../store/announcement-store.ts';
import type { LaunchStore } from '../store/launch-store.ts';
import { StoreError } from '../store/store-error.ts';
import type { JobLog } from './job.ts';
import { renderAnnouncement } from './render-announcement.ts';

export interface AnnouncerOptions {
  readonly announcements: Pick<AnnouncementStore, 'take' | 'settle' | 'postpone'>;
  /** Where the threads are that are shown to be decided over. */
  readonly launch: Pick<LaunchStore, 'thread'>;
  /** The platforms that this process has a connected bot of. */
  readonly ports: () => readonly PostingPort[];
  /** Adds what is to be announced and lies elsewhere: before each look. */
  readonly gather?: () => Promise<void>;
  readonly log: JobLog;
  readonly now?: () => number;
  /** How often is looked for what other processes left, and for what is to be tried again. */
  readonly everyMs?: number;
}

export interface Announcer {
  /** Looks now rather than later. */
  wake(): void;
  /** Sends what is at hand and nothing more. Never rejects. */
  stop(): Promise<void>;
}

type Failure = Exclude<PostOutcome, { readonly kind: 'posted' }>;

const EVERY_MS = 60_000;
/** The waits before further attempts at what was certainly not sent: six attempts in four hours and a half. */
const WAITS_MS = [1, 4, 15, 60, 180].map(minutes => minutes * 60_000);
/** Of one look; the others wait for the next. */
const MOST_AT_A_TIME = 50;

/**
 * Sends announcements through the bots. They come from the store, whoever left them there: a process without bots (or with
 * one platform's) leaves the others to the process that has them. Each is taken by one process and sent once at most: what
 * certainly was not sent is tried again, a bounded number of times; where no answer came, or the process died on it, nobody
 * knows whether it was, and it is not sent again.
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

  async function send(announcement: Announcement, port: PostingPort): Promise<void> {
    const { key, platform, channelId, attempts } = announcement;
    const about = { key, platform, channelId };
    const outcome = await post(announcement, port);
    if (outcome.kind === 'overtaken') {
      await announcements.settle(announcement, 'failed', 'It was overtaken.', now());
      log.info(about, 'not announced: it was overtaken');
      return;
    }
    if (outcome.kind === 'posted') {
      await announcements.settle(announcement, 'sent', null, now());
      log.info(about, 'announced');
      return;
    }
    const { kind, error } = outcome;
    const why = error instanceof NarratorError ? error.message : 'The log has the details.';
    const waitMs = kind === 'not-posted' && outcome.mayPass ? WAITS_MS[attempts] : undefined;
    if (waitMs !== undefined) {
      const dueAt = now() + waitMs;
      log.warn({ ...about, err: error, again: new Date(dueAt) }, 'an announcement was not sent: later again');
      await announcements.postpone(announcement, why, dueAt, now());
      return;
    }
    const isUnknown = kind === 'unknown';
    log.error(
      { ...about, err: error },
      isUnknown ? 'an announcement may have been sent or not' : 'an announcement could not be sent',
    );
    await announcements.settle(announcement, isUnknown ? 'unknown' : 'failed', why, now());
  }

  async function post(
    { key, channelId, message }: Announcement,
    port: PostingPort,
  ): Promise<Failure | { readonly kind: 'posted' } | { readonly kind: 'overtaken' }> {
    let replies: readonly Reply[] | null;
    try {
      replies = await renderAnnouncement(message, launch);
    } catch (error) {
      return { kind: 'not-posted', mayPass: error instanceof StoreError, error };
    }
    if (!replies) return { kind: 'overtaken' };
    for (const [index, reply] of replies.entries()) {
      const outcome = await port.postOnce(channelId, reply, `${key} ${channelId} ${index}`);
      if (outcome.kind === 'posted') continue;
      // What stands already is not to stand there twice.
      return outcome.kind === 'not-posted' && index > 0 ? { ...outcome, mayPass: false } : outcome;
    }
    return { kind: 'posted' };
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
