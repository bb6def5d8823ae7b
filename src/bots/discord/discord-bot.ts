import { setTimeout as wait } from 'node:timers/promises';
import { type Client, Events, GatewayCloseCodes, type Message, Routes, Status } from 'discord.js';
import type { DiscordConfig } from '../../config/config.ts';
import { keepConnections } from '../../inference/image/keep-connections.ts';
import { untilAborted } from '../../inference/until-aborted.ts';
import type { BotAdapter } from '../adapter.ts';
import type { BotCommands } from '../commands/bot-commands.ts';
import type { Logger } from '../commands/logger.ts';
import type { PostingPort } from '../posting-port.ts';
import { answerInteraction, type InteractionOptions, refuseInteraction } from './answer-interaction.ts';
import { noteTopics } from './channel-topics.ts';
import { commandPayloads } from './command-payloads.ts';
import { createClient } from './create-client.ts';
import { createDeliver, DELIVERY, type DeliverOptions } from './deliver.ts';
import { faultFields } from './discord-error.ts';
import { createDiscordPort } from './discord-port.ts';
import { explainClose, explainStart } from './explain-connection.ts';
import { imagesOf } from './found-images.ts';
import { createMessageImages } from './message-images.ts';
import { createPostOnce } from './post-once.ts';
import { lackedPermissions, type Need } from './read-place.ts';
import { mentionsBot, readPost } from './read-post.ts';
import { registerCommands } from './register-commands.ts';

export interface DiscordBotOptions {
  readonly config: DiscordConfig;
  readonly commands: BotCommands;
  readonly log: Logger;
  /** See `fetchImageBytes`. */
  readonly allowedAddresses: readonly string[];
  /** How requests are repeated; `DELIVERY` unless told. */
  readonly delivery?: DeliverOptions;
}

/** Where Discord keeps files. */
const FILE_HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];

/** The longest time for a polite goodbye to the gateway. */
const GOODBYE_MS = 2000;

/** When the bot stops, for events that came so late that the commands do not know of them yet. */
const LAST_EVENTS_MS = 1000;

