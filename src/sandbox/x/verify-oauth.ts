import { createHmac } from 'node:crypto';

export interface OAuthKeys {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly accessToken: string;
  readonly accessSecret: string;
}

/** X takes no request that is older, or from further ahead. */
const MOST_SKEW_S = 300;
const MOST_NONCES = 100_000;

/**
 * Makes a check of signatures by OAuth 1.0a with HMAC-SHA1 (RFC 5849, section 3.4): of method, address and query. The bodies
 * that X's v2 API takes, JSON and multipart, are not part of what is signed (section 3.4.1.3.1).
 *
 * @returns why a request is not authorised; null where it is
 */
export function createOAuthCheck(keys: OAuthKeys, now: () => number) {
  const nonces = new Set<string>();
  return (method: string, url: URL, authorization: string): string | null => {
    if (!/^OAuth\s/i.test(authorization)) return 'no OAuth 1.0a header';
    const fields = new Map<string, string>();
    for (const [, name, value] of authorization.slice(6).matchAll(/([\w-]+)="([^"]*)"/g)) {
      if (fields.has(name!)) return `${name} comes twice`;
      fields.set(name!, decodeURIComponent(value!));
    }
    const signature = fields.get('oauth_signature');
    fields.delete('oauth_signature');
    fields.delete('realm');
    if (fields.get('oauth_consumer_key') !== keys.apiKey) return 'another app';
    if (fields.get('oauth_token') !== keys.accessToken) return 'another account';
    if (fields.get('oauth_signature_method') !== 'HMAC-SHA1') return 'another method of signing';
    const skew = Math.abs(Number(fields.get('oauth_timestamp')) - now() / 1000);
    if (!(skew <= MOST_SKEW_S)) return 'another time';
    const nonce = fields.get('oauth_nonce') ?? '';
    if (nonce === '' || nonces.has(nonce)) return 'a nonce that was used before';
    if (nonces.size < MOST_NONCES) nonces.add(nonce);
    const parameters = [...url.searchParams, ...fields]
      .map(([name, value]) => [encode(name), encode(value)] as const)
      .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const base = [method.toUpperCase(), `${url.origin}${url.pathname}`, parameters].map(encode).join('&');
    const key = `${encode(keys.apiSecret)}&${encode(keys.accessSecret)}`;
    const expected = createHmac('sha1', key).update(base).digest('base64');
    return expected === signature ? null : 'the signature is not right';
  };
}

/** RFC 5849, section 3.6: stricter than encodeURIComponent. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
