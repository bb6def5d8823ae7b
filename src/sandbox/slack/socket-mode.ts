import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Acknowledgement, Delivery, Transport } from './delivery.ts';
import type { World } from './world.ts';

/** More connections than this are refused, as on Slack. docs.slack.dev/apis/events-api/using-socket-mode */
const MAX_CONNECTIONS = 10;
const MAX_TICKETS = 100;
const TICKET_MS = 30_000;
const MAX_ACKNOWLEDGEMENT_BYTES = 256 * 1024;
const MAX_PENDING = 10_000;
const CLOSE_GRACE_MS = 500;
/** How long after the warning a connection is closed, and after a request to refresh. */
const CLOSE_AFTER_MS = { warning: 10_000, refresh_requested: 1000, link_disabled: 100 } as const;

const acknowledgementSchema = z.strictObject({ envelope_id: z.string(), payload: z.unknown().optional() });

interface Pending {
  readonly socket: WebSocket;
  readonly what: string;
  readonly acceptsResponse: boolean;
  settle(acknowledgement: Acknowledgement): void;
}

/** Slack's side of Socket Mode: hello, envelopes and their acknowledgements, and connections that come and go. */
export class SocketModeServer implements Transport {
  readonly #world: World;
  readonly #appId: string;
  readonly #acknowledgeWithinMs: number;
  readonly #onConnectedChange: (isConnected: boolean) => void;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_ACKNOWLEDGEMENT_BYTES });
  readonly #tickets: LRUCache<string, number>;
  readonly #pending = new Map<string, Pending>();
  /** Envelopes whose time is over, to tell how late an acknowledgement came. */
  readonly #late = new LRUCache<string, { readonly what: string; readonly sentAt: number }>({ max: 500 });
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #ping: NodeJS.Timeout;
  readonly #silent = new WeakSet<WebSocket>();
  #sockets: WebSocket[] = [];
  #turn = 0;

  constructor(
    world: World,
    appId: string,
    options: {
      readonly acknowledgeWithinMs: number;
      readonly pingIntervalMs: number;
      readonly onConnectedChange: (isConnected: boolean) => void;
    },
  ) {
    this.#world = world;
    this.#appId = appId;
    this.#acknowledgeWithinMs = options.acknowledgeWithinMs;
    this.#onConnectedChange = options.onConnectedChange;
    this.#tickets = new LRUCache<string, number>({ max: MAX_TICKETS });
    this.#ping = setInterval(() => this.#pingAll(), options.pingIntervalMs);
    this.#ping.unref();
  }

  get isConnected(): boolean {
    return this.#sockets.length > 0;
  }

  get connectionCount(): number {
    return this.#sockets.length;
  }

