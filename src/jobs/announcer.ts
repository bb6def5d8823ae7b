import { setTimeout as wait } from 'node:timers/promises';
import type { Block, Reply } from '../bots/commands/reply.ts';
import type { PostingPort, PostOutcome } from '../bots/posting-port.ts';
import { NarratorError } from '../errors.ts';
import type { Announcement, AnnouncementStore } from '../store/announcement-store.ts';
import { type AnnouncementMessage, announcementMessage } from './announcement-message.ts';
import type { JobLog } from './job.ts';

export interface AnnouncerOptions {
  readonly announcements: Pick<AnnouncementStore, 'take' | 'settle' | 'postpone'>;
  /** The platforms that this process has a connected bot of. */
  readonly ports: () => readonly PostingPort[];
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
  const { announcements, ports, log, now = Date.now, everyMs = EVERY_MS } = options;
  const over = new AbortController();
  let wake = new AbortController();

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      wake = new AbortController();
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
    const { key, platform, channelId, message, attempts } = announcement;
    const about = { key, platform, channelId };
    const outcome = await post(port, channelId, message, key);
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

  const running = run();
  return {
    wake: () => wake.abort(),
    async stop() {
      over.abort();
      await running;
    },
  };
}

async function post(
  port: PostingPort,
  channelId: string,
  message: unknown,
  key: string,
): Promise<PostOutcome> {
  const parsed = announcementMessage.safeParse(message);
  if (!parsed.success) return { kind: 'not-posted', mayPass: false, error: parsed.error };
  return await port.postOnce(channelId, toReply(parsed.data), `${key} ${channelId}`);
}

function toReply({ heading, texts, picture }: AnnouncementMessage): Reply {
  const blocks: Block[] = [
    { type: 'heading', text: heading },
    ...texts.map(text => ({ type: 'text', text }) as const),
  ];
  if (picture) {
    const { pngBase64, fileName, altText } = picture;
    blocks.push({ type: 'picture', png: Buffer.from(pngBase64, 'base64'), fileName, altText });
  }
  return { isPrivate: false, blocks, actions: [] };
}
