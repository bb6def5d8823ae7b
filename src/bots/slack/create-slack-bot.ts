import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { App, webApi } from '@slack/bolt';
import { z } from 'zod';
import type { SlackConfig } from '../../config/config.ts';
import type { BotAdapter } from '../adapter.ts';
import type { BotCommands } from '../commands/bot-commands.ts';
import { errorFields } from '../commands/explain-error.ts';
import type { Logger } from '../commands/logger.ts';
import type { PostingPort } from '../posting-port.ts';
import { acknowledgeWhenTaken } from './acknowledge-when-taken.ts';
import { createBoltLog } from './bolt-log.ts';
import { connectHttp } from './connect-http.ts';
import { connectSocket } from './connect-socket.ts';
import type { Connection } from './connection.ts';
import { createDirectory } from './directory.ts';
import { handleActions } from './handle-actions.ts';
import { handleCommands } from './handle-commands.ts';
import { handleEvents } from './handle-events.ts';
import { createMessages } from './post-messages.ts';
import { createPostOnce } from './post-once.ts';
import { createSlackApi } from './slack-api.ts';
import { rememberSeen, type SlackContext } from './slack-context.ts';
import { isRevoked, slackCode } from './slack-error.ts';
import { createSlackFiles, type SlackFiles } from './slack-files.ts';
import { createSlackPort } from './slack-port.ts';
import { SlackSetupError } from './slack-setup-error.ts';

export interface SlackBotOptions {
  readonly config: SlackConfig;
  readonly commands: BotCommands;
  readonly log: Logger;
  /** Local servers that images may come from, `host:port` (see `fetchImageBytes`). */
  readonly allowedAddresses: readonly string[];
}

/**
 * Each attempt of a call is bounded. Bolt repeats one that failed once, soon; rate limits and longer outages are waited
 * out by `createSlackApi`. (Bolt would hold up every other call while one waits for a rate limit.)
 */
const CLIENT_OPTIONS = {
  timeout: 15_000,
  retryConfig: { retries: 1, minTimeout: 200, maxTimeout: 1000, randomize: true },
  rejectRateLimitedCalls: true,
} as const;

/** When the bot stops, for events that came so late that the commands do not know of them yet. */
const LAST_EVENTS_MS = 1000;

const authAnswer = z.object({ user_id: z.string(), bot_id: z.string(), team_id: z.string() });

/** The Slack bot: Bolt on one side, the platform-neutral commands on the other. */
export function createSlackBot({ config, commands, log, allowedAddresses }: SlackBotOptions): BotAdapter {
  const boltLog = createBoltLog(log);
  const clientOptions: webApi.WebClientOptions = {
    ...CLIENT_OPTIONS,
    logger: boltLog,
    ...(config.baseUrl === null ? {} : { slackApiUrl: new URL('/api/', config.baseUrl).href }),
  };
  const stopping = new AbortController();
  const stop = stopping.signal;
  // As many listen as answers are waited for.
  setMaxListeners(0, stop);
  const finished = Promise.withResolvers<never>();
  // Whoever runs the bot may only begin to listen after it has failed.
  finished.promise.catch(() => {});
  /** Events that are being answered. */
  const atHand = new Set<Promise<unknown>>();
  let isPaused = false;
  let isLost = false;
  let connection: Connection | null = null;
  let connectedPort: PostingPort | null = null;
  let files: SlackFiles | null = null;

  function lose(error: SlackSetupError): void {
    if (isLost || stop.aborted) return;
    isLost = true;
    finished.reject(error);
  }

  /** @throws SlackSetupError */
  async function identify(client: webApi.WebClient) {
    try {
      return authAnswer.parse(await client.auth.test());
    } catch (cause) {
      throw isRevoked(cause)
        ? badToken(cause)
        : new SlackSetupError(
            'slack-unreachable',
            'Slack cannot be reached: check the network, then start again.',
            {
              cause,
            },
          );
    }
  }

  async function start(signal: AbortSignal): Promise<void> {
    const client = new webApi.WebClient(config.botToken, { ...clientOptions });
    const { user_id: userId, bot_id: botId, team_id: teamId } = await identify(client);
    signal.throwIfAborted();
    const onRevoked = (error: unknown) => lose(badToken(error));
    const api = createSlackApi({ client, log, stop, onRevoked });
    const messages = createMessages({ api, log, stop });
    const onceClient = new webApi.WebClient(config.botToken, {
      ...clientOptions,
      retryConfig: { retries: 0 },
    });
    const onceApi = createSlackApi({ client: onceClient, log, stop, onRevoked });
    const onceMessages = createMessages({ api: onceApi, log, stop, patience: 'once' });
    const directory = createDirectory({ api, teamId, log });
    files = createSlackFiles({
      api,
      botToken: config.botToken,
      localHost: config.baseUrl === null ? null : new URL(config.baseUrl).host,
      allowedAddresses,
    });
    const port = createSlackPort({ api, messages, directory, files, log });
    const { transport } = config;
    connection =
      transport.kind === 'socket'
        ? connectSocket({ appToken: transport.appToken, clientOptions, boltLog, log, onLost: lose })
        : connectHttp({ ...transport, boltLog });
    const events = acknowledgeWhenTaken(connection.receiver, log);
    const context: SlackContext = {
      api,
      messages,
      directory,
      files,
      port,
      commands,
      log,
      bot: { userId, teamId },
      isPaused: () => isPaused,
      wasSeen: rememberSeen(),
      taken: id => events.taken(id),
    };
    const app = new App({
      token: config.botToken,
      // Known already, so that no event waits for a call before it is acknowledged.
      botId,
      botUserId: userId,
      tokenVerificationEnabled: false,
      convoStore: false,
      receiver: events.receiver,
      logger: boltLog,
      clientOptions: { ...clientOptions },
    });
    app.error(async error => {
      log.error(
        { slackCode: slackCode(error) ?? undefined, ...errorFields(error) },
        'an event of Slack was not handled',
      );
    });
    app.use(async ({ next }) => {
      const answered = next().finally(() => atHand.delete(answered));
      atHand.add(answered);
      await answered;
    });
    handleCommands(app, context);
    handleActions(app, context);
    handleEvents(app, context, { onRemoved: () => lose(badToken()), stop });
    await connection.open(signal);
    connectedPort = { platform: 'slack', postOnce: createPostOnce(onceMessages) };
    log.info({ userId, teamId, transport: transport.kind }, 'the Slack bot is ready');
    void commands.resume(port);
  }

  return {
    name: 'slack',
    start,
    async pause() {
      isPaused = true;
    },
    async stop() {
      await Promise.race([Promise.allSettled(atHand), wait(LAST_EVENTS_MS, undefined, { ref: false })]);
      stopping.abort(new SlackSetupError('slack-unreachable', 'The Slack bot was stopped.'));
      await Promise.all([connection?.close(), files?.close()]);
    },
    whyNotReady() {
      if (isLost) return 'Slack takes the bot’s tokens no longer.';
      if (isPaused) return 'The Slack bot is being stopped.';
      return connection ? connection.whyNotReady() : 'The Slack bot has not been started.';
    },
    port: () => connectedPort,
    finished: finished.promise,
  };
}

function badToken(cause?: unknown): SlackSetupError {
  return new SlackSetupError(
    'slack-token',
    'Slack does not take the bot token (SLACK_BOT_TOKEN), or takes it no longer: install the app again under “OAuth & Permissions” and copy the token that begins with xoxb-.',
    { cause },
  );
}
