import { z } from 'zod';

/** A message as it waits in the store: plain data. */
export const announcementMessage = z.object({
  /** A short heading. */
  heading: z.string(),
  /** Paragraphs. */
  texts: z.array(z.string()),
  picture: z.object({ pngBase64: z.string(), fileName: z.string(), altText: z.string() }).nullable(),
});

export type AnnouncementMessage = z.output<typeof announcementMessage>;

/** A thread to be decided over, with buttons: it is shown as it is when its turn comes. */
export const draftMessage = z.object({ thread: z.object({ id: z.string(), revision: z.int() }) });

export type DraftMessage = z.output<typeof draftMessage>;
