import type { Server } from 'node:http';
import { type Logger as BoltLogger, HTTPReceiver } from '@slack/bolt';
import type { Connection } from './connection.ts';
import { SlackSetupError } from './slack-setup-error.ts';

/** How long requests that are being answered may take when the server closes. */
const CLOSE_MS = 2000;

export interface HttpOptions {
  readonly signingSecret: string;
  readonly host: string;
  readonly port: number;
  readonly boltLog: BoltLogger;
}

/** Slack sends its events as HTTP requests. Bolt checks their signatures, and refuses those older than five minutes. */
export function connectHttp({ signingSecret, host, port, boltLog }: HttpOptions): Connection {
  const receiver = new HTTPReceiver({ signingSecret, logger: boltLog });
  let server: Server | null = null;
  return {
    receiver,
    async open() {
      try {
        // Bolt hands the object on to `net.Server.listen`, which takes a host too.
        server = await receiver.start({ host, port } as unknown as number);
      } catch (cause) {
        throw new SlackSetupError(
          'slack-port',
          `The bot cannot listen for Slack on ${host}:${port}: set another SLACK_HTTP_PORT, or end what uses it.`,
          { cause },
        );
      }
    },
    whyNotReady: () => (server?.listening ? null : 'The server for Slack’s requests does not listen.'),
    async close() {
      const open = server;
      if (!open) return;
      server = null;
      const timer = setTimeout(() => open.closeAllConnections(), CLOSE_MS);
      open.closeIdleConnections();
      await receiver.stop().catch(() => {});
      clearTimeout(timer);
    },
  };
}
