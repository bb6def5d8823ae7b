import { expect, it } from 'vitest';
import type { Sample } from '../../src/store/store.ts';
import { describeOnBothStores } from './both-stores.ts';
import { DAY, NOW } from './rows.ts';

const HOUR = 3_600_000;
const KEY = { source: 'github', subject: 'org/model', metric: 'stars' };

function stars(slot: number, value: number | null, changes: Partial<Sample> = {}): Sample {
  return {
    ...KEY,
    value,
    outcome: value === null ? 'missing' : 'value',
    reason: value === null ? 'HTTP status 503' : null,
    takenAt: slot + 1000,
    slot,
    rawId: 'R_1',
    ...changes,
  };
}

await describeOnBothStores('samples', stores => {
  it('are written once a slot: a value stays, and takes the place of a reason', async () => {
    const store = await stores.open();
    const series = async () =>
      (await store.samples.series({ ...KEY, from: 0, until: NOW + DAY, every: 'slot', limit: 10 })).map(
        ({ slot, value, takenAt, reason }) => [slot, value, takenAt, reason],
      );
    await store.samples.add([stars(NOW, 5), stars(NOW + HOUR, null)]);
    await store.samples.add([stars(NOW, 9), stars(NOW + HOUR, 7, { takenAt: NOW + HOUR + 2000 })]);
    await store.samples.add([stars(NOW, null), stars(NOW + HOUR, null)]);
    expect(await series()).toEqual([
      [NOW, 5, NOW + 1000, null],
      [NOW + HOUR, 7, NOW + HOUR + 2000, null],
    ]);
  });

  it('of one slot that two runs write at once are one', async () => {
    const store = await stores.open();
    const batch = Array.from({ length: 40 }, (_, index) => stars(NOW, index, { subject: `r${index}` }));
    await Promise.all([
      store.samples.add(batch),
      store.samples.add(batch.toReversed()),
      store.samples.add(batch),
    ]);
    const found = await store.samples.latest('github', 'stars');
    expect(found).toHaveLength(40);
    expect(found.find(({ subject }) => subject === 'r7')).toEqual(batch[7]);
  });

  it('keep and flag a counter that went down, also across a gap and the beginning of the span', async () => {
    const store = await stores.open();
    await store.samples.add([
      stars(NOW, 10),
      stars(NOW + HOUR, 8),
      stars(NOW + 2 * HOUR, null),
      stars(NOW + 3 * HOUR, 7),
      stars(NOW + 4 * HOUR, 7),
      // Another subject's figures are no measure.
      stars(NOW + 3 * HOUR, 100, { subject: 'other' }),
    ]);
    const flags = async (from: number) =>
      (await store.samples.series({ ...KEY, from, until: NOW + DAY, every: 'slot', limit: 10 })).map(
        ({ value, wentDown }) => [value, wentDown],
      );
    expect(await flags(NOW)).toEqual([
      [10, false],
      [8, true],
      [null, false],
      [7, true],
      [7, false],
    ]);
    expect(await flags(NOW + 3 * HOUR)).toEqual([
      [7, true],
      [7, false],
    ]);
  });

  it('make a series of days of the last value of each, and leave a gap a gap', async () => {
    const store = await stores.open();
    const day = NOW - (NOW % DAY);
    await store.samples.add([
      stars(day, 1),
      stars(day + 23 * HOUR, 3),
      // Measured in the morning alone.
      stars(day + DAY, 4),
      stars(day + DAY + HOUR, null),
      // Not measured all day.
      stars(day + 2 * DAY, null, { reason: 'first' }),
      stars(day + 2 * DAY + HOUR, null, { reason: 'last' }),
      // A day later nothing ran. Down and up again within a day.
      stars(day + 4 * DAY, 6),
      stars(day + 4 * DAY + HOUR, 5),
      stars(day + 4 * DAY + 2 * HOUR, 9),
    ]);
    const query = { ...KEY, from: day, until: day + 5 * DAY, every: 'day', limit: 10 } as const;
    const days = await store.samples.series(query);
    expect(days.map(({ slot, value, wentDown }) => [(slot - day) / HOUR, value, wentDown])).toEqual([
      [23, 3, false],
      [24, 4, false],
      [49, null, false],
      [98, 9, true],
    ]);
    expect(days[2]).toMatchObject({ outcome: 'missing', reason: 'last' });
    // The newest are given where there are more than asked for.
    expect((await store.samples.series({ ...query, limit: 2 })).map(({ value }) => value)).toEqual([null, 9]);
    expect(await store.samples.series({ ...query, until: day })).toEqual([]);
  });

  it('are found at or before a time, and after it', async () => {
    const store = await stores.open();
    await store.samples.add([stars(NOW, 1), stars(NOW + HOUR, 2), stars(NOW + 2 * HOUR, null)]);
    const at = async (time: number) => (await store.samples.at(KEY, time))?.value ?? null;
    expect(await at(NOW + 999)).toBeNull();
    expect(await at(NOW + 1000)).toBe(1);
    expect(await at(NOW + HOUR + 999)).toBe(1);
    expect(await at(NOW + DAY)).toBe(2);
    expect(await store.samples.after(KEY, NOW + 1000)).toEqual(stars(NOW + HOUR, 2));
    expect(await store.samples.after(KEY, NOW + HOUR + 1000)).toBeNull();
    expect(await store.samples.at({ ...KEY, metric: 'forks' }, NOW + DAY)).toBeNull();
  });
});
