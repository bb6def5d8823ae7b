import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ProblemLog } from '../problem-log.ts';
import { GatewayConnection } from './gateway-connection.ts';
import { CLOSE, INTENT, identify, KNOWN_INTENTS, OP, requestMembers, resume } from './gateway-payloads.ts';
import { GatewaySession } from './gateway-session.ts';
import type { MessageStore } from './message-store.ts';
import { type Json, renderMember } from './render.ts';
import { renderGuildCreate, renderReady } from './render-gateway.ts';
import { shardOf } from './snowflake.ts';
import type { World } from './world.ts';

export interface GatewayOptions {
  readonly world: World;
  readonly messages: MessageStore;
  readonly problems: ProblemLog;
  readonly now: () => number;
  readonly isToken: (token: string) => boolean;
  /** The privileged intents that are switched on for the application. */
  readonly privilegedIntents: number;
  readonly heartbeatIntervalMs: number;
  /** The time between two identifies of shards with the same rate limit key. */
  readonly identifyIntervalMs: number;
  /** The number of rate limit keys: a shard's is its id modulo this. */
  readonly maxConcurrency: number;
  /** How long a session without a socket can be resumed. */
  readonly resumeWindowMs: number;
  readonly baseUrl: () => string;
  readonly onConnectedChange: (isConnected: boolean) => void;
}

interface Event {
  readonly type: string;
  /** Null: a direct message, which goes to shard 0. */
  readonly guildId: string | null;
  /** A session needs one of these; 0: every session. */
  readonly intents: number;
  readonly data: (session: GatewaySession) => Json;
}

const MAX_SOCKET_PAYLOAD_BYTES = 1 << 20;
const MAX_SESSIONS = 64;
const SESSION_STARTS_PER_DAY = 1000;
const DAY_MS = 24 * 3600 * 1000;
const PRIVILEGED = INTENT.guildMembers | INTENT.guildPresences | INTENT.messageContent;

