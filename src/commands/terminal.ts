import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Where a command reads and writes. Results go to `stdout`, progress and faults to `stderr`. */
export interface Terminal {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first interrupt: a command stops what it does and leaves nothing half written. */
  readonly signal: AbortSignal;
}

type Format = Parameters<typeof styleText>[0];

/** `text` in colour where `stream` is a terminal that wants it (NO_COLOR, FORCE_COLOR and TERM are respected). */
export function paint(stream: Terminal['stdout'], format: Format, text: string): string {
  return styleText(format, text, { stream: stream as NodeJS.WritableStream, validateStream: true });
}

/** Ends a command with an exit status other than 0 after everything worth saying was said. */
export class ExitStatus extends Error {
  readonly status: 1 | 2;

  constructor(status: 1 | 2) {
    super(`exit status ${status}`);
    this.status = status;
  }
}
