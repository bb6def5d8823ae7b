import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOnBothStores } from './both-stores.ts';
import { readTables } from './read-tables.ts';
import { DAY, describedRow, NOW, pendingRow, replyRow, reportRow } from './rows.ts';

await describeOnBothStores('prune', stores => {
  it('keeps exactly what may be kept', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({}, config);
    const offsets = fc.array(fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -DAY, max: DAY })), {
      maxLength: 8,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        offsets,
        offsets,
        offsets,
        offsets,
        async (ofDescriptions, ofReplies, ofReports, ofPending) => {
          const now = NOW + run * 1000 * DAY;
          run++;
          // Milliseconds that the row has left; what has none left goes.
          const id = (index: number) => `${run} ${index}`;
          await store.descriptions.put(
            ofDescriptions.map((left, index) => describedRow({ id: id(index), expiresAt: now + left })),
          );
          for (const [index, left] of ofReplies.entries()) {
            await store.replies.put(replyRow({ id: id(index), expiresAt: now + left }));
          }
          for (const [index, left] of ofReports.entries()) {
            await store.reports.add(reportRow({ id: id(index), reportedAt: now + left - 365 * DAY }));
          }
          for (const [index, left] of ofPending.entries()) {
            await store.pending.add(pendingRow({ id: id(index), createdAt: now + left - 7 * DAY }));
          }
          const before = [...(await readTables(config)).values()].flat().length;
          const deleted = await store.prune(now);
          const tables = await readTables(config);
          expect([...tables.values()].flat()).toHaveLength(before - deleted);
          const kept = (offsetsOf: readonly number[]) =>
            offsetsOf.flatMap((left, index) => (left > 0 ? [id(index)] : []));
          const ids = (table: string) =>
            tables
              .get(table)!
              .map(row => row.id)
              .sort();
          expect(ids('descriptions')).toEqual(kept(ofDescriptions));
          expect(ids('replies')).toEqual(kept(ofReplies));
          expect(ids('reports')).toEqual(kept(ofReports));
          expect(ids('pending')).toEqual(kept(ofPending));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('goes through more rows than one batch, and leaves settings, wishes and samples', async () => {
    const store = await stores.open({ now: () => 0 });
    await store.people.setOptOut('slack', 'U1', true, NOW);
    await store.settings.setLeaderboard('slack', 'T1', true, 'U2', NOW);
    await store.samples.add([
      {
        source: 'x',
        subject: 'post',
        metric: 'likes',
        value: 1,
        outcome: 'value',
        reason: null,
        takenAt: NOW,
        slot: NOW,
        rawId: null,
      },
    ]);
    await store.descriptions.put(
      Array.from({ length: 450 }, (_, index) => describedRow({ id: `row ${index}`, expiresAt: NOW })),
    );
    const later = NOW + 10_000 * DAY;
    expect(await store.prune(later)).toBe(450);
    expect(await store.prune(later)).toBe(0);
    expect(await store.people.hasOptedOut('slack', 'U1')).toBe(true);
    expect(await store.settings.hasLeaderboard('slack', 'T1')).toBe(true);
    expect(await store.samples.latest('x', 'likes')).toHaveLength(1);
  });
});
