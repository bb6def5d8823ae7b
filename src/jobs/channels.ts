import type { AnnouncementChannel } from '../store/announcement-store.ts';

/** How the goals file and the jobs file write channels. */
export const CHANNEL_FORM = /^(?:discord:\d{5,20}|slack:[CG][A-Z0-9]{5,20})$/;
export const CHANNEL_SHOULD_BE = 'should be discord:<id> or slack:<id> of a channel';

/** @param text of {@link CHANNEL_FORM} */
export function parseChannel(text: string): AnnouncementChannel {
  const colon = text.indexOf(':');
  return {
    platform: text.slice(0, colon) as AnnouncementChannel['platform'],
    channelId: text.slice(colon + 1),
  };
}
