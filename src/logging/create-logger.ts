import type { Writable } from 'node:stream';
import { type Logger, pino, stdSerializers } from 'pino';
import type { Config } from '../config/config.ts';
import { secretsOf } from '../config/env.ts';
import { formatLine } from './format-line.ts';
import { createRedactor } from './redact.ts';

type LogStream = Pick<Writable, 'write'> & { readonly isTTY?: boolean };

/**
 * Makes the program's logger: a line of JSON for each event, or a line for people where `stream` is a terminal. What
 * is configured as a secret, or looks like a token, is taken out of the finished line: of messages, fields and stacks.
 *
 * @param hasColours whether the terminal is to be shown colours
 */
export function createLogger(config: Config, stream: LogStream, hasColours = false): Logger {
  const redact = createRedactor(secretsOf(config));
  const write = (line: string) => {
    const clean = redact(line);
    stream.write(stream.isTTY ? formatLine(clean, hasColours) : clean);
  };
  return pino(
    {
      level: config.logLevel,
      base: undefined,
      serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    },
    { write },
  );
}
