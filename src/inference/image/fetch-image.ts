import { Agent, type Dispatcher, request } from 'undici';
import manifest from '../../../package.json' with { type: 'json' };
import { collectBytes } from './collect-bytes.ts';
import {
  type ConnectionGuard,
  createConnectionGuard,
  ForbiddenAddressError,
  type GuardOptions,
} from './connection-guard.ts';
import { ImageError, shownName, tooLarge } from './image-error.ts';
import { isOwnHost, type KeptConnections } from './keep-connections.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';

export interface FetchOptions extends GuardOptions {
  readonly signal?: AbortSignal;
  /** What messages call the image: a stranger's file name. The URL's host and path unless told. */
  readonly name?: string;
  /** The most bytes of the body. 20 MB unless told. */
  readonly maxBytes?: number;
  /** For everything together, redirects included, in milliseconds. 15,000 unless told. */
  readonly timeoutMs?: number;
  /** 5 unless told. */
  readonly maxRedirects?: number;
  /** The `authorization` header, for the hops that go to one of these hosts; no other hop carries it. */
  readonly authorization?: Authorization;
  /** Used for the hops that go to a host that they are kept for. Of the same `allowedAddresses`. */
  readonly connections?: KeptConnections;
}

interface Authorization {
  /**
   * Exact host names. Sent over https and to the default port alone, so that neither a listener nor another service of
   * the host sees the value. A local server that is in `allowedAddresses` is named with its port (`127.0.0.1:8080`).
   */
  readonly hosts: readonly string[];
  readonly value: string;
}

const HEADERS = {
  accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
  // A compressed body could unpack to any size; images are compressed as they are.
  'accept-encoding': 'identity',
  'user-agent': `visual-narrator/${manifest.version}`,
};

/**
 * Fetches an image from a URL that a stranger gave: http(s), any port, public addresses only. The address is
 * checked where it is written as a number, in what the name resolves to, and on the connected socket, at every
 * redirect. Content types are not believed: the first bytes decide.
 *
 * @returns the body: its first bytes are of a format that is read, the rest is unchecked
 * @throws ImageError; the signal's reason when aborted
 */
export async function fetchImageBytes(url: string, options: FetchOptions = {}): Promise<Uint8Array> {
  const { signal, timeoutMs = 15_000, maxRedirects = 5, maxBytes = MAX_IMAGE_BYTES } = options;
  signal?.throwIfAborted();
  const name = options.name === undefined ? nameOfUrl(url) : shownName(options.name);
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  const guard = createConnectionGuard(options);
  const headersFor = (target: URL) => {
    const { authorization, allowedAddresses } = options;
    return authorization && isOwnHost(target, authorization.hosts, allowedAddresses)
      ? { ...HEADERS, authorization: authorization.value }
      : HEADERS;
  };
  try {
    let target = parseUrl(url, name);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const hop = { url: target, headers: headersFor(target), guard, connections: options.connections };
      const answer = await fetchOnce(hop, stop, async response => {
        const location = redirectOf(response);
        return location === null
          ? await readBody(response, name, maxBytes)
          : parseUrl(location, name, target);
      });
      if (!(answer instanceof URL)) return answer;
      target = answer;
    }
    throw new ImageError(
      'too-many-redirects',
      `${name} redirects more than ${maxRedirects} times: give the address that it ends at.`,
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    if (error instanceof ForbiddenAddressError) throw blockedAddress(name);
    if (deadline.aborted) {
      throw new ImageError(
        'fetch-timeout',
        `${name} did not arrive within ${timeoutMs / 1000} seconds: try again later, or save the image and give the file.`,
        { cause: error },
      );
    }
    throw fetchFailed(name, error);
  }
}

interface Hop {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly guard: ConnectionGuard;
  readonly connections: KeptConnections | undefined;
}

