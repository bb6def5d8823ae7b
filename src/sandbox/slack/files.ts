import { LRUCache } from 'lru-cache';
import { readImageHeader } from '../read-image-size.ts';
import type { MessageClock, SlackIds } from './ids.ts';

const MAX_FILES = 2000;
const MAX_BYTES = 512 * 1024 * 1024;

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly owner: string;
  readonly created: number;
  altText: string | null;
  bytes: Uint8Array;
  /** Where it was posted. */
  readonly shares: Map<string, string[]>;
  /** Counts up when the addresses that were given out are to be refused. */
  generation: number;
  isDeleted: boolean;
  /** When Slack has looked through an upload, so that blocks can show it; milliseconds since the epoch. */
  readyAt: number;
  /** The app is only told its id, and has to ask `files.info` for the rest. */
  isHidden: boolean;
}

/** The files of the workspace; the least recently used are forgotten beyond 2,000 files or 512 MiB. */
export class FileStore {
  readonly #files = new LRUCache<string, SlackFile>({
    max: MAX_FILES,
    maxSize: MAX_BYTES,
    sizeCalculation: file => file.bytes.length + 1000,
  });

  add(
    ids: SlackIds,
    clock: MessageClock,
    file: Pick<SlackFile, 'name' | 'owner' | 'altText' | 'bytes'> & { readonly title?: string },
  ): SlackFile {
    const added: SlackFile = {
      ...file,
      id: ids.next('F'),
      title: file.title ?? file.name,
      created: Math.floor(Number(clock.next())),
      shares: new Map(),
      generation: 1,
      isDeleted: false,
      readyAt: 0,
      isHidden: false,
    };
    this.#files.set(added.id, added);
    return added;
  }

  get(id: string): SlackFile | undefined {
    return this.#files.get(id);
  }

  /** From now on, addresses that were given out before are refused; `files.info` gives new ones. */
  expireAddresses(): void {
    for (const file of this.#files.values()) file.generation += 1;
  }

  /** Gives an empty file its bytes. */
  fill(file: SlackFile, bytes: Uint8Array): void {
    file.bytes = bytes;
    this.#files.delete(file.id);
    this.#files.set(file.id, file);
  }

  delete(file: SlackFile): void {
    file.isDeleted = true;
    this.fill(file, new Uint8Array());
  }
}

const TYPES_BY_EXTENSION: Readonly<Record<string, readonly [mimetype: string, pretty: string]>> = {
  txt: ['text/plain', 'Plain Text'],
  pdf: ['application/pdf', 'PDF'],
  svg: ['image/svg+xml', 'SVG'],
  avif: ['image/avif', 'AVIF'],
  heic: ['image/heic', 'HEIC'],
  mp4: ['video/mp4', 'MPEG 4 Video'],
};

/** Slack decides by content where it knows it, else by the name's extension. */
function typeOf(file: SlackFile): { mimetype: string; filetype: string; pretty: string } {
  const image = readImageHeader(file.bytes);
  if (image !== null) {
    const filetype = image.contentType === 'image/jpeg' ? 'jpg' : image.contentType.slice('image/'.length);
    return {
      mimetype: image.contentType,
      filetype,
      pretty: filetype === 'jpg' ? 'JPEG' : filetype.toUpperCase(),
    };
  }
  const extension = /\.([a-z0-9]{1,8})$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  const known = TYPES_BY_EXTENSION[extension];
  return known === undefined
    ? { mimetype: 'application/octet-stream', filetype: 'binary', pretty: 'Binary' }
    : { mimetype: known[0], filetype: extension, pretty: known[1] };
}

/** The type that Slack gives a file. */
export function mimetypeOf(file: SlackFile): string {
  return typeOf(file).mimetype;
}

/** What events hold of a file of which the app is only told the id. */
export function renderHiddenFile(file: SlackFile): Record<string, unknown> {
  const { id, created } = file;
  return {
    id,
    created,
    timestamp: created,
    user: file.owner,
    mode: 'hosted',
    file_access: 'check_file_info',
  };
}

/**
 * A file object as Slack's messages and `files.info` hold it.
 * Source: docs.slack.dev/reference/objects/file-object
 *
 * @param baseUrl where the sandbox is reached
 */
export function renderFile(file: SlackFile, baseUrl: string, teamId: string): Record<string, unknown> {
  if (file.isDeleted) return { id: file.id, mode: 'tombstone' };
  const { mimetype, filetype, pretty } = typeOf(file);
  const image = readImageHeader(file.bytes);
  const place = `${baseUrl}/files-pri/${teamId}-${file.id}-${file.generation}`;
  const pathName = encodeURIComponent(file.name.toLowerCase().replaceAll(/[^\p{L}\p{N}._-]+/gu, '_'));
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype,
    filetype,
    pretty_type: pretty,
    user: file.owner,
    user_team: teamId,
    editable: false,
    size: file.bytes.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${place}/${pathName}`,
    url_private_download: `${place}/download/${pathName}`,
    permalink: `${baseUrl}/files/${file.owner}/${file.id}/${pathName}`,
    permalink_public: `${baseUrl}/${teamId}-${file.id}-pub`,
    is_starred: false,
    has_rich_preview: false,
    file_access: 'visible',
    ...(image === null ? {} : { original_w: image.width, original_h: image.height }),
    ...(file.altText === null ? {} : { alt_txt: file.altText }),
  };
}
