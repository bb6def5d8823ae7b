import { DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, GatewayCloseCodes } from 'discord.js';
import { NarratorError } from '../../errors.ts';
import { DiscordError, withoutSecrets } from './discord-error.ts';

const BAD_TOKEN =
  'Discord does not know this bot token: copy it again from “Bot” › “Reset Token” at discord.com/developers/applications, and set DISCORD_TOKEN to it.';

/** Why the gateway closed for good, by its close code. */
export function explainClose(code: number): DiscordError {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return new DiscordError('discord-token', BAD_TOKEN);
    case GatewayCloseCodes.DisallowedIntents:
      return new DiscordError(
        'discord-intent',
        'The bot asks for the message content intent, which it does not have: switch on “Message Content Intent” under “Bot” › “Privileged Gateway Intents” at discord.com/developers/applications, or set DISCORD_MESSAGE_CONTENT=0 to go without watch mode.',
      );
    default:
      return new DiscordError(
        'discord-closed',
        `Discord ended the connection for good (${GatewayCloseCodes[code] ?? 'close code'} ${code}): start the bot again, and update it if it stays so.`,
      );
  }
}

/** Why the bot could not be started. */
export function explainStart(error: unknown): NarratorError {
  if (error instanceof NarratorError) return error;
  const cause = withoutSecrets(error);
  const isBadToken =
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) ||
    (error instanceof DiscordAPIError && error.status === 401);
  if (isBadToken) return new DiscordError('discord-token', BAD_TOKEN, { cause });
  return new DiscordError(
    'discord-unreachable',
    'Discord cannot be reached: check the network and discordstatus.com, then start the bot again.',
    { cause },
  );
}
