import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isHubId, isSafePath } from './hub-client.ts';

// Where downloaded models lie:
//   <cache>/models/<organisation>/<name>/<commit>/…        the files as in the repository, and manifest.json
//   <cache>/models/<organisation>/<name>/refs/<revision>   the commit that a revision meant when it was last pulled
// A commit's folder is whole when it has a manifest: that is written last.

const MANIFEST = 'narrator-manifest.json';

const Manifest = z.object({
  format: z.literal(1),
  model: z.string().refine(isHubId),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** What was asked for when it was pulled: a branch, a tag or the commit. */
  revision: z.string(),
  licence: z.string().nullable(),
  family: z.string(),
  /** The ONNX files' names without endings. */
  parts: z.array(z.string()),
  files: z.array(
    z.object({
      path: z.string().refine(isSafePath),
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
/** What a pulled model consists of. */
export type Manifest = z.infer<typeof Manifest>;

/** @param cacheFolder see `defaultCacheFolder` */
function modelFolder(cacheFolder: string, model: string): string {
  return path.join(cacheFolder, 'models', ...model.split('/'));
}

export function commitFolder(cacheFolder: string, model: string, commit: string): string {
  return path.join(modelFolder(cacheFolder, model), commit);
}

function refFile(cacheFolder: string, model: string, revision: string): string {
  return path.join(modelFolder(cacheFolder, model), 'refs', encodeURIComponent(revision));
}

/** The manifest in a commit's folder; undefined where the model is not whole. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return Manifest.parse(JSON.parse(await readFile(path.join(folder, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Declares a commit's folder whole and lets its revision mean it. */
export async function writeManifest(cacheFolder: string, manifest: Manifest): Promise<void> {
  const { model, commit, revision } = manifest;
  const folder = commitFolder(cacheFolder, model, commit);
  await replaceFile(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await replaceFile(refFile(cacheFolder, model, revision), `${commit}\n`);
}

async function replaceFile(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export interface StoredModel {
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * A model that was pulled.
 *
 * @param revision a branch, a tag or a commit
 * @returns undefined where it was not pulled to its end
 */
export async function findStored(
  cacheFolder: string,
  model: string,
  revision: string,
): Promise<StoredModel | undefined> {
  const ref = await readFile(refFile(cacheFolder, model, revision), 'utf8').catch(() => revision);
  const commit = ref.trim();
  if (!/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const folder = commitFolder(cacheFolder, model, commit);
  const manifest = await readManifest(folder);
  return manifest && { folder, manifest };
}

/** A commit's folder in the cache, whole or not. */
export interface StoredFolder {
  readonly model: string;
  readonly commit: string;
  readonly folder: string;
  readonly manifest: Manifest | undefined;
}

/** Everything that was pulled or begun, in the order of the names. */
export async function listStored(cacheFolder: string): Promise<StoredFolder[]> {
  const root = path.join(cacheFolder, 'models');
  const found: StoredFolder[] = [];
  const visit = async (model: string[]): Promise<void> => {
    const names = await folderNames(path.join(root, ...model));
    for (const name of names.sort()) {
      if (!/^[0-9a-f]{40}$/.test(name)) {
        if (model.length < 2 && name !== 'refs') await visit([...model, name]);
      } else if (model.length > 0) {
        const folder = path.join(root, ...model, name);
        found.push({ model: model.join('/'), commit: name, folder, manifest: await readManifest(folder) });
      }
    }
  };
  await visit([]);
  return found;
}

async function folderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
}

/** Deletes a model, all its revisions, and the organisation's folder where nothing else is in it. */
export async function removeStored(cacheFolder: string, model: string): Promise<void> {
  const folder = modelFolder(cacheFolder, model);
  await rm(folder, { recursive: true, force: true });
  const parent = path.dirname(folder);
  const isEmpty = (await readdir(parent).catch(() => ['?'])).length === 0;
  if (isEmpty && parent !== path.join(cacheFolder, 'models'))
    await rm(parent, { recursive: true, force: true });
}
