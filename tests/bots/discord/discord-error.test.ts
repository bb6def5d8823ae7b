import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import {
  explainDiscordError,
  faultFields,
  isExpired,
  isPassing,
  withoutSecrets,
} from '../../../src/bots/discord/discord-error.ts';

const URL = 'https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246c2VjcmV0/messages/@original';

function refused(code: number, status = 400, url = URL): DiscordAPIError {
  return new DiscordAPIError({ code, message: 'Refused' }, code, status, 'PATCH', url, {
    body: { content: 'private words' },
    files: undefined,
  });
}

const broken = new HTTPError(503, 'Service Unavailable', 'PATCH', URL, { body: undefined, files: undefined });

describe('errors of discord.js', () => {
  it('lose the interaction’s token and the body before they reach a log', () => {
    for (const error of [refused(50035), broken]) {
      const shown = JSON.stringify([
        faultFields(error),
        withoutSecrets(error),
        faultFields(explainDiscordError(error)),
      ]);
      expect(shown).toContain('/webhooks/123/…/messages/@original');
      expect(shown).not.toMatch(/aW50ZXJhY3Rpb24|private words/);
    }
  });

  it('are told as what a member can do', () => {
    expect(explainDiscordError(refused(50001, 403))).toMatchObject({
      code: 'not-permitted',
      message: /“View Channel”/,
    });
    expect(explainDiscordError(refused(50013, 403))).toMatchObject({ code: 'not-permitted' });
    expect(explainDiscordError(refused(10008, 404))).toMatchObject({ code: 'image-gone' });
    expect(explainDiscordError(refused(50035))).toMatchObject({ code: 'platform', message: /refused/ });
    expect(explainDiscordError(broken)).toMatchObject({ code: 'platform', message: /does not answer/ });
  });

  it('may pass, or not', () => {
    const limit = {
      timeToReset: 90_000,
      limit: 1,
      method: 'PATCH',
      hash: '',
      url: URL,
      route: '',
      majorParameter: '',
      global: false,
      retryAfter: 90_000,
      sublimitTimeout: 0,
      scope: 'user' as const,
    };
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const unresolved = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
    const misused = Object.assign(new TypeError('must be a string'), { code: 'ERR_INVALID_ARG_TYPE' });
    const late = new DOMException('This operation was aborted', 'AbortError');
    expect([broken, reset, unresolved, late].map(isPassing)).toEqual([true, true, true, true]);
    expect(isPassing(misused)).toBe(false);
    expect(
      [refused(50035), new RateLimitError(limit), new TypeError('x is undefined')].map(isPassing),
    ).toEqual([false, false, false]);
    expect([10015, 50027, 10062, 10008].map(code => isExpired(refused(code, 404)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
