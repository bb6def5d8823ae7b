import { setTimeout as wait } from 'node:timers/promises';
import { type Logger as BoltLogger, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Logger } from '../commands/logger.ts';
import type { Connection } from './connection.ts';
import { isRevoked, retryAfterMs, slackCode } from './slack-error.ts';
import { SlackSetupError } from './slack-setup-error.ts';

const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 30_000;
/** At the start: someone waits for it. Later it is tried for as long as it takes. */
const FIRST_ATTEMPTS = 5;
/** A connection that Slack never greets is tried anew. */
const GREETING_MS = 20_000;
const CLOSE_MS = 2000;

export interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly boltLog: BoltLogger;
  readonly log: Logger;
  /** Told once when the app token counts no longer. */
  readonly onLost: (error: SlackSetupError) => void;
}

/**
 * Socket Mode. Bolt's own reconnecting is off: it waits five seconds each time Slack cycles the socket, and a failure
 * while it reconnects is a rejection that nobody hears, which ends the process. Here a new socket is opened at once, then
 * with growing waits.
 */
export function connectSocket({ appToken, clientOptions, boltLog, log, onLost }: SocketOptions): Connection {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLog,
    autoReconnectEnabled: false,
    // The client adds to the object that it is given.
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  const { client } = receiver;
  const closing = new AbortController();
  let isConnected = false;

  async function connectOnce(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const connected = client.start();
    // Bolt rejects it with nothing at all where the socket closes before the greeting.
    connected.catch(() => {});
    try {
      await Promise.race([
        connected,
        wait(GREETING_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) }).then(() => {
          void client.disconnect();
          throw new Error('Slack did not greet the socket in time');
        }),
      ]);
    } finally {
      over.abort();
    }
  }

  async function connect(mostAttempts: number, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        await connectOnce(signal);
        isConnected = true;
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (isRevoked(error)) throw revoked(error);
        log.warn(
          { attempt, slackCode: slackCode(error) ?? undefined, error: String(error) },
          'Slack could not be connected to',
        );
        if (attempt >= mostAttempts) {
          throw new SlackSetupError(
            'slack-unreachable',
            'Slack cannot be reached: check the network, and that Socket Mode is on in the app’s settings.',
            { cause: error },
          );
        }
        const growing =
          Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
        await wait(Math.max(growing, retryAfterMs(error) ?? 0), undefined, { signal });
      }
    }
  }

  async function untilDisconnected(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => resolve();
    client.on('disconnected', done);
    closing.signal.addEventListener('abort', done);
    await promise;
    client.off('disconnected', done);
    closing.signal.removeEventListener('abort', done);
  }

  async function stayConnected(): Promise<void> {
    while (!closing.signal.aborted) {
      await untilDisconnected();
      isConnected = false;
      if (closing.signal.aborted) return;
      log.info({}, 'the socket to Slack closed: opening another');
      await connect(Number.POSITIVE_INFINITY, closing.signal);
      log.info({}, 'connected to Slack again');
    }
  }

  return {
    receiver,
    async open(signal) {
      await connect(FIRST_ATTEMPTS, AbortSignal.any([signal, closing.signal]));
      stayConnected().catch(error => {
        if (error instanceof SlackSetupError) onLost(error);
        else if (!closing.signal.aborted) onLost(revoked(error));
      });
    },
    whyNotReady: () => (isConnected ? null : 'The socket to Slack is down; another is being opened.'),
    async close() {
      closing.abort();
      const over = new AbortController();
      await Promise.race([
        client.disconnect().catch(() => {}),
        wait(CLOSE_MS, undefined, { signal: over.signal }).catch(() => {}),
      ]);
      over.abort();
      isConnected = false;
    },
  };
}

function revoked(cause: unknown): SlackSetupError {
  return new SlackSetupError(
    'slack-token',
    'Slack does not take the app token (SLACK_APP_TOKEN): make one with the scope connections:write under “Basic Information”, “App-Level Tokens”.',
    { cause },
  );
}
