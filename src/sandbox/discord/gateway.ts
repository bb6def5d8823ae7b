import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ProblemLog } from '../problem-log.ts';
import {
  CLOSE,
  gatewayPayload,
  INTENT,
  identify,
  KNOWN_INTENTS,
  OP,
  requestMembers,
  resume,
} from './gateway-payloads.ts';
import { GatewaySession } from './gateway-session.ts';
import type { MessageStore } from './message-store.ts';
import { type Json, renderChannel, renderGuild, renderMember, renderUser } from './render.ts';
import { shardOf } from './snowflake.ts';
import type { GuildState, World } from './world.ts';

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

const MAX_PAYLOAD_BYTES = 4096;
const MAX_SENT_PER_MINUTE = 120;
const MAX_SESSIONS = 64;
const SESSION_STARTS_PER_DAY = 1000;
const PRIVILEGED = INTENT.guildMembers | INTENT.guildPresences | INTENT.messageContent;
const WHERE = 'GATEWAY';

/** Discord's gateway, version 10, as JSON without compression. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 });
  readonly #sessions = new Map<string, GatewaySession>();
  readonly #lastIdentify = new Map<number, number>();
  #starts = 0;
  #wasConnected = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return [...this.#sessions.values()].some(session => session.socket !== null);
  }

  /** What `GET /gateway/bot` says. */
  describe(): Json {
    return {
      url: this.#url(),
      shards: 1,
      session_start_limit: {
        total: SESSION_STARTS_PER_DAY,
        remaining: Math.max(0, SESSION_STARTS_PER_DAY - this.#starts),
        reset_after: 24 * 3600 * 1000,
        max_concurrency: 1,
      },
    };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, client => this.#welcome(client, request));
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
      const { socket } = session;
      if (how === 'cut') {
        socket?.terminate();
      } else if (how === 'reconnect') {
        send(socket, OP.reconnect, null);
      } else {
        this.#sessions.delete(session.id);
        send(socket, OP.invalidSession, false);
      }
    }
  }

  /** Closes every connection with a code; 4004 ends the bot's access for good, as a reset token does. */
  closeAll(code: number): void {
    for (const session of this.#sessions.values()) session.socket?.close(code);
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    this.#sessions.clear();
  }

  #url(): string {
    return `${this.#options.baseUrl().replace(/^http/, 'ws')}/gateway`;
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
    if (query.get('v') !== '10') {
      this.#refuse(socket, CLOSE.invalidApiVersion, 'only v=10 is spoken here');
      return;
    }
    if ((query.get('encoding') ?? 'json') !== 'json' || query.has('compress')) {
      this.#refuse(socket, CLOSE.decodeError, 'only encoding=json without compress is spoken here');
      return;
    }
    const { heartbeatIntervalMs } = this.#options;
    let session: GatewaySession | null = null;
    let lastBeat = Date.now();
    const sentAt: number[] = [];
    // A client may be late by its jitter and the network; one that missed a whole interval is gone.
    const watch = setInterval(() => {
      if (Date.now() - lastBeat > heartbeatIntervalMs * 1.5) {
        this.#refuse(socket, CLOSE.sessionTimedOut, 'missed a heartbeat');
      }
    }, heartbeatIntervalMs / 4);
    watch.unref();
    socket.on('error', () => socket.terminate());
    socket.on('close', code => {
      clearInterval(watch);
      if (session?.socket === socket) this.#lose(session, code);
    });
    socket.on('message', raw => {
      const text = raw.toString();
      if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
        return this.#refuse(socket, CLOSE.decodeError, `sent more than ${MAX_PAYLOAD_BYTES} bytes`);
      }
      const minuteAgo = Date.now() - 60_000;
      while (sentAt[0] !== undefined && sentAt[0] < minuteAgo) sentAt.shift();
      sentAt.push(Date.now());
      if (sentAt.length > MAX_SENT_PER_MINUTE) {
        return this.#refuse(
          socket,
          CLOSE.rateLimited,
          `sent more than ${MAX_SENT_PER_MINUTE} events in a minute`,
        );
      }
      const payload = gatewayPayload.safeParse(parseJson(text));
      if (!payload.success) return this.#refuse(socket, CLOSE.decodeError, 'sent no gateway payload');
      const { op, d } = payload.data;
      if (op === OP.heartbeat) {
        lastBeat = Date.now();
        return send(socket, OP.heartbeatAck, null);
      }
      if (op === OP.identify || op === OP.resume) {
        if (session !== null) return this.#refuse(socket, CLOSE.alreadyAuthenticated, 'identified twice');
        session = op === OP.identify ? this.#identify(socket, d) : this.#resume(socket, d);
        return this.#noteConnection();
      }
      if (session === null)
        return this.#refuse(socket, CLOSE.notAuthenticated, `sent op ${op} before identify`);
      if (op === OP.requestMembers) return this.#sendMembers(session, socket, d);
      if (op !== OP.presence && op !== OP.voiceState) {
        this.#refuse(socket, CLOSE.unknownOpcode, `sent the unknown op ${op}`);
      }
    });
    send(socket, OP.hello, { heartbeat_interval: heartbeatIntervalMs, _trace: [] });
  }

  #identify(socket: WebSocket, data: unknown): GatewaySession | null {
    const parsed = identify.safeParse(data);
    if (!parsed.success) {
      this.#refuse(socket, CLOSE.decodeError, `sent a malformed identify: ${parsed.error.message}`);
      return null;
    }
    const { token, intents, shard = [0, 1] as const } = parsed.data;
    const refuse = (code: number, what: string) => {
      this.#refuse(socket, code, what);
      return null;
    };
    if (!this.#options.isToken(token))
      return refuse(CLOSE.authenticationFailed, 'identified with a wrong token');
    if ((intents & ~KNOWN_INTENTS) !== 0)
      return refuse(CLOSE.invalidIntents, `asked for unknown intents ${intents}`);
    const disallowed = intents & PRIVILEGED & ~this.#options.privilegedIntents;
    if (disallowed !== 0) {
      return refuse(CLOSE.disallowedIntents, `asked for intents that are not switched on: ${disallowed}`);
    }
    if (shard[0] >= shard[1]) return refuse(CLOSE.invalidShard, `asked for shard ${shard.join(' of ')}`);
    const last = this.#lastIdentify.get(shard[0]);
    const now = this.#options.now();
    // Shards share one rate limit key where max_concurrency is 1.
    const lastOfAny = Math.max(last ?? 0, ...this.#lastIdentify.values());
    if (now - lastOfAny < this.#options.identifyIntervalMs) {
      send(socket, OP.invalidSession, false);
      return null;
    }
    this.#lastIdentify.set(shard[0], now);
    this.#starts++;
    const session = new GatewaySession(randomBytes(16).toString('hex'), shard, intents, socket);
    this.#keep(session);
    this.#sendReady(session);
    return session;
  }

  #resume(socket: WebSocket, data: unknown): GatewaySession | null {
    const parsed = resume.safeParse(data);
    if (!parsed.success) {
      this.#refuse(socket, CLOSE.decodeError, 'sent a malformed resume');
      return null;
    }
    const { token, session_id: id, seq } = parsed.data;
    if (!this.#options.isToken(token)) {
      this.#refuse(socket, CLOSE.authenticationFailed, 'resumed with a wrong token');
      return null;
    }
    const session = this.#sessions.get(id);
    const now = this.#options.now();
    const isOver =
      session === undefined ||
      (session.lostAt !== null && now - session.lostAt > this.#options.resumeWindowMs) ||
      !session.canReplayFrom(seq);
    if (isOver) {
      if (session !== undefined) this.#sessions.delete(id);
      send(socket, OP.invalidSession, false);
      return null;
    }
    session.socket?.terminate();
    session.resume(socket, seq);
    return session;
  }

  #sendReady(session: GatewaySession): void {
    const { world } = this.#options;
    const [shardId, shardCount] = session.shard;
    const guilds = world.botGuilds.filter(guild => shardOf(guild.id, shardCount) === shardId);
    session.dispatch('READY', {
      v: 10,
      user: { ...renderUser(world.bot), verified: true, email: null, mfa_enabled: true },
      guilds: guilds.map(guild => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#url(),
      shard: session.shard,
      application: { id: world.applicationId, flags: 0 },
      private_channels: [],
      relationships: [],
      user_settings: {},
      geo_ordered_rtc_regions: [],
      _trace: [],
    });
    if ((session.intents & INTENT.guilds) === 0) return;
    for (const guild of guilds) session.dispatch('GUILD_CREATE', this.#renderGuildCreate(guild, session));
  }

  #renderGuildCreate(guild: GuildState, session: GatewaySession): Json {
    const { world, messages } = this.#options;
    const seesMembers = (session.intents & INTENT.guildMembers) !== 0;
    const members = [...guild.members.values()].filter(({ user }) => seesMembers || user.id === world.bot.id);
    return {
      ...renderGuild(guild, world),
      joined_at: new Date(guild.createdAt).toISOString(),
      large: false,
      unavailable: false,
      member_count: guild.members.size,
      voice_states: [],
      members: members.map(member => renderMember(guild, member)),
      channels: guild.channels.map(channel => renderChannel(channel, world, messages.lastId(channel.id))),
      threads: [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    };
  }

  #sendMembers(session: GatewaySession, socket: WebSocket, data: unknown): void {
    const parsed = requestMembers.safeParse(data);
    const guild = parsed.success ? this.#options.world.findGuild(parsed.data.guild_id) : undefined;
    if (!parsed.success || guild?.hasBot !== true) {
      this.#refuse(socket, CLOSE.decodeError, 'sent a malformed request for members');
      return;
    }
    const { user_ids: userIds, query, limit = 0, nonce } = parsed.data;
    const seesAll = (session.intents & INTENT.guildMembers) !== 0;
    if (userIds === undefined && (query === undefined || query === '') && !seesAll) {
      this.#options.problems.add(WHERE, 'asked for all members without the intent for them: no answer comes');
      return;
    }
    const ids = userIds === undefined ? null : [userIds].flat();
    const found =
      ids === null
        ? [...guild.members.values()]
            .filter(({ user }) => user.name.toLowerCase().startsWith((query ?? '').toLowerCase()))
            .slice(0, limit === 0 ? undefined : limit)
        : ids.flatMap(id => guild.members.get(id) ?? []);
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
    const idle = [...this.#sessions.values()].find(each => each.socket === null) ?? session;
    idle.socket?.terminate();
    this.#sessions.delete(idle.id);
  }

  #lose(session: GatewaySession, code: number): void {
    session.socket = null;
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

  #refuse(socket: WebSocket, code: number, what: string): void {
    this.#options.problems.add(WHERE, `${what} (close ${code})`);
    socket.close(code);
  }
}

function send(socket: WebSocket | null, op: number, d: unknown): void {
  socket?.send(JSON.stringify({ op, d, s: null, t: null }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
