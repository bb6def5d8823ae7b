import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelError } from '../model-error.ts';
import type { Checksum, HubFile } from './hub-client.ts';
import { type HubAccess, Interrupted, readBody, repeat, request } from './hub-request.ts';

/** Checksums of a file: its SHA-256, and whether it is what it has to be. */
export interface CheckedFile {
  readonly sha256: string;
  readonly matches: boolean;
}

/**
 * Reads a file and compares it with what it has to be.
 *
 * @throws what reading throws; the signal's reason when aborted
 */
export async function checkFile(
  file: string,
  size: number,
  checksum: Checksum,
  signal?: AbortSignal,
): Promise<CheckedFile> {
  const sha256 = createHash('sha256');
  // The name that Git gives a file (gitformat-loose: "blob", the size, a zero byte, the content).
  const git = createHash('sha1').update(`blob ${size}\0`);
  const isGit = checksum.algorithm === 'git-sha1';
  await pipeline(
    createReadStream(file, { highWaterMark: 1 << 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        sha256.update(chunk);
        if (isGit) git.update(chunk);
      }
    },
    { signal },
  );
  const value = sha256.digest('hex');
  return { sha256: value, matches: (isGit ? git.digest('hex') : value) === checksum.value };
}

export interface DownloadOptions {
  readonly url: string;
  /** How messages name the model. */
  readonly model: string;
  /** Told each time that bytes came, with how many of the file are here now. */
  readonly onBytes?: (bytesHere: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Where a file is collected. Named by what it has to become: what belongs to another version is never gone on with.
 *
 * @param target where the whole file goes
 */
export function partOf({ checksum }: HubFile, target: string): string {
  return `${target}.${checksum.value.slice(0, 16)}.part`;
}

/**
 * Downloads a file. What an earlier try left is gone on with; the file appears under its name in one rename, after its
 * checksum was found right.
 *
 * @returns the file's SHA-256
 * @throws ModelError; the signal's reason when aborted
 */
export async function downloadFile(
  access: HubAccess,
  file: HubFile,
  target: string,
  options: DownloadOptions,
): Promise<string> {
  const { model, signal } = options;
  const part = partOf(file, target);
  await mkdir(path.dirname(target), { recursive: true });
  try {
    return await repeat(access, `${model} (${file.path})`, signal, async () => {
      await fetchRest(access, file, part, options);
      const { sha256, matches } = await checkFile(part, file.size, file.checksum, signal);
      if (!matches) {
        await rm(part, { force: true });
        throw new Interrupted('the bytes are not those that the Hub announced');
      }
      await rename(part, target);
      return sha256;
    });
  } catch (error) {
    throw asDiskFault(error, path.dirname(target));
  }
}

/** Appends what is missing of a file to what there is of it. */
async function fetchRest(
  access: HubAccess,
  file: HubFile,
  part: string,
  { url, model, onBytes, signal }: DownloadOptions,
): Promise<void> {
  let here = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (here > file.size) here = 0;
  onBytes?.(here);
  if (here === file.size && here > 0) return;
  const { response, etag } = await request(access, url, model, {
    headers: {
      // Of compressed bytes, neither the size nor the place to go on is known.
      'accept-encoding': 'identity',
      ...(here > 0 ? { range: `bytes=${here}-` } : {}),
    },
    signal,
  });
  if (!isExpected(etag, file.checksum)) {
    await response.body?.cancel();
    throw new Interrupted('the server has another version of the file than it listed');
  }
  if (here > 0 && !goesOn(response, here, file.size)) here = 0;
  await using handle = await open(part, here > 0 ? 'a' : 'w');
  for await (const chunk of readBody(access, response, signal)) {
    here += chunk.length;
    if (here > file.size) {
      await handle.truncate(0);
      throw new Interrupted('the file is longer than the Hub announced');
    }
    await handle.writeFile(chunk);
    onBytes?.(here);
  }
  if (here < file.size) throw new Interrupted('the connection ended early');
  // Without the sync, a power cut after the rename can leave an empty file under the final name.
  await handle.sync();
}

/**
 * Servers other than the Hub give other tags or none: only a tag that is a checksum of the same kind and another value
 * speaks against the file.
 */
function isExpected(etag: string | null, { value }: Checksum): boolean {
  const tag = etag?.replace(/^W\//, '').replaceAll('"', '');
  return !tag || tag.length !== value.length || !/^[0-9a-f]+$/.test(tag) || tag === value;
}

/** True where the server sends exactly what was asked for; it may also start anew. */
function goesOn({ status, headers }: Response, from: number, size: number): boolean {
  if (status !== 206) return false;
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  if (range && Number(range[1]) === from && Number(range[2]) === size) return true;
  throw new Interrupted('the server sent another part of the file than it was asked for');
}

function asDiskFault(error: unknown, folder: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder, undefined, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ModelError(
        'download-failed',
        `${folder} may not be written to.`,
        'Change its permissions, or set NARRATOR_CACHE to another folder.',
        { cause: error },
      );
    default:
      return error;
  }
}

/** @param missing how many bytes are missing, where it is known before */
export function diskFull(folder: string, missing?: number, cause?: unknown): ModelError {
  const amount = missing === undefined ? '' : `: ${(missing / 1e9).toFixed(1)} GB more are needed`;
  return new ModelError(
    'disk-full',
    `There is too little space in ${folder}${amount}.`,
    'Remove models with "narrator models remove", or set NARRATOR_CACHE to a folder on a larger disk.',
    { cause },
  );
}