/** Discord's gateway, version 10, as JSON without compression. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_SOCKET_PAYLOAD_BYTES });
  readonly #sessions = new Map<string, GatewaySession>();
  readonly #identifiedAt = new Map<number, number>();
  #starts = 0;
  #wasConnected = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return [...this.#sessions.values()].some(session => session.connection !== null);
  }

  /** What `GET /gateway/bot` says. */
  describe(): Json {
    return {
      url: this.#url(),
      shards: 1,
      session_start_limit: {
        total: SESSION_STARTS_PER_DAY,
        remaining: Math.max(0, SESSION_STARTS_PER_DAY - this.#starts),
        reset_after: DAY_MS,
        max_concurrency: this.#options.maxConcurrency,
      },
    };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
    this.#server.handleUpgrade(request, socket, head, client => this.#welcome(client, query));
  }

  dispatch(event: Event): void {
    for (const session of this.#sessions.values()) {
      const [id, count] = session.shard;
      const isForShard = (event.guildId === null ? 0 : shardOf(event.guildId, count)) === id;
      if (isForShard && (event.intents === 0 || (session.intents & event.intents) !== 0)) {
        session.dispatch(event.type, event.data(session));
      }
    }
  }

  drop(how: 'cut' | 'reconnect' | 'invalid-session'): void {
    for (const session of [...this.#sessions.values()]) {
      const { connection } = session;
      if (how === 'cut') {
        connection?.socket.terminate();
      } else if (how === 'reconnect') {
        connection?.send(OP.reconnect, null);
      } else {
        this.#sessions.delete(session.id);
        if (connection === null) continue;
        // It may identify again over the same connection.
        connection.session = null;
        connection.send(OP.invalidSession, false);
      }
    }
    this.#noteConnection();
  }

  /** Closes every connection with a code. */
  closeAll(code: number): void {
    for (const session of this.#sessions.values()) session.connection?.socket.close(code);
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    this.#sessions.clear();
  }

  #url(): string {
    return `${this.#options.baseUrl().replace(/^http/, 'ws')}/gateway`;
  }

  #welcome(socket: WebSocket, query: URLSearchParams): void {
    const { heartbeatIntervalMs, problems } = this.#options;
    const connection = new GatewayConnection({
      socket,
      heartbeatIntervalMs,
      problems,
      onPayload: (from, op, data) => this.#serve(from, op, data),
      onClose: (from, code) => this.#lose(from, code),
    });
    if (query.get('v') !== '10') {
      connection.refuse(CLOSE.invalidApiVersion, 'only v=10 is spoken here');
    } else if ((query.get('encoding') ?? 'json') !== 'json' || query.has('compress')) {
      connection.refuse(CLOSE.decodeError, 'only encoding=json without compress is spoken here');
    }
  }

  #serve(connection: GatewayConnection, op: number, data: unknown): void {
    const { session } = connection;
    if (op === OP.identify || op === OP.resume) {
      if (session !== null) {
        connection.refuse(CLOSE.alreadyAuthenticated, 'identified twice');
      } else if (op === OP.identify) {
        this.#identify(connection, data);
      } else {
        this.#resume(connection, data);
      }
      this.#noteConnection();
    } else if (session === null) {
      connection.refuse(CLOSE.notAuthenticated, `sent op ${op} before identify`);
    } else if (op === OP.requestMembers) {
      this.#sendMembers(connection, session, data);
    } else if (op !== OP.presence && op !== OP.voiceState) {
      connection.refuse(CLOSE.unknownOpcode, `sent the unknown op ${op}`);
    }
  }

  #identify(connection: GatewayConnection, data: unknown): void {
    const parsed = identify.safeParse(data);
    if (!parsed.success) {
      connection.refuse(CLOSE.decodeError, 'sent a malformed identify');
      return;
    }
    const { token, intents, shard = [0, 1] as const } = parsed.data;
    const { isToken, privilegedIntents, world, messages } = this.#options;
    const disallowed = intents & PRIVILEGED & ~privilegedIntents;
    if (!isToken(token)) {
      connection.refuse(CLOSE.authenticationFailed, 'identified with a wrong token');
    } else if ((intents & ~KNOWN_INTENTS) !== 0) {
      connection.refuse(CLOSE.invalidIntents, `asked for the unknown intents ${intents}`);
    } else if (disallowed !== 0) {
      connection.refuse(CLOSE.disallowedIntents, `asked for intents that are not switched on: ${disallowed}`);
    } else if (shard[0] >= shard[1]) {
      connection.refuse(CLOSE.invalidShard, `asked for shard ${shard.join(' of ')}`);
    } else if (!this.#mayIdentify(shard[0])) {
      connection.send(OP.invalidSession, false);
    } else {
      const session = new GatewaySession(randomBytes(16).toString('hex'), shard, intents, connection);
      connection.session = session;
      this.#keep(session);
      const guilds = world.botGuilds.filter(guild => shardOf(guild.id, shard[1]) === shard[0]);
      session.dispatch('READY', renderReady(session, guilds, world, this.#url()));
      if ((intents & INTENT.guilds) === 0) return;
      for (const guild of guilds) {
        session.dispatch('GUILD_CREATE', renderGuildCreate(guild, session, world, messages));
      }
    }
  }

  /** One identify for each rate limit key in an interval (Gateway documentation, "Sharding"). */
  #mayIdentify(shardId: number): boolean {
    const { now, identifyIntervalMs, maxConcurrency } = this.#options;
    const key = shardId % maxConcurrency;
    if (now() - (this.#identifiedAt.get(key) ?? 0) < identifyIntervalMs) return false;
    this.#identifiedAt.set(key, now());
    this.#starts++;
    return true;
  }

  #resume(connection: GatewayConnection, data: unknown): void {
    const parsed = resume.safeParse(data);
    if (!parsed.success) {
      connection.refuse(CLOSE.decodeError, 'sent a malformed resume');
      return;
    }
    const { token, session_id: id, seq } = parsed.data;
    const { isToken, now, resumeWindowMs } = this.#options;
    const session = this.#sessions.get(id);
    if (!isToken(token)) {
      connection.refuse(CLOSE.authenticationFailed, 'resumed with a wrong token');
    } else if (
      session === undefined ||
      (session.lostAt !== null && now() - session.lostAt > resumeWindowMs) ||
      !session.canReplayFrom(seq)
    ) {
      this.#sessions.delete(id);
      connection.send(OP.invalidSession, false);
    } else {
      const before = session.connection;
      connection.session = session;
      session.resume(connection, seq);
      before?.socket.terminate();
    }
  }

  #sendMembers(connection: GatewayConnection, session: GatewaySession, data: unknown): void {
    const parsed = requestMembers.safeParse(data);
    const guild = parsed.success ? this.#options.world.findGuild(parsed.data.guild_id) : undefined;
    if (!parsed.success || guild?.hasBot !== true) {
      connection.refuse(CLOSE.decodeError, 'sent a malformed request for members');
      return;
    }
    const { user_ids: userIds, query = '', limit = 0, nonce } = parsed.data;
    if (userIds === undefined && query === '' && (session.intents & INTENT.guildMembers) === 0) {
      this.#options.problems.add('GATEWAY', 'asked for all members without the intent for them');
      return;
    }
    const ids = userIds === undefined ? null : [userIds].flat();
    const all = [...guild.members.values()];
    const named = all.filter(({ user }) => user.name.toLowerCase().startsWith(query.toLowerCase()));
    const found = ids?.flatMap(id => guild.members.get(id) ?? []) ?? named.slice(0, limit || undefined);
    session.dispatch('GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: found.map(member => renderMember(guild, member)),
      chunk_index: 0,
      chunk_count: 1,
      not_found: (ids ?? []).filter(id => !guild.members.has(id)),
      ...(nonce === undefined ? {} : { nonce }),
    });
  }

  #keep(session: GatewaySession): void {
    this.#sessions.set(session.id, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    const [oldest] = this.#sessions.values();
    const leaving = [...this.#sessions.values()].find(each => each.connection === null) ?? oldest;
    if (leaving === undefined) return;
    this.#sessions.delete(leaving.id);
    leaving.connection?.socket.terminate();
  }

  #lose(connection: GatewayConnection, code: number): void {
    const { session } = connection;
    // A resume may have given the session to another connection by now.
    if (session === null || session.connection !== connection) return;
    session.connection = null;
    session.lostAt = this.#options.now();
    // A client that closes with 1000 or 1001 gives its session up.
    if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
    this.#noteConnection();
  }

  #noteConnection(): void {
    if (this.isConnected === this.#wasConnected) return;
    this.#wasConnected = this.isConnected;
    this.#options.onConnectedChange(this.#wasConnected);
  }
}
