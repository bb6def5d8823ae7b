import { expect, it } from 'vitest';
import { createOAuthCheck } from '../../../src/sandbox/x/verify-oauth.ts';

/** The example of X's guide "Creating a signature"; what is in its body stands in the query here, which signs the same. */
const KEYS = {
  apiKey: 'xvz1evFS4wEEPTGEFPHBog',
  apiSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
  accessToken: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
  accessSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
};
const AT = 1_318_622_958;
const URL_OF = 'https://api.twitter.com/1.1/statuses/update.json';
const STATUS = 'Hello Ladies + Gentlemen, a signed OAuth request!';

function header(change: Record<string, string> = {}): string {
  const fields = {
    oauth_consumer_key: KEYS.apiKey,
    oauth_nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg',
    oauth_signature: 'hCtSmYh+iHYCEqBWrE7C7hYmtUk=',
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(AT),
    oauth_token: KEYS.accessToken,
    oauth_version: '1.0',
    ...change,
  };
  return `OAuth ${Object.entries(fields)
    .map(([name, value]) => `${name}="${encodeURIComponent(value)}"`)
    .join(', ')}`;
}

function ask(authorization: string, { status = STATUS, method = 'POST', at = AT } = {}): string | null {
  const url = new URL(URL_OF);
  url.searchParams.set('include_entities', 'true');
  url.searchParams.set('status', status);
  return createOAuthCheck(KEYS, () => at * 1000)(method, url, authorization);
}

it('takes the signature of X’s own example', () => {
  expect(ask(header())).toBeNull();
});

it.each([
  ['another text', header(), { status: 'Hello' }],
  ['another method', header(), { method: 'GET' }],
  ['another time', header(), { at: AT + 301 }],
  ['another signature', header({ oauth_signature: 'hCtSmYh+iHYCEqBWrE7C7hYmtUk' }), {}],
  ['another nonce', header({ oauth_nonce: 'other' }), {}],
  ['another account', header({ oauth_token: '1-other' }), {}],
  ['no signature at all', 'Bearer AAAA', {}],
])('refuses %s', (_, authorization, request) => {
  expect(ask(authorization, request)).toEqual(expect.any(String));
});

it('takes no request twice', () => {
  const check = createOAuthCheck(KEYS, () => AT * 1000);
  const url = new URL(`${URL_OF}?include_entities=true&status=${encodeURIComponent(STATUS)}`);
  expect(check('POST', url, header())).toBeNull();
  expect(check('POST', url, header())).toMatch(/nonce/);
});
