import type { AnnouncementChannel } from '../store/announcement-store.ts';

/** @param text of the form `CHANNEL_FORM` */
export function parseChannel(text: string): AnnouncementChannel {
  const colon = text.indexOf(':');
  return {
    platform: text.slice(0, colon) as AnnouncementChannel['platform'],
    channelId: text.slice(colon + 1),
  };
}
