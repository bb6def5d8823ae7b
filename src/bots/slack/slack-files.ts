import { z } from 'zod';
import { fetchImageBytes } from '../../inference/image/fetch-image.ts';
import { ImageError, tooLarge } from '../../inference/image/image-error.ts';
import { keepConnections } from '../../inference/image/keep-connections.ts';
import { MAX_IMAGE_BYTES } from '../../inference/image/limits.ts';
import { BotError } from '../commands/bot-error.ts';
import type { PostedImage } from '../commands/bot-port.ts';
import type { Patience, SlackApi } from './slack-api.ts';

/** Where Slack keeps files. The token goes there and nowhere else. */
const FILE_HOSTS = ['files.slack.com'];

const share = z.array(z.object({ ts: z.string(), thread_ts: z.string().optional() }));

/** https://docs.slack.dev/reference/objects/file-object */
export const slackFile = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  /** `tombstone` where it was deleted, `hidden_by_limit` where the workspace's plan hides it. */
  mode: z.string().nullish(),
  /** `check_file_info` where only files.info tells the rest: in channels shared with another workspace. */
  file_access: z.string().nullish(),
  user: z.string().nullish(),
  alt_txt: z.string().nullish(),
  url_private: z.string().nullish(),
  url_private_download: z.string().nullish(),
  shares: z
    .object({
      public: z.record(z.string(), share).optional(),
      private: z.record(z.string(), share).optional(),
    })
    .nullish(),
});
export type SlackFile = z.infer<typeof slackFile>;

const fileAnswer = z.object({ file: slackFile });

export interface SlackFiles {
  /** @throws BotError `image-gone`, `not-permitted` */
  info(fileId: string, patience?: Patience): Promise<SlackFile>;
  /** The images among files, in their order; those that only files.info tells about are looked up. */
  imagesOf(files: readonly SlackFile[], patience?: Patience): Promise<PostedImage[]>;
  /** @throws BotError `image-gone` where none is left */
  find(fileIds: readonly string[]): Promise<PostedImage[]>;
  /** An image that a person gave the address of. */
  imageAt(url: string): PostedImage;
  /** Ends the connections to where Slack keeps files. */
  close(): Promise<void>;
}

export interface SlackFilesOptions {
  readonly api: SlackApi;
  readonly botToken: string;
  /** `host:port` of where Slack lies, where that is not Slack itself. */
  readonly localHost: string | null;
  readonly allowedAddresses: readonly string[];
}

/** What may have another cause than the address. */
const DOUBTFUL: ReadonlySet<string> = new Set(['not-an-image', 'http-status']);

/** The most files of one message that are looked at: as many as Slack lets people post. */
const MAX_FILES = 14;

export function createSlackFiles({
  api,
  botToken,
  localHost,
  allowedAddresses,
}: SlackFilesOptions): SlackFiles {
  const authorization = {
    hosts: localHost === null ? FILE_HOSTS : [...FILE_HOSTS, localHost],
    value: `Bearer ${botToken}`,
  };
  const connections = keepConnections({ hosts: authorization.hosts, allowedAddresses });

  const info = async (fileId: string, patience?: Patience) =>
    (await api.call('files.info', { file: fileId }, fileAnswer, patience)).file;

  function toImage(file: SlackFile): PostedImage {
    return {
      id: file.id,
      name: file.name ?? file.title ?? '',
      altText: file.alt_txt?.trim() || null,
      read: signal => read(file, signal),
    };
  }

  async function read(file: SlackFile, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await fetchFile(file, signal);
    } catch (error) {
      if (!(error instanceof ImageError) || !DOUBTFUL.has(error.code)) throw error;
      // Without the scope Slack sends a page to log in; where the file is gone or moved, a bare status. Its API says which.
      const now = await info(file.id);
      if (isGone(now)) throw gone(error);
      if (urlOf(now) === urlOf(file)) throw error;
      return await fetchFile(now, signal);
    }
  }

  async function fetchFile(file: SlackFile, signal: AbortSignal): Promise<Uint8Array> {
    const url = urlOf(file);
    if (isGone(file) || !url) throw gone();
    if (file.size && file.size > MAX_IMAGE_BYTES) throw tooLarge(file.name ?? '', MAX_IMAGE_BYTES);
    return await fetchImageBytes(url, { signal, allowedAddresses, connections, authorization });
  }

  async function imagesOf(files: readonly SlackFile[], patience?: Patience): Promise<PostedImage[]> {
    const whole = await Promise.all(
      files
        .slice(0, MAX_FILES)
        .map(file => (file.file_access === 'check_file_info' ? info(file.id, patience) : file)),
    );
    return whole.filter(file => isImage(file) && !isGone(file)).map(toImage);
  }

  return {
    info,
    imagesOf,
    async find(fileIds) {
      const files = await Promise.all(fileIds.slice(0, MAX_FILES).map(id => info(id)));
      const images = await imagesOf(files);
      if (images.length === 0) throw gone();
      return images;
    },
    imageAt: url => ({
      id: url,
      name: url,
      altText: null,
      read: signal => fetchImageBytes(url, { signal, allowedAddresses }),
    }),
    close: () => connections.close(),
  };
}

function urlOf({ url_private_download, url_private }: SlackFile): string | null {
  return url_private_download ?? url_private ?? null;
}

export function isImage({ mimetype, file_access }: SlackFile): boolean {
  return mimetype?.startsWith('image/') === true || file_access === 'check_file_info';
}

function isGone({ mode }: SlackFile): boolean {
  return mode === 'tombstone' || mode === 'hidden_by_limit';
}

function gone(cause?: unknown): BotError {
  return new BotError('image-gone', 'The picture is no longer there: post it again.', { cause });
}
