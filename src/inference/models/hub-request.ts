import { setTimeout as delay } from 'node:timers/promises';
import { handleType, retry } from 'cockatiel';
import { ModelError } from '../model-error.ts';

export const DEFAULT_ENDPOINT = 'https://huggingface.co';

/** How the Hub, or a server that speaks like it, is reached. */
export interface HubAccess {
  /** The server's address without a path's end; the public Hub unless told. */
  readonly endpoint?: string;
  /** Sent to the endpoint only, never to where it redirects. */
  readonly token?: string;
  /** The longest time without an answer or a byte, in milliseconds. */
  readonly idleMs?: number;
  /** The pause before the first repetition, in milliseconds; each further one is twice as long. */
  readonly pauseMs?: number;
}

const IDLE_MS = 30_000;
const PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;
/** Longer than a server may ask us to wait before it is better to give up and say so. */
const MAX_RETRY_AFTER_MS = 120_000;
const MAX_ATTEMPTS = 6;
const MAX_REDIRECTS = 5;
/** Lists of files and configurations are a hundredth of this. */
const MAX_TEXT_BYTES = 50e6;

/** A request that may succeed if it is made again. */
export class Interrupted extends Error {
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/**
 * Repeats `work` while it throws `Interrupted`: six times at most, after pauses that double, or that the server asked
 * for.
 *
 * @throws ModelError `download-failed` in the end; the signal's reason when aborted; what else `work` throws
 */
export async function repeat<T>(
  { pauseMs = PAUSE_MS }: HubAccess,
  what: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let attempt = 0;
  // The pauses are our own, since cockatiel's cannot be cut short by a signal.
  const policy = retry(handleType(Interrupted), { maxAttempts: MAX_ATTEMPTS - 1 });
  try {
    return await policy.execute(async () => {
      attempt++;
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Interrupted && attempt < MAX_ATTEMPTS) {
          const pause = error.retryAfterMs ?? Math.min(pauseMs * 2 ** (attempt - 1), MAX_PAUSE_MS);
          if (pause > MAX_RETRY_AFTER_MS) throw downloadFailed(what, error);
          await delay(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
        }
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof Interrupted) throw downloadFailed(what, error);
    throw error;
  }
}

function downloadFailed(what: string, cause: unknown): ModelError {
  return new ModelError(
    'download-failed',
    `${what} could not be downloaded.`,
    'Check the network and HF_ENDPOINT, and run the same command again: it goes on where it stopped.',
    { cause },
  );
}

/**
 * One GET, with redirects followed. The connection's idle time is watched until the headers are there.
 *
 * @param what the model, as messages name it
 * @returns an answer with status 200 or 206
 * @throws Interrupted where it is worth another try; ModelError where it is not; the signal's reason when aborted
 */
export async function request(
  access: HubAccess,
  url: string,
  what: string,
  { headers, signal }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<{ response: Response; etag: string | null }> {
  const home = new URL(access.endpoint ?? DEFAULT_ENDPOINT);
  let next = new URL(url);
  // The Hub states the checksum of a large file in its own answer, before it redirects to where the bytes lie.
  let etag: string | null = null;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    // An https endpoint never hands over to http; a token never leaves its own origin.
    if (next.protocol !== 'https:' && next.protocol !== home.protocol) break;
    const authorization: Record<string, string> =
      access.token !== undefined && next.origin === home.origin
        ? { authorization: `Bearer ${access.token}` }
        : {};
    const response = await answer(access, next, { ...headers, ...authorization }, signal);
    etag ??= response.headers.get('x-linked-etag') ?? response.headers.get('etag');
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.ok) return { response, etag };
      await response.body?.cancel();
      throw refusal(response, what, access.token !== undefined);
    }
    await response.body?.cancel();
    next = new URL(location, next);
  }
  throw new ModelError(
    'download-failed',
    `The server redirected the request for ${what} too often or to an unsafe address.`,
    'Check HF_ENDPOINT.',
  );
}

/**
 * The bytes of an answer as they come.
 *
 * @throws Interrupted where the connection breaks, or no byte comes for too long; the signal's reason when aborted
 */
export async function* readBody(
  { idleMs = IDLE_MS }: HubAccess,
  { body }: Response,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  const idle = new AbortController();
  let timer = setTimeout(() => idle.abort(), idleMs);
  const stop = () => void reader.cancel().catch(() => {});
  const either = AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]);
  either.addEventListener('abort', stop, { once: true });
  try {
    while (!either.aborted) {
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) break;
      yield value;
      timer = setTimeout(() => idle.abort(), idleMs);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Interrupted('the connection broke', { cause });
  } finally {
    clearTimeout(timer);
    either.removeEventListener('abort', stop);
    stop();
  }
  signal?.throwIfAborted();
  if (idle.signal.aborted) throw new Interrupted('no byte came for too long');
}

/**
 * A GET whose answer is read whole, repeated where it is worth it.
 *
 * @throws ModelError; the signal's reason when aborted
 */
export async function requestText(
  access: HubAccess,
  url: string,
  what: string,
  signal?: AbortSignal,
): Promise<{ text: string; headers: Headers }> {
  return await repeat(access, what, signal, async () => {
    const { response } = await request(access, url, what, { signal });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of readBody(access, response, signal)) {
      bytes += chunk.length;
      if (bytes > MAX_TEXT_BYTES) throw downloadFailed(what, new Error('the answer is too long'));
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString('utf8'), headers: response.headers };
  });
}

async function answer(
  { idleMs = IDLE_MS }: HubAccess,
  url: URL,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Response> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), idleMs);
  try {
    return await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Interrupted(idle.signal.aborted ? 'no answer' : 'no connection', { cause });
  } finally {
    clearTimeout(timer);
  }
}

function refusal(response: Response, what: string, hasToken: boolean): Error {
  const { status } = response;
  const cause = new Error(`HTTP status ${status}`);
  switch (status) {
    case 401:
    case 403:
      // The Hub answers 401 for names that do not exist, too.
      return new ModelError(
        'model-forbidden',
        `The Hub does not give ${what} ${hasToken ? 'to the owner of this token' : 'without a token'}: it is gated, private or misspelt.`,
        hasToken
          ? 'Check the name, accept the model’s terms on its page, and check that HF_TOKEN may read it.'
          : 'Check the name, accept the model’s terms on its page, and set HF_TOKEN to a token that may read it.',
        { cause },
      );
    case 404:
      return new ModelError(
        'model-unknown',
        `The Hub has no ${what}.`,
        'Check the name (organisation/model) and the revision.',
        { cause },
      );
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new Interrupted(`HTTP status ${status}`, { retryAfterMs: retryAfter(response) });
    default:
      return downloadFailed(what, cause);
  }
}

/** `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3), in milliseconds from now. */
function retryAfter({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
