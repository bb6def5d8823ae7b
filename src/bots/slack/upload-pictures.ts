import { z } from 'zod';
import type { Logger } from '../commands/logger.ts';
import type { Block, Reply } from '../commands/reply.ts';
import { shownText } from './plain-text.ts';
import type { PictureIds } from './render-blocks.ts';
import type { SlackApi } from './slack-api.ts';

const MAX_PICTURES = 5;
/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const MAX_ALT_CHARS = 1000;
const UPLOAD_TIMEOUT_MS = 20_000;

const uploadAnswer = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string() });
const completeAnswer = z.object({ ok: z.literal(true) });

type Picture = Block & { type: 'picture' };

export interface UploadOptions {
  readonly api: SlackApi;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

/**
 * Uploads the pictures of a reply that all may see, shared nowhere: the message that shows one lets those see it who see
 * the message. One that fails is left out, and its alternative text is shown in its place.
 */
export async function uploadPictures(reply: Reply, { api, log, stop }: UploadOptions): Promise<PictureIds> {
  const pictures = reply.blocks
    .filter((block): block is Picture => block.type === 'picture')
    .slice(0, MAX_PICTURES);
  const ids = new Map<Block, string>();
  for (const picture of pictures) {
    try {
      ids.set(picture, await upload(picture, api, stop));
    } catch (error) {
      stop.throwIfAborted();
      log.warn(
        { fileName: picture.fileName, error: String(error) },
        'a picture could not be uploaded: its words are shown',
      );
    }
  }
  return ids;
}

async function upload(
  { png, fileName, altText }: Picture,
  api: SlackApi,
  stop: AbortSignal,
): Promise<string> {
  const file = {
    filename: fileName,
    length: png.byteLength,
    // Bolt's own wrapper sends `alt_text`, which Slack does not know.
    alt_txt: shownText(altText, MAX_ALT_CHARS),
  };
  const { upload_url, file_id } = await api.call('files.getUploadURLExternal', file, uploadAnswer);
  // The URL was made for this upload: no token goes along.
  const response = await fetch(upload_url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(png),
    redirect: 'error',
    signal: AbortSignal.any([stop, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the upload was answered with HTTP status ${response.status}`);
  await api.call(
    'files.completeUploadExternal',
    { files: [{ id: file_id, title: fileName }] },
    completeAnswer,
  );
  return file_id;
}
