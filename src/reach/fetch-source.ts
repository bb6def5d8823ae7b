import type { LRUCache } from 'lru-cache';
import manifest from '../../package.json' with { type: 'json' };
import { readRateLimit } from './rate-limit.ts';
import { SourceFault } from './source-fault.ts';
import {
  createSourcePolicy,
  MAX_BODY_BYTES,
  noAnswer,
  type PolicyOptions,
  REQUEST_MS,
  type SourcePolicy,
} from './source-policy.ts';

/** Answers by their address, with the tag under which the source knows them. */
export type AnswerCache = LRUCache<string, { readonly etag: string; readonly body: string }>;

export interface FetchSourceOptions extends PolicyOptions {
  /** Makes requests conditional (RFC 9110, section 13): what did not change costs the source and its limit nothing. */
  readonly cache?: AnswerCache;
}

/** By the rules of Reddit's API, which suit every source: platform, program, version. */
const USER_AGENT = `node:visual-narrator:v${manifest.version}`;

/**
 * A `fetch` for the clients of the sources. It gives them nothing but successful answers that are JSON and of a bounded
 * size; all else is a SourceFault.
 */
export function createSourceFetch(options: FetchSourceOptions): typeof fetch {
  const policy = createSourcePolicy(options);
  return (input, init) => policy.run(() => fetchOnce(new Request(input, init), policy, options));
}

async function fetchOnce(
  request: Request,
  policy: SourcePolicy,
  { source, signal, now, cache }: FetchSourceOptions,
): Promise<Response> {
  const known = request.method === 'GET' ? cache?.get(request.url) : undefined;
  const headers = new Headers(request.headers);
  headers.set('user-agent', USER_AGENT);
  if (known) headers.set('if-none-match', known.etag);
  let response: Response;
  let body: string;
  try {
    response = await fetch(request, {
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    body = await readBody(response, source);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SourceFault ? error : noAnswer(source, error);
  }
  const limit = readRateLimit(name => response.headers.get(name), now());
  policy.note(limit);
  if (response.status === 304 && known) return answer(known.body, response.headers);
  if (!response.ok) throw policy.faultOf(response.status, limit);
  checkJson(body, response.headers.get('content-type') ?? '', source);
  const etag = response.headers.get('etag');
  if (request.method === 'GET' && etag) cache?.set(request.url, { etag, body });
  return answer(body, response.headers);
}

/** The body is unpacked already. */
function answer(body: string, headers: Headers): Response {
  const link = headers.get('link');
  return new Response(body, {
    headers: { 'content-type': 'application/json', ...(link === null ? {} : { link }) },
  });
}

/** @throws SourceFault */
async function readBody(response: Response, source: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      throw new SourceFault('source-nonsense', `${source} answered with more than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** @throws SourceFault */
function checkJson(body: string, type: string, source: string): void {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    const shown = /^[\w/+.-]{1,40}/.exec(type)?.[0] ?? 'something';
    throw new SourceFault('source-nonsense', `${source} answered with ${shown} rather than JSON.`);
  }
  try {
    JSON.parse(body);
  } catch (error) {
    throw new SourceFault('source-nonsense', `${source} answered with JSON that cannot be read.`, {
      cause: error,
    });
  }
}