/** The Discord bot. `start` can be called once. */
export function createDiscordBot(options: DiscordBotOptions): BotAdapter {
  const { config, commands, log, allowedAddresses, delivery = DELIVERY } = options;
  const { hasMessageContent } = config;
  const client = createClient(config);
  const deliver = createDeliver(delivery);
  const connections = keepConnections({ hosts: fileHosts(config), allowedAddresses });
  const images = createMessageImages({ client, allowedAddresses, connections, hasMessageContent });
  const postingPort: PostingPort = { platform: 'discord', postOnce: createPostOnce(client, config.token) };
  const port = createDiscordPort({ client, deliver, images, hasMessageContent });
  const answering: InteractionOptions = {
    client,
    commands,
    port,
    images,
    deliver,
    topicOf: noteTopics(client),
    log,
  };
  const ended = Promise.withResolvers<never>();
  // Whoever starts the bot waits for it; until then it is no unhandled rejection.
  ended.promise.catch(() => {});
  /** Events that are being answered. */
  const atHand = new Set<Promise<unknown>>();
  let state: 'new' | 'running' | 'paused' | 'stopped' = 'new';
  let connecting: Promise<void> | undefined;

  client.on(Events.InteractionCreate, interaction => {
    const receivedAt = performance.now();
    const isTaken = state === 'running';
    const work = isTaken
      ? answerInteraction(answering, interaction, receivedAt)
      : refuseInteraction(answering, interaction);
    track(work, 'an interaction could not be handled');
  });
  client.on(Events.MessageCreate, message => {
    // While the service stops, too: the commands note it for the next process, or say that it is being stopped.
    if (state !== 'running' && state !== 'paused') return;
    const receivedAt = performance.now();
    track(see(message, receivedAt), 'a message could not be read');
  });
  client.on(Events.MessageDelete, ({ id }) => images.forget(id));
  client.on(Events.MessageBulkDelete, messages => {
    for (const id of messages.keys()) images.forget(id);
  });
  client.on(Events.Error, error => log.error(faultFields(error), 'Discord client error'));
  client.on(Events.ShardError, (error, shard) => log.warn({ shard, ...faultFields(error) }, 'gateway error'));
  client.on(Events.ShardReconnecting, shard => {
    // discord.js says so of its own goodbye too.
    if (state !== 'stopped') log.warn({ shard }, 'gateway lost, connecting again');
  });
  client.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, 'gateway resumed'));
  client.on(Events.ShardDisconnect, ({ code }, shard) => {
    log.error({ shard, code, reason: GatewayCloseCodes[code] }, 'gateway closed for good');
    ended.reject(explainClose(code));
  });

  function track(work: Promise<void>, fault: string): void {
    const answered = work
      .catch(error => log.error(faultFields(error), fault))
      .finally(() => atHand.delete(answered));
    atHand.add(answered);
  }

  async function see(message: Message, receivedAt: number): Promise<void> {
    if (message.author.bot || message.system) return;
    // To send a picture to the bot alone is to ask for its description.
    const isMention = mentionsBot(message) || (message.channel.isDMBased() && imagesOf(message).length > 0);
    const { channelId } = message;
    if (!isMention && !commands.isWatched({ platform: 'discord', channelId })) return;
    if (isMention) showTyping(message);
    await commands.see(await readPost(images, message, isMention), port, receivedAt);
  }

  /** For ten seconds, or until the answer. */
  function showTyping({ channel }: Message): void {
    if (!channel.isSendable()) return;
    const needs: Need[] = ['view', channel.isThread() ? 'sendInThreads' : 'send'];
    if (lackedPermissions(client, channel, needs).length === 0) channel.sendTyping().catch(() => {});
  }

  async function connect(): Promise<void> {
    const ready = new Promise<void>(resolve => client.once(Events.ClientReady, () => resolve()));
    try {
      // Asked first, since `login` ends the client for good at the first fault: an outage at the start is sat out.
      client.rest.setToken(config.token);
      await deliver(() => client.rest.get(Routes.gatewayBot()));
      // The gateway's last word is clearer than what `login` throws, and comes before it.
      await Promise.race([client.login(config.token), ended.promise]);
      await Promise.race([ready, ended.promise]);
    } catch (error) {
      throw explainStart(error);
    }
  }

  async function register(signal: AbortSignal): Promise<void> {
    try {
      const changed = await deliver(() =>
        registerCommands(client.rest, client.application!.id, commandPayloads(), signal),
      );
      if (changed.length > 0) log.info({ commands: changed }, 'commands registered');
      else log.info({}, 'commands are as they were');
    } catch (error) {
      throw explainStart(error);
    }
  }

  async function stop(): Promise<void> {
    state = 'stopped';
    await Promise.race([Promise.all(atHand), wait(LAST_EVENTS_MS, undefined, { ref: false })]);
    // discord.js does not let go of a connection that is just being made: it would connect again for ever.
    if (connecting)
      await Promise.race([connecting.catch(() => {}), wait(GOODBYE_MS, undefined, { ref: false })]);
    await Promise.all([goodbye(client, log), connections.close()]);
  }

  return {
    name: 'discord',
    async start(signal) {
      try {
        signal.throwIfAborted();
        connecting = connect();
        await untilAborted(connecting, signal);
        await untilAborted(register(signal), signal);
      } catch (error) {
        await stop();
        throw error;
      }
      state = 'running';
      log.info(
        { user: client.user?.tag, servers: client.guilds.cache.size, shards: client.ws.shards.size },
        'Discord is connected',
      );
      // It never rejects; what a crash left behind is no reason to wait.
      void commands.resume(port);
    },
    async pause() {
      if (state === 'running') state = 'paused';
    },
    stop,
    whyNotReady() {
      if (state !== 'running') return 'The Discord bot is not running.';
      const lost = client.ws.shards.filter(({ status }) => status !== Status.Ready).size;
      return lost === 0
        ? null
        : `${lost} of ${client.ws.shards.size} gateway connections to Discord are down.`;
    },
    port: () => (state === 'running' || state === 'paused' ? postingPort : null),
    finished: ended.promise,
  };
}

function fileHosts({ baseUrl }: DiscordConfig): string[] {
  return baseUrl === null ? FILE_HOSTS : [...FILE_HOSTS, new URL(baseUrl).host];
}

async function goodbye(client: Client, log: Logger): Promise<void> {
  const late = new AbortController();
  const timer = wait(GOODBYE_MS, 'late' as const, { signal: late.signal }).catch(() => 'late' as const);
  try {
    if ((await Promise.race([client.destroy(), timer])) === 'late') {
      log.warn({}, 'the gateway did not close in time');
    }
  } catch (error) {
    log.warn(faultFields(error), 'the gateway did not close well');
  } finally {
    late.abort();
  }
}
