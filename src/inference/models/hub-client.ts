import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { ModelError } from '../model-error.ts';
import { DEFAULT_ENDPOINT, type HubAccess, requestText } from './hub-request.ts';

/** More than any model has; a server that lists on and on is not listened to. */
const MAX_FILES = 10_000;

/** A file of a model on the Hub, with what its bytes have to be. */
export interface HubFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly checksum: Checksum;
}

/** Large files have a SHA-256; of small ones the Hub states Git's own name, the SHA-1 of a header and the bytes. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'git-sha1';
  /** In lower-case hex digits. */
  readonly value: string;
}

export interface HubModel {
  /** As the Hub spells it. */
  readonly id: string;
  /** The Git commit that the revision names now, 40 hex digits. */
  readonly commit: string;
  readonly licence: string | undefined;
}

const Info = z.object({
  name: z.string(),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z
    .looseObject({ license: z.unknown().optional(), license_name: z.unknown().optional() })
    .nullish(),
});

const Entry = z.object({
  path: z.string(),
  size: z.number().int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).optional(),
});

/** `organisation/model`, or the one-word names of the Hub's first models. */
export function isHubId(text: string): boolean {
  return /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(text) && !text.includes('..');
}

/** What to do where a file of a model is missing or wrong. */
export function mendAdvice(model: string): string {
  return isHubId(model)
    ? `Check it with "narrator models verify ${model}", and fetch it again with "narrator models pull ${model}".`
    : 'Put a whole file there, or give a Hub id instead of the folder.';
}

/**
 * The files' names come from a server and become paths here: only those that stay inside the model's folder are taken.
 */
export function isSafePath(text: string): boolean {
  return text.split('/').every(segment => /^[\w-][\w.-]*$/.test(segment));
}

function hubOptions(access: HubAccess, what: string, signal?: AbortSignal) {
  return {
    hubUrl: (access.endpoint ?? DEFAULT_ENDPOINT).replace(/\/+$/, ''),
    // Ours keeps the token to its own host, repeats, and gives errors that a person can use.
    fetch: (async (input: string | URL | Request) => {
      const url = input instanceof Request ? input.url : String(input);
      const { text, headers } = await requestText(access, url, what, signal);
      return new Response(text, { headers });
    }) as typeof fetch,
  };
}

function unreadable(what: string, cause: unknown): ModelError {
  return new ModelError(
    'download-failed',
    `The server does not answer as the Hub does when asked for ${what}.`,
    'Check HF_ENDPOINT.',
    { cause },
  );
}

async function validated<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Also JSON that is none.
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw unreadable(what, error);
    throw error;
  }
}

/** @throws ModelError; the signal's reason when aborted */
export async function readHubModel(
  access: HubAccess,
  id: string,
  revision: string,
  signal?: AbortSignal,
): Promise<HubModel> {
  const what = `${id} (${revision})`;
  return await validated(what, async () => {
    const info = await modelInfo({
      name: id,
      revision,
      additionalFields: ['sha', 'cardData'],
      ...hubOptions(access, what, signal),
    });
    const { name, sha, cardData } = Info.parse(info);
    // "other" says nothing without the name.
    const licence = [cardData?.license, cardData?.license_name]
      .flat()
      .filter(value => typeof value === 'string');
    return {
      id: name,
      commit: sha,
      licence: licence.length > 0 ? licence.join(', ').slice(0, 80) : undefined,
    };
  });
}

/** The files at a commit. @throws ModelError; the signal's reason when aborted */
export async function listHubFiles(
  access: HubAccess,
  id: string,
  commit: string,
  signal?: AbortSignal,
): Promise<HubFile[]> {
  return await validated(id, async () => {
    const files: HubFile[] = [];
    const entries = listFiles({
      repo: id,
      revision: commit,
      recursive: true,
      ...hubOptions(access, id, signal),
    });
    for await (const entry of entries) {
      if (files.length >= MAX_FILES) throw unreadable(id, new Error('it lists too many files'));
      if (entry.type !== 'file' || !isSafePath(entry.path)) continue;
      const { path, size, oid, lfs } = Entry.parse(entry);
      files.push({
        path,
        size: lfs?.size ?? size,
        checksum: lfs ? { algorithm: 'sha256', value: lfs.oid } : { algorithm: 'git-sha1', value: oid },
      });
    }
    return files;
  });
}

/** The address of a file's bytes at a commit. */
export function fileUrl(
  { endpoint = DEFAULT_ENDPOINT }: HubAccess,
  id: string,
  commit: string,
  path: string,
): string {
  const base = endpoint.replace(/\/+$/, '');
  return `${base}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
