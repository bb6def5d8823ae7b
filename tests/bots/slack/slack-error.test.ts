import { webApi } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import {
  explainSlackError,
  isRevoked,
  ResponseUrlError,
  retryAfterMs,
} from '../../../src/bots/slack/slack-error.ts';

const refused = (error: string, more: object = {}) =>
  new webApi.WebAPIPlatformError({ ok: false, error, ...more } as never);

describe('what a person is told', () => {
  test.each([
    [refused('missing_scope', { needed: 'files:read' }), 'not-permitted', '“files:read”'],
    [refused('missing_scope', { needed: '<script>' }), 'not-permitted', 'for that'],
    [refused('not_in_channel'), 'not-permitted', '/invite'],
    [refused('is_archived'), 'not-permitted', 'archived'],
    [refused('file_deleted'), 'image-gone', 'post it again'],
    [refused('internal_error'), 'platform', 'try again in a minute'],
    [refused('invalid_blocks'), 'platform', 'tell whoever runs the bot'],
    [new webApi.WebAPIRateLimitedError(5), 'platform', 'try again in a minute'],
    [new webApi.WebAPIHTTPError(503, 'no', {}), 'platform', 'try again in a minute'],
    [new ResponseUrlError(404, 'expired_url'), 'platform', 'tell whoever'],
  ])('%s', (error, code, words) => {
    const explained = explainSlackError(error);
    expect(explained.code).toBe(code);
    expect(explained.message).toContain(words);
    expect(explained.cause).toBe(error);
    expect(explainSlackError(explained)).toBe(explained);
  });
});

test.each([
  [new webApi.WebAPIRateLimitedError(5), 5000],
  [new webApi.WebAPIRequestError(new Error('reset')), 0],
  [new webApi.WebAPIHTTPError(500, 'no', {}), 0],
  [new webApi.WebAPIHTTPError(404, 'no', {}), null],
  [new ResponseUrlError(429, null), 0],
  [new ResponseUrlError(404, 'used_url'), null],
  [refused('ratelimited'), 0],
  [refused('channel_not_found'), null],
  [new Error('ours'), null],
])('%s is tried again after %s ms at the least', (error, ms) => {
  expect(retryAfterMs(error)).toBe(ms);
});

test('a token that counts no longer is told from what was only refused, also as a cause', () => {
  expect(isRevoked(refused('token_revoked'))).toBe(true);
  expect(isRevoked(explainSlackError(refused('account_inactive')))).toBe(true);
  expect(isRevoked(refused('not_in_channel'))).toBe(false);
});
