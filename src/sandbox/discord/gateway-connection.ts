import type { WebSocket } from 'ws';
import type { ProblemLog } from '../problem-log.ts';
import { CLOSE, gatewayPayload, OP } from './gateway-payloads.ts';
import type { GatewaySession } from './gateway-session.ts';

export interface GatewayConnectionOptions {
  readonly socket: WebSocket;
  readonly heartbeatIntervalMs: number;
  readonly problems: ProblemLog;
  /** What came but heartbeats, which the connection answers itself. */
  readonly onPayload: (connection: GatewayConnection, op: number, data: unknown) => void;
  readonly onClose: (connection: GatewayConnection, code: number) => void;
}

const MAX_PAYLOAD_BYTES = 4096;
const MAX_SENT_PER_MINUTE = 120;
/** A client may be late by its jitter and the network; one that is half an interval late is gone. */
const LATENESS = 1.5;

/** One socket of the gateway: greets, counts heartbeats and what is sent, and closes with Discord's codes. */
export class GatewayConnection {
  readonly socket: WebSocket;
  /** Set once it has identified or resumed. */
  session: GatewaySession | null = null;
  readonly #options: GatewayConnectionOptions;
  readonly #sentAt: number[] = [];
  readonly #watch: NodeJS.Timeout;
  #lastBeat = performance.now();

  constructor(options: GatewayConnectionOptions) {
    this.#options = options;
    this.socket = options.socket;
    const { socket, heartbeatIntervalMs } = options;
    this.#watch = setInterval(() => this.#checkHeartbeat(), heartbeatIntervalMs / 4);
    this.#watch.unref();
    socket.on('error', () => socket.terminate());
    socket.on('close', code => {
      clearInterval(this.#watch);
      options.onClose(this, code);
    });
    socket.on('message', raw => this.#receive(raw.toString()));
    this.send(OP.hello, { heartbeat_interval: heartbeatIntervalMs, _trace: [] });
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d, s: null, t: null }));
  }

  /** Closes with a code, and lists why. */
  refuse(code: number, what: string): void {
    this.#options.problems.add('GATEWAY', `${what} (close ${code})`);
    this.socket.close(code);
  }

  #checkHeartbeat(): void {
    if (performance.now() - this.#lastBeat <= this.#options.heartbeatIntervalMs * LATENESS) return;
    clearInterval(this.#watch);
    this.refuse(CLOSE.sessionTimedOut, 'missed a heartbeat');
  }

  #receive(text: string): void {
    // What was under way when the connection was refused is not looked at.
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
      this.refuse(CLOSE.decodeError, `sent more than ${MAX_PAYLOAD_BYTES} bytes`);
      return;
    }
    const now = performance.now();
    while (this.#sentAt[0] !== undefined && this.#sentAt[0] < now - 60_000) this.#sentAt.shift();
    this.#sentAt.push(now);
    if (this.#sentAt.length > MAX_SENT_PER_MINUTE) {
      this.refuse(CLOSE.rateLimited, `sent more than ${MAX_SENT_PER_MINUTE} events in a minute`);
      return;
    }
    const payload = gatewayPayload.safeParse(parseJson(text));
    if (!payload.success) {
      this.refuse(CLOSE.decodeError, 'sent no gateway payload');
    } else if (payload.data.op === OP.heartbeat) {
      this.#lastBeat = now;
      this.send(OP.heartbeatAck, null);
    } else {
      this.#options.onPayload(this, payload.data.op, payload.data.d);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
