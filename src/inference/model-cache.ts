import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** An unfinished file as old as this belongs to no process that still writes it. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder for files that can be made again: `NARRATOR_CACHE` where set, else the platform's own
 * (https://specifications.freedesktop.org/basedir-spec/: a relative XDG_CACHE_HOME is ignored).
 *
 * @param env the process's environment
 */
export function defaultCacheFolder(env: Environment, platform = process.platform, home = homedir()): string {
  if (env.NARRATOR_CACHE) return path.resolve(env.NARRATOR_CACHE);
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'visual-narrator');
  if (platform === 'win32') {
    return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'visual-narrator', 'Cache');
  }
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'visual-narrator');
}

/** The SHA-256 of all parts one after the other, in 64 hex digits. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

export interface CachedModelRequest {
  /** Where converted models are kept, made if absent; null keeps nothing. */
  readonly folder: string | null;
  /** The model's name, as file names may have it. */
  readonly model: string;
  /** The version of what `build` does: a whole number. */
  readonly version: number;
  /** SHA-256 of what `build` starts from, 64 hex digits. */
  readonly source: string;
  readonly build: () => Uint8Array<ArrayBuffer>;
}

export interface CachedModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly origin: 'cache' | 'built';
  /** Why the model could not be kept, as a sentence. The model itself is good. */
  readonly warning?: string;
}

/** `<model>-v<version>-<source>-<SHA-256 of the content>.onnx`: file and checksum appear in one rename. */
function filePattern(model: string): RegExp {
  return new RegExp(
    `^${RegExp.escape(model)}-v(?<version>\\d+)-(?<source>[0-9a-f]{64})-(?<content>[0-9a-f]{64})\\.onnx$`,
  );
}

async function findKept(
  folder: string,
  request: CachedModelRequest,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pattern = filePattern(request.model);
  for (const name of await readdir(folder)) {
    const { version, source, content } = pattern.exec(name)?.groups ?? {};
    if (Number(version) !== request.version || source !== request.source) continue;
    // Another process may have removed it in between.
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    if (bytes && sha256(bytes) === content) return bytes;
  }
  return undefined;
}

async function keep(folder: string, request: CachedModelRequest, bytes: Uint8Array): Promise<void> {
  const { model, version, source } = request;
  const kept = `${model}-v${version}-${source}-${sha256(bytes)}.onnx`;
  // In the same folder, since a rename is atomic only within one file system.
  const temporary = path.join(folder, `${model}-${randomUUID()}.tmp`);
  try {
    await writeThrough(temporary, bytes);
    await rename(temporary, path.join(folder, kept));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await removeOthers(folder, model, kept);
}

/** Without the sync, a power cut after the rename can leave an empty file under the final name. */
async function writeThrough(file: string, bytes: Uint8Array): Promise<void> {
  await using handle = await open(file, 'wx');
  await handle.writeFile(bytes);
  await handle.sync();
}

/** Removes the model's earlier and damaged versions, and what a killed process left half written. */
async function removeOthers(folder: string, model: string, kept: string): Promise<void> {
  const versions = filePattern(model);
  const unfinished = new RegExp(`^${RegExp.escape(model)}-[0-9a-f-]{36}\\.tmp$`);
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const isOld = unfinished.test(name) ? await isAbandoned(file) : name !== kept && versions.test(name);
    // What cannot be removed now, as an open file on Windows, goes with the next version.
    if (isOld) await rm(file, { force: true }).catch(() => {});
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const written = await stat(file).catch(() => undefined);
  return written !== undefined && Date.now() - written.mtimeMs > ABANDONED_AFTER_MS;
}

/**
 * Takes a converted model from the cache, or builds it and keeps it. Any number of processes may do so at once: each
 * builds the same bytes and the last rename stands. A kept file whose checksum is wrong is not trusted but built anew.
 *
 * @throws only what `build` throws: a cache that cannot be used is a warning
 */
export async function loadCachedModel(request: CachedModelRequest): Promise<CachedModel> {
  const { folder } = request;
  if (folder === null) return { bytes: request.build(), origin: 'built' };
  let warning: string | undefined;
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await findKept(folder, request);
    if (bytes) return { bytes, origin: 'cache' };
  } catch (error) {
    warning = unusable(folder, error);
  }
  const bytes = request.build();
  if (warning === undefined) {
    try {
      await keep(folder, request, bytes);
    } catch (error) {
      warning = unusable(folder, error);
    }
  }
  return { bytes, origin: 'built', ...(warning === undefined ? {} : { warning }) };
}

function unusable(folder: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `The converted model could not be kept in ${folder} and is converted at each start (${reason}).`;
}
