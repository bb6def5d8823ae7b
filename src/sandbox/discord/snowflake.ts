/** The first second of 2015, from which Discord counts (API reference, "Snowflakes"). */
const DISCORD_EPOCH_MS = 1_420_070_400_000;
const MAX_INCREMENT = 4095n;

/** Makes ids as Discord does: the time in milliseconds in the upper 42 bits, so that ids sort by age. */
export class SnowflakeMaker {
  readonly #now: () => number;
  #lastMs = 0;
  #increment = 0n;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(): string {
    const ms = Math.max(Math.floor(this.#now()), this.#lastMs);
    this.#increment = ms === this.#lastMs ? this.#increment + 1n : 0n;
    // More than 4,096 ids in a millisecond: the next ones are dated a millisecond on, and stay in order.
    this.#lastMs = this.#increment > MAX_INCREMENT ? ms + 1 : ms;
    if (this.#increment > MAX_INCREMENT) this.#increment = 0n;
    return String((BigInt(this.#lastMs - DISCORD_EPOCH_MS) << 22n) | this.#increment);
  }
}

/** The shard of a guild: `(guild_id >> 22) % num_shards` (Gateway documentation, "Sharding"). */
export function shardOf(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}
