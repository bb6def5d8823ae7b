import { webApi } from '@slack/bolt';
import { BotError } from '../commands/bot-error.ts';
import { wasNeverConnected } from '../never-connected.ts';

/** What Slack says where a token counts no longer: https://docs.slack.dev/reference/methods/auth.test. */
const REVOKED = new Set([
  'account_inactive',
  'app_uninstalled',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'team_disabled',
  'token_expired',
  'token_revoked',
  'user_removed_from_team',
]);

/** Of Slack itself; the same call may do better later. */
const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
]);

const GONE = new Set(['file_deleted', 'file_not_found', 'message_not_found', 'thread_not_found']);

const NOT_A_MEMBER = new Set([
  'channel_not_found',
  'is_bot',
  'not_in_channel',
  'no_permission',
  'user_not_in_channel',
]);

const REFUSED = new Set([
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_thread_locked',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'ekm_access_denied',
  'access_denied',
]);

/** Slack's own word for what went wrong (`missing_scope`), or null where it gave none. */
export function slackCode(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof webApi.WebAPIPlatformError) return at.data.error;
    if (at instanceof ResponseUrlError) return at.slackCode;
  }
  return null;
}

export function isRevoked(error: unknown): boolean {
  return REVOKED.has(slackCode(error) ?? '');
}

/** A response URL refused what was sent to it. */
export class ResponseUrlError extends Error {
  readonly status: number;
  readonly slackCode: string | null;

  constructor(status: number, slackCode: string | null) {
    super(`A response URL answered with HTTP status ${status}${slackCode ? `, ${slackCode}` : ''}`);
    this.name = 'ResponseUrlError';
    this.status = status;
    this.slackCode = slackCode;
  }
}

/**
 * Whether a call may do better later, and after how long at the least.
 *
 * @returns milliseconds, or null where trying again is of no use
 */
export function retryAfterMs(error: unknown): number | null {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter * 1000;
  if (error instanceof webApi.WebAPIRequestError) return 0;
  if (error instanceof webApi.WebAPIHTTPError) return error.statusCode >= 500 ? 0 : null;
  if (error instanceof ResponseUrlError) return error.status >= 500 || error.status === 429 ? 0 : null;
  return PASSING.has(slackCode(error) ?? '') ? 0 : null;
}

/** Of these Slack says that some of the call may have been done: https://docs.slack.dev/reference/methods/chat.postMessage. */
const HALF_DONE = new Set(['fatal_error', 'internal_error']);

/** Whether it is certain that a call that failed did nothing. */
export function wasNotDone(error: unknown): boolean {
  const code = slackCode(error);
  if (code !== null) return !HALF_DONE.has(code);
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof webApi.WebAPIRateLimitedError) return true;
    if (at instanceof webApi.WebAPIHTTPError) return at.statusCode === 503;
    if (at instanceof webApi.WebAPIRequestError) return wasNeverConnected(at);
  }
  return false;
}

/** What Slack refused, as a member or operator can act on it. */
export function explainSlackError(error: unknown): BotError {
  if (error instanceof BotError) return error;
  const code = slackCode(error);
  const options = { cause: error };
  if (code === 'missing_scope') {
    const needed = neededScope(error);
    return new BotError(
      'not-permitted',
      `The bot lacks the permission ${needed ? `“${needed}”` : 'for that'} in this workspace. Whoever manages the app adds the scope under “OAuth & Permissions” and installs the app again.`,
      options,
    );
  }
  if (code !== null && NOT_A_MEMBER.has(code)) {
    return new BotError(
      'not-permitted',
      'The bot is not in this channel: type /invite and its @name there, then try again.',
      options,
    );
  }
  if (code !== null && REFUSED.has(code)) {
    return new BotError(
      'not-permitted',
      'Slack does not let the bot post here: the channel is archived or restricted. Ask who manages the channel.',
      options,
    );
  }
  if (code !== null && GONE.has(code)) {
    return new BotError('image-gone', 'The message or picture is no longer there: post it again.', options);
  }
  return new BotError(
    'platform',
    retryAfterMs(error) === null
      ? 'Slack refused what the bot wanted to do. If it stays so, tell whoever runs the bot.'
      : 'Slack does not answer at the moment: try again in a minute.',
    options,
  );
}

function neededScope(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof webApi.WebAPIPlatformError)) continue;
    const { needed } = at.data as { needed?: unknown };
    return typeof needed === 'string' && /^[\w:.,]{1,100}$/u.test(needed) ? needed : null;
  }
  return null;
}
