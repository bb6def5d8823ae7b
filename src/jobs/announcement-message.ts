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
