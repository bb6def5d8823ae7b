import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DescriptionFilter, DescriptionRow } from '../../src/store/store.ts';
import { describeOnBothStores } from './both-stores.ts';
import { DAY, describedRow, NOW } from './rows.ts';

/** Few values, so that groups have several rows and means and places are tied; halves, so that sums are exact. */
const rowArbitrary = fc.record({
  platform: fc.constantFrom('discord', 'slack'),
  serverId: fc.constantFrom('s1', 's2', null),
  authorId: fc.constantFrom('Ann', 'bob', 'cem', 'älf'),
  engine: fc.constantFrom('embedded', 'vlm'),
  model: fc.constantFrom('M1', 'm1', 'm2'),
  words: fc.nat(12),
  adjectives: fc.nat(6),
  checked: fc.option(fc.record({ supported: fc.nat(4), contradicted: fc.nat(3), per100: fc.nat(20) })),
  engineMs: fc.nat(30).map(half => half / 2),
  totalMs: fc.nat(30).map(half => half / 2),
  // Often on an edge: of the filters, and of a day (it is noon).
  age: fc.oneof(
    fc.integer({ min: 1, max: 4 * DAY }),
    fc.constantFrom(1000, 1001, DAY / 2, DAY / 2 + 1, DAY, 3 * DAY, 4 * DAY),
  ),
  isExpired: fc.nat(9).map(number => number === 0),
});

const filterArbitrary = fc.record({
  equal: fc.constantFrom<Omit<DescriptionFilter, 'from' | 'until'>>(
    {},
    { platform: 'slack' },
    { serverId: 's1' },
    { authorId: 'Ann' },
    { model: 'm1' },
    { platform: 'discord', serverId: 's2' },
  ),
  fromAge: fc.constantFrom(4 * DAY, 3 * DAY, DAY, 1000),
});

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};
const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0
    ? null
    : sorted.length % 2 === 1
      ? sorted[Math.floor(middle)]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const per100 = (count: number | null, words: number) =>
  count === null || words === 0 ? null : (count * 100) / words;
const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 8));
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function totalsOf(rows: readonly DescriptionRow[]) {
  const checked = rows.filter(row => row.supported !== null);
  const contradicted = checked.reduce((sum, row) => sum + row.contradicted!, 0);
  const checkable = checked.reduce((sum, row) => sum + row.supported! + row.contradicted!, 0);
  return {
    descriptions: rows.length,
    adjectives: near(mean(rows.map(row => row.adjectives))),
    words: near(mean(rows.map(row => row.words))),
    adjectivesPer100Words: near(mean(rows.map(row => per100(row.adjectives, row.words)))),
    supportedPer100Words: near(mean(rows.map(row => row.supportedPer100Words))),
    contradictedShare: checkable === 0 ? null : near(contradicted / checkable),
    medianEngineMs: near(median(rows.map(row => row.engineMs))),
    medianTotalMs: near(median(rows.map(row => row.totalMs))),
  };
}

function daysOf(rows: readonly DescriptionRow[]) {
  const days = Map.groupBy(rows, row => Math.floor(row.describedAt / DAY) * DAY);
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, ofDay]) => ({
      day,
      descriptions: ofDay.length,
      adjectivesPer100Words: near(mean(ofDay.map(row => per100(row.adjectives, row.words)))),
      supportedPer100Words: near(mean(ofDay.map(row => row.supportedPer100Words))),
      contradictedPer100Words: near(mean(ofDay.map(row => per100(row.contradicted, row.words)))),
    }));
}

function modelsOf(rows: readonly DescriptionRow[], limit: number) {
  return [...Map.groupBy(rows, row => `${row.engine}/${row.model}`).values()]
    .sort(
      ([a, ...as], [b, ...bs]) =>
        bs.length - as.length || byBytes(a!.engine, b!.engine) || byBytes(a!.model, b!.model),
    )
    .slice(0, limit)
    .map(ofModel => ({ engine: ofModel[0]!.engine, model: ofModel[0]!.model, ...totalsOf(ofModel) }));
}

function leadersOf(rows: readonly DescriptionRow[], minDescriptions: number, limit: number) {
  return [
    ...Map.groupBy(
      rows.filter(row => row.supportedPer100Words !== null),
      row => row.authorId,
    ),
  ]
    .filter(([, ofAuthor]) => ofAuthor.length >= minDescriptions)
    .map(([authorId, ofAuthor]) => ({
      authorId,
      descriptions: ofAuthor.length,
      supportedPer100Words: mean(ofAuthor.map(row => row.supportedPer100Words))!,
    }))
    .sort(
      (a, b) =>
        b.supportedPer100Words - a.supportedPer100Words ||
        b.descriptions - a.descriptions ||
        byBytes(a.authorId, b.authorId),
    )
    .slice(0, limit)
    .map(leader => ({ ...leader, supportedPer100Words: near(leader.supportedPer100Words) }));
}

await describeOnBothStores('statistics', stores => {
  it('agree with a plain calculation', async () => {
    const store = await stores.open({ now: () => NOW });
    let run = 0;
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowArbitrary, { maxLength: 40, size: 'max' }),
        filterArbitrary,
        fc.integer({ min: 1, max: 3 }),
        async (drawn, { equal, fromAge }, few) => {
          const channelId = `channel ${run++}`;
          const rows = drawn.map(({ checked, age, isExpired, ...row }, index) =>
            describedRow({
              ...row,
              id: `${channelId} ${index}`,
              channelId,
              supported: checked?.supported ?? null,
              contradicted: checked?.contradicted ?? null,
              supportedPer100Words: checked ? checked.per100 / 2 : null,
              describedAt: NOW - age,
              expiresAt: isExpired ? NOW : NOW + 1,
            }),
          );
          await store.descriptions.put(rows);
          const filter: DescriptionFilter = { ...equal, channelId, from: NOW - fromAge, until: NOW - 1000 };
          const matching = rows.filter(
            row =>
              Object.entries(equal).every(([key, value]) => row[key as keyof typeof equal] === value) &&
              row.describedAt >= filter.from &&
              row.describedAt < filter.until &&
              row.expiresAt > NOW,
          );
          matched += matching.length;
          expect(await store.descriptions.days(filter)).toEqual(daysOf(matching));
          expect(await store.descriptions.totals(filter)).toEqual(totalsOf(matching));
          expect(await store.descriptions.byModel(filter, few)).toEqual(modelsOf(matching, few));
          expect(await store.descriptions.leaders(filter, few, 2)).toEqual(leadersOf(matching, few, 2));
        },
      ),
      { numRuns: 60 },
    );
    // Most filters let something through: else nothing but empty answers would have been compared.
    expect(matched).toBeGreaterThan(120);
  });
});
