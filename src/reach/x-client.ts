import { Agent } from 'node:http';
import {
  type ITwitterApiClientPlugin,
  TwitterApi,
  type TwitterApiTokens,
  type TwitterApiv2,
} from 'twitter-api-v2';
import { SourceFault } from './source-fault.ts';
import { MAX_BODY_BYTES, REQUEST_MS } from './source-policy.ts';

export interface XClientOptions {
  /** Where X's API lies where it is not X itself: without a path. */
  readonly baseUrl: string | null;
  readonly signal: AbortSignal;
  /** For one request with its answer. */
  readonly requestMs?: number;
}

/** For one request after the other. */
export interface XClient {
  readonly v2: TwitterApiv2;
  /** Why the last request was ended by us, which the client does not pass on; undefined where it was not. */
  whyEnded(): unknown;
  /** What broke the last request, which the client's own error lacks; undefined where nothing did. */
  whyBroken(): unknown;
  /** The last answer's headers; empty before one came. */
  lastHeaders(): Readonly<Record<string, string | string[] | undefined>>;
}

/** @param token a bearer token, or the four of OAuth 1.0a */
export function createXClient(
  token: string | TwitterApiTokens,
  { baseUrl, signal, requestMs = REQUEST_MS }: XClientOptions,
): XClient {
  let ended: AbortSignal | undefined;
  let broken: unknown;
  let headers: ReturnType<XClient['lastHeaders']> = {};
  const plugin: ITwitterApiClientPlugin = {
    onBeforeRequestConfig({ params }) {
      // `setPrefix` of the client does not reach all requests.
      if (baseUrl !== null) params.url = params.url.replace(/^https:\/\/api\.(?:x|twitter)\.com/, baseUrl);
    },
    onBeforeRequest({ params, requestOptions }) {
      const tooLong = new AbortController();
      ended = AbortSignal.any([signal, AbortSignal.timeout(requestMs), tooLong.signal]);
      // node:http takes a signal; the type that the client uses lacks it.
      Object.assign(requestOptions, { signal: ended });
      // Nothing is unpacked: what is counted is what the client keeps, which is all that comes.
      params.compression = 'identity';
      params.requestEventDebugHandler = (event, data) => {
        if (event === 'request-error') broken = data.requestError;
        if (event !== 'response') return;
        headers = data.res.headers;
        boundBody(data.res, tooLong);
      };
    },
  };
  const options = { plugins: [plugin], ...(baseUrl?.startsWith('http:') ? { httpAgent: new Agent() } : {}) };
  const { v2 } = typeof token === 'string' ? new TwitterApi(token, options) : new TwitterApi(token, options);
  return { v2, whyEnded: () => ended?.reason, whyBroken: () => broken, lastHeaders: () => headers };
}

function boundBody(response: NodeJS.ReadableStream, tooLong: AbortController): void {
  let length = 0;
  response.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) return;
    tooLong.abort(new SourceFault('source-nonsense', `X answered with more than ${MAX_BODY_BYTES} bytes.`));
  });
}
