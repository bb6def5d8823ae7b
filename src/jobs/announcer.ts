import { setTimeout as wait } from 'node:timers/promises';
import type { PlatformPort } from '../bots/commands/bot-port.ts';
import type { Block, Reply } from '../bots/commands/reply.ts';
import { NarratorError } from '../errors.ts';
import type { Announcement, AnnouncementStore } from '../store/announcement-store.ts';
import { type AnnouncementMessage, announcementMessage } from './announcement-message.ts';
import type { JobLog } from './job.ts';

export interface AnnouncerOptions {
  readonly announcements: Pick<AnnouncementStore, 'take' | 'settle'>;
  /** The platforms that this process has a connected bot of. */
  readonly ports: () => readonly PlatformPort[];
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

  async function send(announcement: Announcement, port: PlatformPort): Promise<void> {
    const { key, platform, channelId, message } = announcement;
    try {
      const reply = toReply(announcementMessage.parse(message));
      await port.respondIn(channelId, null).show(reply);
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
