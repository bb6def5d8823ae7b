import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { ArmedFailures } from '../armed-failures.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { FaultSwitches, PlatformSnapshot, PretendPlatform } from '../pretend-platform.ts';
import { ProblemLog } from '../problem-log.ts';
import { applicationRoutes } from './application-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { CommandRegistry, toPretendCommands, typeOf } from './command-registry.ts';
import { COMMAND } from './command-schema.ts';
import { FileHost } from './file-host.ts';
import { Gateway } from './gateway.ts';
import { INTENT } from './gateway-payloads.ts';
import { guildRoutes } from './guild-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { Interactions } from './interactions.ts';
import { MessageStore } from './message-store.ts';
import { Messages } from './messages.ts';
import { PeopleViews } from './people-views.ts';
import { PersonActions } from './person-actions.ts';
import { MessageRenderer } from './render-message.ts';
import { createRestServer } from './rest-server.ts';
import { SnowflakeMaker } from './snowflake.ts';
import { World, type WorldOptions } from './world.ts';

export interface PretendDiscordOptions extends WorldOptions {
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly now?: () => number;
  readonly token?: string;
  /** The privileged intents that are switched on for the application. */
  readonly privilegedIntents?: { readonly messageContent?: boolean; readonly guildMembers?: boolean };
  readonly heartbeatIntervalMs?: number;
  /** Between two identifies of the same rate limit key (5 s). */
  readonly identifyIntervalMs?: number;
  /** Rate limit keys of identify (1). */
  readonly maxConcurrency?: number;
  readonly resumeWindowMs?: number;
  readonly acknowledgeWithinMs?: number;
  readonly interactionTokenMs?: number;
  readonly fileUrlLifetimeMs?: number;
  readonly maxFileBytes?: number;
  /** What Discord's rate limit windows are multiplied by (1): less makes tests short. */
  readonly rateWindowScale?: number;
  readonly recorder?: ExchangeRecorder;
}

export interface PretendDiscord extends PretendPlatform {
  readonly name: 'discord';
  /** The application's id, which is the bot's too. */
  readonly applicationId: string;
  /** The guild that the bot is in. */
  readonly guildId: string;
  /** Makes the token invalid, as a reset does: the gateway closes with 4004 and REST answers 401. */
  revokeToken(): void;
}

/**
 * A local Discord: gateway and REST API in version 10, and the CDN, on one port of the loopback. Other than the real one
 * it refuses fields that it does not know, and tells in `problems()` what it refused.
 */
