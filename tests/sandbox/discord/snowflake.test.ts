import { SnowflakeUtil } from 'discord.js';
import { expect, it } from 'vitest';
import { SnowflakeMaker, shardOf } from '../../../src/sandbox/discord/snowflake.ts';

it('makes ids that hold their time, as discord.js reads it', () => {
  const now = Date.UTC(2026, 10, 25, 12);
  expect(SnowflakeUtil.timestampFrom(new SnowflakeMaker(() => now).next())).toBe(now);
});

it('makes ids that rise, also many in a millisecond and where the clock goes back', () => {
  let now = Date.UTC(2026, 0, 1);
  const maker = new SnowflakeMaker(() => now);
  const ids = Array.from({ length: 10_000 }, (_, n) => {
    if (n === 5000) now -= 60_000;
    return BigInt(maker.next());
  });
  expect(ids.every((id, index) => index === 0 || id > ids[index - 1]!)).toBe(true);
});

it('finds the shard of a guild', () => {
  const id = String((7n << 22n) | 3n);
  expect([shardOf(id, 1), shardOf(id, 2), shardOf(id, 4)]).toEqual([0, 1, 3]);
});
