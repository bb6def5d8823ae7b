import { ArmedFailures } from '../armed-failures.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { PretendPerson } from '../pretend-platform.ts';
import { installApp } from './app.ts';
import { AppEvents } from './app-events.ts';
import { ACKNOWLEDGE_WITHIN_MS, Deliveries, type DeliveryKind, EVENT_RETRY_DELAYS_MS } from './delivery.ts';
import { FileStore } from './files.ts';
import { createHttpApp, listen } from './http-server.ts';
import { Interactions } from './interactions.ts';
import { DEFAULT_MANIFEST, readManifest } from './manifest.ts';
import { AppMessages } from './messages.ts';
import { PretendSlack } from './pretend-slack.ts';
import { RateLimits } from './rate-limits.ts';
import { ResponseUrls } from './response-urls.ts';
import { SocketModeServer } from './socket-mode.ts';
import { InteractionTokens } from './tokens.ts';
import { Uploads } from './uploads.ts';
import { Views } from './views.ts';
import { WebApi } from './web-api/serve-method.ts';
import { World } from './world.ts';

const PING_INTERVAL_MS = 10_000;

export interface PretendSlackOptions {
  readonly host?: string;
  /** 0, the default, takes any that is free. */
  readonly port?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** The app's manifest as parsed JSON: what it does not declare does not arrive. */
  readonly manifest?: unknown;
  /** The scopes that were granted, where they are not those of the manifest. */
  readonly scopes?: readonly string[];
  readonly people?: readonly Pick<PretendPerson, 'name' | 'role'>[];
  readonly channels?: readonly NewChannel[];
  /** Off: a load test that is not about them. */
  readonly hasRateLimits?: boolean;
  /** 3,000 as on Slack; less in tests that wait for it. */
  readonly acknowledgeWithinMs?: number;
  /** When an event that was not acknowledged is repeated: at once, after a minute, after five. */
  readonly retryDelaysMs?: readonly number[];
  /** How long an upload cannot be shown in blocks yet, since Slack looks it through first; 0 where it is not said. */
  readonly uploadsReadyAfterMs?: number;
  readonly recorder?: ExchangeRecorder & {
    /** What Slack sends to the app of its own accord. */
    onEvent?(event: { readonly kind: DeliveryKind; readonly payload: unknown }): void;
  };
}

interface NewChannel {
  readonly name: string;
  readonly topic?: string;
  readonly isPrivate?: boolean;
  /** True unless said otherwise. */
  readonly hasBot?: boolean;
}

const PEOPLE: readonly Pick<PretendPerson, 'name' | 'role'>[] = [
  { name: 'olive', role: 'owner' },
  { name: 'moss', role: 'moderator' },
  { name: 'maya', role: 'member' },
  { name: 'kofi', role: 'member' },
];

const CHANNELS: readonly NewChannel[] = [
  { name: 'general', topic: 'Everything' },
  { name: 'photos', topic: 'Pictures that we took' },
  { name: 'accessibility', topic: 'Alt text and more' },
  { name: 'no-robots', topic: 'People only #nobot' },
];

/**
 * Starts a pretend Slack: a workspace with people and channels in which the app is installed, reached by Slack's own
 * protocols (Web API, Socket Mode, response URLs, file addresses) on a local port.
 *
 * @throws z.ZodError for a manifest that Slack would refuse; Error where the port is taken
 */
export async function startPretendSlack(options: PretendSlackOptions = {}): Promise<PretendSlack> {
  const { host = '127.0.0.1', port = 0, now = Date.now } = options;
  const manifest = options.manifest === undefined ? DEFAULT_MANIFEST : readManifest(options.manifest);
  const world = new World(now, new FileStore());
  const app = installApp(world, manifest, options.scopes ?? manifest.oauth_config.scopes.bot);
  populate(world, app.botUserId, options);

  const sockets = new SocketModeServer(world, app.id, {
    acknowledgeWithinMs: options.acknowledgeWithinMs ?? ACKNOWLEDGE_WITHIN_MS,
    pingIntervalMs: PING_INTERVAL_MS,
    onConnectedChange: isConnected => world.tell(() => true, { type: 'bot', isConnected }),
  });
  const onEvent = options.recorder?.onEvent?.bind(options.recorder);
  const deliveries = new Deliveries(world, app, sockets, {
    retryDelaysMs: options.retryDelaysMs ?? EVENT_RETRY_DELAYS_MS,
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  const events = new AppEvents(world, app, deliveries);
  const failures = new ArmedFailures();
  const tokens = new InteractionTokens(world.ids, now);
  const views = new Views(world, app);
  const uploads = new Uploads(world, app.botUserId, options.uploadsReadyAfterMs ?? 0);

  // The address is known once the server listens: what needs it is built then, before the first request.
  const { server, port: boundPort, mount } = await listen(host, port);
  const address = `${host}:${boundPort}`;
  const baseUrl = `http://${address}`;
  const messages = new AppMessages(world, app, events, baseUrl);
  const responses = new ResponseUrls(world, messages, tokens);
  const context = { world, app, messages, events, tokens, views, uploads, baseUrl };
  const limits = options.hasRateLimits === false ? null : new RateLimits(now);
  const api = new WebApi(context, limits, sockets, `ws://${address}`);
  mount(
    createHttpApp({
      world,
      app,
      api,
      responseUrls: responses,
      uploads,
      failures,
      recorder: options.recorder,
    }),
  );
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));

  const interactions = new Interactions({ world, app, deliveries, tokens, views, responses, baseUrl });
  return new PretendSlack({
    world,
    api,
    app,
    sockets,
    deliveries,
    events,
    failures,
    tokens,
    views,
    messages,
    interactions,
    server,
    baseUrl,
    acknowledgeWithinMs: options.acknowledgeWithinMs ?? ACKNOWLEDGE_WITHIN_MS,
  });
}

function populate(world: World, botUserId: string, options: PretendSlackOptions): void {
  const people = (options.people ?? PEOPLE).map(person => world.addUser({ ...person, isBot: false }));
  const creator = people.find(person => person.role === 'owner')?.id ?? botUserId;
  for (const channel of options.channels ?? CHANNELS) {
    world.addChannel({
      name: channel.name,
      kind: channel.isPrivate === true ? 'group' : 'channel',
      topic: channel.topic ?? '',
      creator,
      partner: null,
      members: [...people.map(person => person.id), ...(channel.hasBot === false ? [] : [botUserId])],
    });
  }
  for (const person of people) {
    world.addChannel({
      name: 'visual-narrator',
      kind: 'im',
      topic: '',
      creator: person.id,
      partner: person.id,
      members: [person.id, botUserId],
    });
  }
}
