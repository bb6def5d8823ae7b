import { BotError } from '../bot-error.ts';
import type { PlatformPort, PostedImage } from '../bot-port.ts';
import type { KnownReply } from '../known-replies.ts';

/**
 * The images of a reply, as they are now. Those that came with a command are read from where they came from, as long as
 * that is in memory.
 *
 * @throws BotError `image-gone`, `not-permitted`
 */
export async function findReplyImages(
  { state, images }: KnownReply,
  port: PlatformPort,
  signal: AbortSignal,
): Promise<readonly PostedImage[]> {
  const { reference } = state;
  const isPosted = reference.kind === 'message' || reference.kind === 'file';
  if (images && !isPosted) return images;
  if (reference.kind === 'once') {
    throw new BotError(
      'image-gone',
      'The image came with a command and was not kept: run the command with it again.',
    );
  }
  const found = await port.findImages(reference, signal);
  if (found.length === 0) throw new BotError('image-gone', 'The image is no longer there.');
  return found;
}
