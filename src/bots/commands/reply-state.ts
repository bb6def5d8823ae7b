import { createHash } from 'node:crypto';
import { z } from 'zod';
import { STYLES } from '../../inference/engines/engine.ts';
import type { ImageReference } from './bot-port.ts';

/** An image reference as it is stored. */
export const imageReference: z.ZodType<ImageReference> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    channelId: z.string(),
    messageId: z.string(),
    imageIds: z.array(z.string()),
  }),
  z.object({ kind: z.literal('file'), fileIds: z.array(z.string()) }),
  z.object({ kind: z.literal('url'), url: z.string() }),
  z.object({ kind: z.literal('once') }),
]);

/** What is asked for: the same to be asked for again. */
const description = z.object({
  reference: imageReference,
  style: z.enum(STYLES),
  engine: z.string(),
  /** Images of the message beyond those that one reply takes. */
  leftOut: z.number(),
});

const replyState = z.discriminatedUnion('kind', [
  /** A description that stands there. Hashes of its texts tell whether a text made anew is the one that it said. */
  description.extend({ kind: z.literal('description'), textHashes: z.array(z.string()) }),
  /** One that failed, with a button to try again. */
  description.extend({ kind: z.literal('failure') }),
]);

/** What the buttons of a reply need: kept with the reply, so that they work after a restart. */
export type ReplyState = z.infer<typeof replyState>;

/** The stored state of a reply; null where it is of another shape. */
export function readReplyState(stored: unknown): ReplyState | null {
  return replyState.safeParse(stored).data ?? null;
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Names of query parameters that carry a signature or a secret: such an address is not kept. */
const SECRET = /^(?:x-|ex$|is$|hm$)|sig|token|key|auth|secret|pass|expires|credential/i;

/** The reference to an address that a person gave. One that is signed is not kept: it would be a secret, and expire. */
export function referenceToUrl(url: string): ImageReference {
  const parsed = URL.parse(url);
  const isSecret =
    parsed === null ||
    parsed.username !== '' ||
    parsed.password !== '' ||
    [...parsed.searchParams.keys()].some(name => SECRET.test(name));
  return isSecret ? { kind: 'once' } : { kind: 'url', url };
}

/** The reference to some of the images of a message. */
export function narrowReference(whole: ImageReference, ids: readonly string[]): ImageReference {
  if (whole.kind === 'message') return { ...whole, imageIds: whole.imageIds.filter(id => ids.includes(id)) };
  if (whole.kind === 'file') return { ...whole, fileIds: whole.fileIds.filter(id => ids.includes(id)) };
  return whole;
}
