import type { AnnouncementMessage } from '../../jobs/announcement-message.ts';
import type { AnnouncementChannel, AnnouncementStore } from '../../store/announcement-store.ts';
import type { ThreadRow } from '../../store/launch-store.ts';

/** What a message of Discord and Slack holds for certain, with room for the rest of it. */
const MOST_CHARS = 2800;

export function linkOf(postId: string): string {
  return `https://x.com/i/web/status/${postId}`;
}

/** Tells the channels of a thread that stands, once, with what it says. */
export async function announcePosted(
  announcements: Pick<AnnouncementStore, 'add'>,
  { id, title, content }: ThreadRow,
  postIds: readonly string[],
  channels: readonly AnnouncementChannel[],
  now: number,
): Promise<void> {
  const texts: string[] = [];
  let room = MOST_CHARS;
  for (const { text } of content.parts) {
    if (text.length > room) break;
    texts.push(text);
    room -= text.length;
  }
  const left = content.parts.length - texts.length;
  const more = left > 0 ? `${left} more parts, and all of it` : 'The thread';
  const message: AnnouncementMessage = {
    heading: `Posted on X: ${title}`,
    texts: [...texts, `${more}: ${linkOf(postIds[0]!)}`],
    picture: content.parts.flatMap(({ pictures }) => pictures)[0] ?? null,
  };
  await announcements.add(`thread:${id}:posted`, message, channels, now);
}

/** Asks those who decide over threads to look. */
export async function announceStopped(
  announcements: Pick<AnnouncementStore, 'add'>,
  { id, title, contentHash }: ThreadRow,
  reason: string,
  channels: readonly AnnouncementChannel[],
  now: number,
): Promise<void> {
  const message: AnnouncementMessage = {
    heading: `Posting stopped: ${title}`,
    texts: [
      reason,
      `What stands: narrator launch status ${id}. To go on: narrator launch resume ${id}. To leave it: narrator launch cancel ${id}.`,
    ],
    picture: null,
  };
  await announcements.add(`thread:${id}:stopped:${contentHash.slice(0, 12)}:${now}`, message, channels, now);
}
