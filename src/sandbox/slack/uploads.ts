import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SlackApiError } from './api-error.ts';
import type { SlackFile } from './files.ts';
import type { World } from './world.ts';

const MAX_OPEN = 500;

interface Upload {
  readonly key: string;
  readonly length: number;
  readonly file: SlackFile;
  isFilled: boolean;
}

/** Uploads in three steps: an address is given, bytes come, and the upload is completed. */
export class Uploads {
  readonly #world: World;
  readonly #owner: string;
  readonly #readyAfterMs: number;
  readonly #byKey = new LRUCache<string, Upload>({ max: MAX_OPEN });
  readonly #byFile = new LRUCache<string, Upload>({ max: MAX_OPEN });

  /**
   * @param owner the app's user, to whom what it uploads belongs
   * @param readyAfterMs how long Slack takes to look an upload through
   */
  constructor(world: World, owner: string, readyAfterMs: number) {
    this.#world = world;
    this.#owner = owner;
    this.#readyAfterMs = readyAfterMs;
  }

  /** @param input `length` in bytes */
  begin(input: { name: string; length: number; altText: string | null }): { key: string; fileId: string } {
    const { ids, clock, files } = this.#world;
    const file = files.add(ids, clock, {
      name: input.name,
      owner: this.#owner,
      altText: input.altText,
      bytes: new Uint8Array(),
    });
    const upload = { key: randomUUID(), length: input.length, file, isFilled: false };
    this.#byKey.set(upload.key, upload);
    this.#byFile.set(file.id, upload);
    return { key: upload.key, fileId: file.id };
  }

  /** @returns a sentence about what is wrong, or null */
  fill(key: string, bytes: Uint8Array): string | null {
    const upload = this.#byKey.get(key);
    if (upload === undefined) return 'there is no such upload';
    if (bytes.length !== upload.length) return `${bytes.length} bytes came, ${upload.length} were announced`;
    this.#world.files.fill(upload.file, bytes);
    upload.isFilled = true;
    return null;
  }

  /** @throws SlackApiError `file_not_found` for what was not uploaded */
  complete(fileId: string, title: string | undefined): SlackFile {
    const upload = this.#byFile.get(fileId);
    if (upload === undefined || !upload.isFilled) throw new SlackApiError('file_not_found');
    this.#byFile.delete(fileId);
    this.#byKey.delete(upload.key);
    upload.file.title = title ?? upload.file.title;
    upload.file.readyAt = this.#world.now() + this.#readyAfterMs;
    return upload.file;
  }
}
