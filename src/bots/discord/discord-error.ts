import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import { NarratorError } from '../../errors.ts';
import { BotError } from '../commands/bot-error.ts';

/**
 * Why the bot cannot be, or stay, connected.
 *
 * - `discord-token`: Discord does not know the token (any more).
 * - `discord-intent`: an intent is used that the application has not switched on.
 * - `discord-unreachable`: Discord does not answer.
 * - `discord-closed`: Discord ended the session for good.
 */
type DiscordErrorCode = 'discord-token' | 'discord-intent' | 'discord-unreachable' | 'discord-closed';

export class DiscordError extends NarratorError {
  declare readonly code: DiscordErrorCode;

  constructor(code: DiscordErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** The answers to an interaction that is over: its token lasts for 15 minutes. */
const EXPIRED: readonly unknown[] = [
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.UnknownInteraction,
];

export function isExpired(error: unknown): boolean {
  return error instanceof DiscordAPIError && EXPIRED.includes(error.code);
}

export function isUnknownMessage(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage;
}

/** A fault of Discord or the network, after which the same request may go well. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  if (!(error instanceof Error) || error instanceof DiscordAPIError || error instanceof RateLimitError)
    return false;
  // discord.js aborts what takes too long; Node's and undici's network errors have these codes.
  return error.name === 'AbortError' || /^(?:E(?!RR_)[A-Z_]+|UND_ERR_\w+)$/.test(codeOf(error));
}

function codeOf(error: Error): string {
  return String((error as NodeJS.ErrnoException).code ?? '');
}

const REMEDIES: ReadonlyMap<unknown, readonly [code: BotError['code'], message: string]> = new Map([
  [
    RESTJSONErrorCodes.MissingAccess,
    ['not-permitted', 'The bot cannot see this channel: give it the permission “View Channel” there.'],
  ],
  [
    RESTJSONErrorCodes.MissingPermissions,
    [
      'not-permitted',
      'The bot lacks a permission in this channel: it needs “Send Messages”, “Attach Files” and “Read Message History” there.',
    ],
  ],
  [
    RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory,
    ['not-permitted', 'The bot cannot reply here: give it the permission “Read Message History”.'],
  ],
  [
    RESTJSONErrorCodes.CannotSendMessagesToThisUser,
    ['not-permitted', 'The bot cannot write to you: allow direct messages from members of the server.'],
  ],
  [RESTJSONErrorCodes.UnknownMessage, ['image-gone', 'The message is no longer there.']],
  [RESTJSONErrorCodes.UnknownChannel, ['image-gone', 'The channel is no longer there.']],
] as const);

/** A failed request, as a member may read of it. */
export function explainDiscordError(error: unknown): BotError {
  if (error instanceof BotError) return error;
  const cause = withoutSecrets(error);
  const remedy = error instanceof DiscordAPIError ? REMEDIES.get(error.code) : undefined;
  if (remedy) return new BotError(remedy[0], remedy[1], { cause });
  if (error instanceof DiscordAPIError) {
    return new BotError('platform', 'Discord refused what the bot wanted to show: try again.', { cause });
  }
  return new BotError('platform', 'Discord does not answer at the moment: try again in a minute.', { cause });
}

/**
 * An error of discord.js without what must not reach a log: it carries the request's address, in which an interaction's
 * token stands, and its body.
 */
export function withoutSecrets(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const facts =
    error instanceof DiscordAPIError || error instanceof HTTPError
      ? `${error.method} ${withoutToken(error.url)} ${error.status}: `
      : '';
  const plain = new Error(`${facts}${withoutToken(error.message)}`);
  plain.name = error.name;
  return plain;
}

/** The fields of a log line for an error. */
export function faultFields(error: unknown): object {
  const { name, message, cause } = error instanceof NarratorError ? error : withoutSecrets(error);
  return {
    error: `${name}: ${message}`,
    ...(error instanceof NarratorError && { code: error.code }),
    ...(cause instanceof Error && { cause: cause.message }),
  };
}

function withoutToken(text: string): string {
  return text
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/(webhooks|interactions)\/(\d+)\/[^/?\s]+/g, '$1/$2/…');
}
