import type { WebSocket } from 'ws';
import type { Json } from './render.ts';

const MAX_REPLAY = 1000;

/** One dispatch that a session was sent, kept for its replay. */
interface Sent {
  readonly seq: number;
  readonly text: string;
}

/** A session of a shard: it outlives its socket, so that it can be resumed. */
export class GatewaySession {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  socket: WebSocket | null;
  /** When the socket went; null while there is one. */
  lostAt: number | null = null;
  #seq = 0;
  #sent: Sent[] = [];

  constructor(id: string, shard: readonly [number, number], intents: number, socket: WebSocket) {
    this.id = id;
    this.shard = shard;
    this.intents = intents;
    this.socket = socket;
  }

  dispatch(type: string, data: Json): void {
    this.#seq++;
    const text = JSON.stringify({ op: 0, t: type, s: this.#seq, d: data });
    this.#sent.push({ seq: this.#seq, text });
    if (this.#sent.length > MAX_REPLAY) this.#sent.shift();
    this.socket?.send(text);
  }

  /** Whether all that came after `seq` is still at hand. */
  canReplayFrom(seq: number): boolean {
    const oldest = this.#sent[0]?.seq ?? this.#seq + 1;
    return seq <= this.#seq && seq >= oldest - 1;
  }

  /** Sends again what came after `seq`, then goes on over the new socket. */
  resume(socket: WebSocket, seq: number): void {
    this.socket = socket;
    this.lostAt = null;
    for (const sent of this.#sent) {
      if (sent.seq > seq) socket.send(sent.text);
    }
    this.dispatch('RESUMED', {});
  }
}