  /** A ticket for one connection, as `apps.connections.open` puts it in the address. */
  giveTicket(): string {
    const ticket = randomUUID();
    this.#tickets.set(ticket, this.#world.now());
    return ticket;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'ws://sandbox');
    const ticket = url.searchParams.get('ticket') ?? '';
    const givenAt = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    const isGood =
      url.pathname === '/link/' &&
      givenAt !== undefined &&
      this.#world.now() - givenAt <= TICKET_MS &&
      this.#sockets.length < MAX_CONNECTIONS;
    if (!isGood) {
      this.#world.problems.add(
        'socket',
        'a connection was refused: a bad or used ticket, or ten connections already',
      );
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, opened => this.#welcome(opened));
  }

  send(delivery: Delivery): Promise<Acknowledgement> {
    const open = this.#sockets.filter(socket => socket.readyState === socket.OPEN);
    const socket = open[this.#turn++ % Math.max(open.length, 1)];
    if (socket === undefined || this.#pending.size >= MAX_PENDING) {
      return Promise.resolve({ kind: 'failed', why: 'not-connected', detail: 'no connection' });
    }
    const envelopeId = randomUUID();
    const what = describe(delivery);
    const sentAt = this.#world.now();
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#late.set(envelopeId, { what, sentAt });
        pending.settle({
          kind: 'failed',
          why: 'timeout',
          detail: `no acknowledgement within ${this.#acknowledgeWithinMs} ms`,
        });
      }, this.#acknowledgeWithinMs);
      const pending: Pending = {
        socket,
        what,
        acceptsResponse: delivery.acceptsResponse,
        settle: acknowledgement => {
          clearTimeout(timer);
          this.#pending.delete(envelopeId);
          resolve(acknowledgement);
        },
      };
      this.#pending.set(envelopeId, pending);
      socket.send(
        JSON.stringify({
          envelope_id: envelopeId,
          payload: delivery.payload,
          type: delivery.kind,
          accepts_response_payload: delivery.acceptsResponse,
          ...(delivery.retry === null
            ? {}
            : { retry_attempt: delivery.retry.attempt, retry_reason: delivery.retry.reason }),
        }),
      );
    });
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Says that the connections are about to be closed, and closes those that are still there after a while. */
  announceDisconnect(reason: keyof typeof CLOSE_AFTER_MS): void {
    for (const socket of [...this.#sockets]) {
      socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }));
      this.#after(CLOSE_AFTER_MS[reason], () => socket.close(1000));
    }
  }

  /** Closes every connection, politely for half a second. */
  async close(): Promise<void> {
    clearInterval(this.#ping);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const pending of [...this.#pending.values()]) {
      pending.settle({ kind: 'failed', why: 'not-connected', detail: 'the sandbox was closed' });
    }
    const sockets = this.#sockets;
    const closed = Promise.all(sockets.map(socket => once(socket, 'close')));
    for (const socket of sockets) socket.close(1001);
    await Promise.race([closed, setTimeoutAsync(CLOSE_GRACE_MS, undefined, { ref: false })]);
    for (const socket of sockets) socket.terminate();
    this.#server.close();
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.push(socket);
    if (this.#sockets.length === 1) this.#onConnectedChange(true);
    socket.on('message', data => this.#take(String(data)));
    socket.on('pong', () => this.#silent.delete(socket));
    socket.on('error', error => this.#world.problems.add('socket', error.message));
    socket.on('close', () => this.#forget(socket));
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#sockets.length,
        debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: this.#appId },
      }),
    );
  }

  #forget(socket: WebSocket): void {
    this.#sockets = this.#sockets.filter(one => one !== socket);
    for (const pending of [...this.#pending.values()]) {
      if (pending.socket === socket) {
        pending.settle({ kind: 'failed', why: 'not-connected', detail: 'the connection was closed' });
      }
    }
    if (this.#sockets.length === 0) this.#onConnectedChange(false);
  }

  #take(data: string): void {
    const message = parseAcknowledgement(data);
    if (message === null) {
      this.#world.problems.add('socket', `not an acknowledgement: ${data.slice(0, 200)}`);
      return;
    }
    const pending = this.#pending.get(message.envelope_id);
    if (pending !== undefined) {
      if (!pending.acceptsResponse && Object.keys(message.payload ?? {}).length > 0) {
        this.#world.problems.add(
          pending.what,
          'the acknowledgement carries an answer, which Slack does not read here',
        );
      }
      pending.settle({ kind: 'acknowledged', payload: message.payload });
      return;
    }
    const late = this.#late.get(message.envelope_id);
    this.#world.problems.add(
      late?.what ?? 'socket',
      late === undefined
        ? `an unknown envelope was acknowledged, or one twice: ${message.envelope_id}`
        : `acknowledged late, after ${Math.round(this.#world.now() - late.sentAt)} ms`,
    );
  }

  #pingAll(): void {
    for (const socket of this.#sockets) {
      if (this.#silent.has(socket)) {
        this.#world.problems.add('socket', 'a ping was not answered before the next one');
        socket.terminate();
      } else {
        this.#silent.add(socket);
        socket.ping('Ping from the sandbox');
      }
    }
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}

function describe({ kind, payload }: Delivery): string {
  const event = payload.event as { type?: string } | undefined;
  return `${kind} ${String(event?.type ?? payload.command ?? payload.type)}`;
}

function parseAcknowledgement(data: string): z.infer<typeof acknowledgementSchema> | null {
  try {
    return acknowledgementSchema.parse(JSON.parse(data));
  } catch {
    return null;
  }
}
