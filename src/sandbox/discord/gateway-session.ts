import type { GatewayConnection } from './gateway-connection.ts';
import type { Json } from './render.ts';

const MAX_REPLAY = 1000;

/** A session of a shard: it outlives its connection, so that it can be resumed. */
export class GatewaySession {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  connection: GatewayConnection | null;
  /** When the connection went; null while there is one. */
  lostAt: number | null = null;
  #seq = 0;
  /** The last dispatches, as they were sent: kept for a replay. */
  #sent: { readonly seq: number; readonly text: string }[] = [];

  constructor(id: string, shard: readonly [number, number], intents: number, connection: GatewayConnection) {
    this.id = id;
    this.shard = shard;
    this.intents = intents;
    this.connection = connection;
  }

  dispatch(type: string, data: Json): void {
    this.#seq++;
    const text = JSON.stringify({ op: 0, t: type, s: this.#seq, d: data });
    this.#sent.push({ seq: this.#seq, text });
    if (this.#sent.length > MAX_REPLAY) this.#sent.shift();
    this.connection?.socket.send(text);
  }

  /** Whether all that came after `seq` is still at hand. */
  canReplayFrom(seq: number): boolean {
    const oldest = this.#sent[0]?.seq ?? this.#seq + 1;
    return seq <= this.#seq && seq >= oldest - 1;
  }

  /** Sends again what came after `seq`, then goes on over the new connection. */
  resume(connection: GatewayConnection, seq: number): void {
    this.connection = connection;
    this.lostAt = null;
    for (const sent of this.#sent) {
      if (sent.seq > seq) connection.socket.send(sent.text);
    }
    this.dispatch('RESUMED', {});
  }
}
