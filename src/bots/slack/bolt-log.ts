import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from '../commands/logger.ts';

/** Tokens, and the addresses of sockets and responses, which whoever holds them may use. */
const SECRETS =
  /\bx(?:ox[a-z]?|app)[-.][\w.-]+|\b(?:wss?|https?):\/\/[^\s"']*(?:ticket=|\/link\/|hooks\.)[^\s"']*/giu;

/** `text` without Slack's tokens and the addresses that are secrets. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '[secret]');
}

/**
 * Takes what Bolt and its clients log into our log, from warnings upwards: below, they log whole requests. An error's
 * fields are left out, since they hold requests too.
 */
export function createBoltLog(log: Logger): BoltLogger {
  const line = (values: readonly unknown[]) =>
    withoutSecrets(
      values
        .map(value => (value instanceof Error ? `${value.name}: ${value.message}` : String(value)))
        .join(' ')
        .slice(0, 1000),
    );
  return {
    debug() {},
    info() {},
    warn: (...values) => log.warn({ source: 'bolt' }, line(values)),
    error: (...values) => log.error({ source: 'bolt' }, line(values)),
    getLevel: () => LogLevel.WARN,
    setLevel() {},
    setName() {},
  };
}
