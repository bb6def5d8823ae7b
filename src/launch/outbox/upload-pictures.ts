import type { ThreadPartRow } from '../../store/launch-store.ts';
import type { ThreadPart, ThreadPicture } from '../thread/thread.ts';
import { XFault } from '../x/x-fault.ts';
import { stopFor } from './outbox-options.ts';
import { keep, type Posting, pause, waitUntil } from './posting.ts';

const MOST_LIMITS = 3;

/** Uploads the pictures of a part that are not on X yet, each with its alt text, and stores the id of each. */
export async function uploadPictures(
  posting: Posting,
  part: ThreadPartRow,
  { pictures }: ThreadPart,
): Promise<ThreadPartRow> {
  let known = part;
  for (const picture of pictures.slice(part.mediaIds.length)) {
    const id = await uploadOne(posting, picture);
    known = await keep(posting, { ...known, mediaIds: [...known.mediaIds, id] });
  }
  return known;
}

/** A picture that was uploaded twice is seen by nobody: so this is tried again. */
async function uploadOne(posting: Posting, { pngBase64, altText, fileName }: ThreadPicture): Promise<string> {
  const { options, times, signal, threadId } = posting;
  const png = Buffer.from(pngBase64, 'base64');
  let limits = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await options.x.upload(png, altText, signal);
    } catch (error) {
      if (!(error instanceof XFault)) throw error;
      options.log.warn(
        { thread: threadId, picture: fileName, err: error },
        'a picture could not be uploaded',
      );
      if (error.code === 'x-limited' && limits < MOST_LIMITS) {
        limits++;
        attempt--;
        await waitUntil(posting, error.until ?? 0, error.message);
        continue;
      }
      const ms = error.code === 'x-unavailable' ? times.retryWaitsMs[attempt] : undefined;
      if (ms === undefined) throw stopFor(`X did not take the picture ${fileName}. ${error.message}`);
      await pause(ms, signal);
    }
  }
}