/** One request, on a kept connection or on one of its own. It is done with when `use` is done with the response. */
async function fetchOnce<T>(
  { url, headers, guard, connections }: Hop,
  signal: AbortSignal,
  use: (response: Dispatcher.ResponseData) => Promise<T>,
): Promise<T> {
  guard.checkHost(url);
  if (connections?.serves(url)) {
    const { dispatcher } = connections;
    const response = await request(url, { dispatcher, headers, signal }).catch(error => {
      // The host may have closed it a moment before: once more, on a fresh one.
      if (signal.aborted || !BROKEN.has(error.code)) throw error;
      return null;
    });
    if (response) return await useOnce(response, use);
  }
  // Never shared: a connection made under one caller's allow-list is not lent to another, and each hop's
  // address is looked up and checked again. Time is limited by the signal, which ends attempts to connect too.
  const connect = guard.connector({ signal, timeoutMs: 0 });
  const agent = new Agent({ connect, pipelining: 0, headersTimeout: 0, bodyTimeout: 0 });
  try {
    const response = await request(url, { dispatcher: agent, headers, signal });
    return await useOnce(response, use);
  } finally {
    // Not waited for: a connection attempt under way may take its time to end.
    agent.destroy().catch(() => {});
  }
}

/** What a connection fails with that the other side closed. */
const BROKEN: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

async function useOnce<T>(
  response: Dispatcher.ResponseData,
  use: (response: Dispatcher.ResponseData) => Promise<T>,
): Promise<T> {
  // A body that is left unread ends with an error that nobody waits for.
  response.body.on('error', () => {});
  try {
    return await use(response);
  } finally {
    response.body.destroy();
  }
}

/** A URL as messages show it: host and path. Its query and user part may hold secrets. */
export function nameOfUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed?.host ? shownName(parsed.host + parsed.pathname) : 'The address';
}

function parseUrl(url: string, name: string, base?: URL): URL {
  const parsed = URL.parse(url, base?.href);
  const subject = base ? `${name} redirects to an address that` : name;
  if (!parsed) {
    throw badUrl(`${subject} is not a valid URL: give one like https://example.org/photo.jpg.`);
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw badUrl(
      `${subject} begins with "${shownName(parsed.protocol)}", which is not fetched: give an http or https address, or a file.`,
    );
  }
  if (parsed.username || parsed.password) {
    throw badUrl(`${subject} holds a user name or password: give an address that needs none.`);
  }
  return parsed;
}

function badUrl(message: string): ImageError {
  return new ImageError('bad-url', message);
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return null;
  return [headers.location].flat()[0] ?? null;
}

async function readBody(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (statusCode < 200 || statusCode > 299) throw badStatus(name, statusCode);
  const encoding = [headers['content-encoding']].flat().join(', ').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw new ImageError(
      'fetch-failed',
      `${name} was sent with an extra compression that was not asked for: save the image and give the file.`,
    );
  }
  if (Number([headers['content-length']].flat()[0]) > maxBytes) throw tooLarge(name, maxBytes);
  return await collectBytes(body, name, maxBytes);
}

function badStatus(name: string, status: number): ImageError {
  let remedy = 'open the address in a browser and check that it shows the image.';
  if (status === 401 || status === 403) remedy = 'it may need a login; save the image and give the file.';
  if (status === 404 || status === 410) remedy = 'it is not there (any more); check the address.';
  if (status === 429 || status >= 500) remedy = 'the server cannot answer now; try again later.';
  return new ImageError('http-status', `${name} answered with HTTP status ${status}: ${remedy}`);
}

function blockedAddress(name: string): ImageError {
  return new ImageError(
    'blocked-address',
    `${name} leads to a private or reserved network address, from which images are not fetched: save the image and give the file, or give an address that is open to all.`,
  );
}

/** By Node's, undici's and OpenSSL's error codes. */
const FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has a host name that does not exist: check the address.',
  EAI_AGAIN: 'has a host name that cannot be looked up now: check the network, then try again.',
  ECONNREFUSED: 'was refused by its server: check the address and its port.',
  UND_ERR_HEADERS_OVERFLOW: 'was answered with too large a header: save the image and give the file.',
  CERT_HAS_EXPIRED: 'has an expired certificate: save the image and give the file.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that nobody vouches for: save the image and give the file.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host: check the address.',
};

function fetchFailed(name: string, cause: unknown): ImageError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const sentenceEnd =
    FAILURES[code] ?? 'could not be fetched to its end, because the connection broke: try again later.';
  return new ImageError('fetch-failed', `${name} ${sentenceEnd}`, { cause });
}