export async function startPretendDiscord(options: PretendDiscordOptions = {}): Promise<PretendDiscord> {
  const { host = '127.0.0.1', port = 0, now = Date.now } = options;
  const privilegedIntents =
    ((options.privilegedIntents?.messageContent ?? true) ? INTENT.messageContent : 0) |
    ((options.privilegedIntents?.guildMembers ?? false) ? INTENT.guildMembers : 0);
  let baseUrl = '';
  const baseUrlOf = () => baseUrl;
  const ids = new SnowflakeMaker(now);
  const problems = new ProblemLog(now);
  const failures = new ArmedFailures();
  const world = new World(options, ids, now());
  const token = options.token ?? makeToken(world.bot.id);
  let isRevoked = false;
  const isToken = (given: string) => !isRevoked && given === token;
  const files = new FileHost({
    now,
    urlLifetimeMs: options.fileUrlLifetimeMs ?? 24 * 3600 * 1000,
    maxBytes: options.maxFileBytes ?? 256 * 1024 * 1024,
  });
  const store = new MessageStore(files);
  const renderer = new MessageRenderer({ world, messages: store, files, baseUrl: baseUrlOf });
  const people = new PeopleViews(world, renderer);
  const gateway = new Gateway({
    world,
    messages: store,
    problems,
    now,
    isToken,
    privilegedIntents,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    identifyIntervalMs: options.identifyIntervalMs ?? 5000,
    maxConcurrency: options.maxConcurrency ?? 1,
    resumeWindowMs: options.resumeWindowMs ?? 180_000,
    baseUrl: baseUrlOf,
    onConnectedChange: isConnected => people.tellAll({ type: 'bot', isConnected }),
  });
  const messages = new Messages({ world, store, files, ids, problems, renderer, gateway, people, now });
  const interactions = new Interactions({
    world,
    store,
    messages,
    renderer,
    people,
    gateway,
    problems,
    ids,
    now,
    acknowledgeWithinMs: options.acknowledgeWithinMs ?? 3000,
    tokenLifetimeMs: options.interactionTokenMs ?? 15 * 60 * 1000,
  });
  const commands = new CommandRegistry(ids, world.applicationId);
  const actions = new PersonActions({ world, store, messages, interactions, commands, renderer, people });
  const seesContent = (privilegedIntents & INTENT.messageContent) !== 0;
  const server = createRestServer({
    routes: [
      ...applicationRoutes({ world, gateway, commands, privilegedIntents }),
      ...channelRoutes({ world, store, messages, renderer, people, seesContent }),
      ...guildRoutes({ world, store, mayListMembers: (privilegedIntents & INTENT.guildMembers) !== 0 }),
      ...interactionRoutes({ world, interactions, renderer }),
    ],
    files,
    failures,
    problems,
    recorder: options.recorder ?? null,
    isToken,
    now,
    rateWindowScale: options.rateWindowScale ?? 1,
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = `${host}:${(server.address() as AddressInfo).port}`;
  baseUrl = `http://${address}`;

  const everyone = world.people.map(({ id, name, role }) => ({ id, name, role }));
  const snapshot = (personId: string): PlatformSnapshot => {
    const person = world.person(personId);
    const channels = world.channels.filter(channel => world.canSee(person, channel));
    const [home] = world.guilds;
    const usable = commands.usableIn(home?.id ?? null);
    return {
      people: everyone,
      channels: channels.map(({ id, name, topic }) => ({ id, name, topic })),
      bot: { id: world.bot.id, name: world.bot.name, isConnected: gateway.isConnected },
      commands: toPretendCommands(usable),
      shortcuts: usable.filter(each => typeOf(each) === COMMAND.message).map(({ body }) => body.name),
      messages: channels
        .flatMap(channel => store.in(channel.id))
        .filter(message => people.canSee(personId, message))
        .map(message => people.toPlatformMessage(message)),
    };
  };
  const faults: FaultSwitches = {
    failRequests: (path, status, times, retryAfterSeconds) =>
      failures.arm(path, status, times, retryAfterSeconds),
    // Discord has no warning before it asks for a reconnect: those of Slack's kinds are one.
    dropConnections: how => gateway.drop(how === 'refresh' || how === 'warning' ? 'reconnect' : how),
    expireImageUrls: () => files.expireUrls(),
    expireInteractions: () => interactions.expireAll(),
  };

  return {
    name: 'discord',
    applicationId: world.applicationId,
    people: everyone,
    guildId: world.botGuilds[0]?.id ?? '',
    connection: { baseUrl, token, address },
    snapshot,
    subscribe: (personId, listener) => people.subscribe(world.person(personId).id, listener),
    post: async input => actions.post(input),
    setAltText: async (messageId, fileIndex, altText) => actions.setAltText(messageId, fileIndex, altText),
    runCommand: async input => actions.runCommand(input),
    complete: input => actions.complete(input),
    runShortcut: async input => actions.runShortcut(input),
    press: async input => actions.press(input),
    submit: async input => actions.submit(input),
    deleteMessage: async input => actions.deleteMessage(input),
    revokeToken: () => {
      isRevoked = true;
      gateway.closeAll(4004);
    },
    problems: () => problems.all(),
    faults,
    close: async () => {
      interactions.close();
      gateway.close();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** A token of the form that Discord's have: the bot's id, a time and a secret, which discord.js reads the id out of. */
function makeToken(botId: string): string {
  const encode = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
  return [encode(botId), encode(randomBytes(4)), encode(randomBytes(27))].join('.');
}
