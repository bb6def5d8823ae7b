import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { JobStore, SlotClaim } from '../../src/store/job-store.ts';
import { describeOnBothStores } from './both-stores.ts';

function claimOf(change: Partial<SlotClaim> = {}): SlotClaim {
  return {
    ...{ id: randomUUID(), job: 'prune', slot: 1000, process: 'a', isRepeatable: true },
    ...{ leaseMs: 60_000, now: 5000 },
    ...change,
  };
}

async function loseOne(jobs: JobStore, change: Partial<SlotClaim> = {}): Promise<string> {
  const claim = claimOf({ leaseMs: 0, ...change });
  expect(await jobs.claim(claim)).toMatchObject({ kind: 'claimed' });
  // The lease ends by the database's clock.
  await wait(5);
  return claim.id;
}

await describeOnBothStores('job runs', stores => {
  it('give a slot to one of many that claim it at the same moment', async () => {
    const config = await stores.makeDatabase();
    const opened = await Promise.all(Array.from({ length: 3 }, () => stores.open({}, config)));
    for (let slot = 1; slot <= 5; slot++) {
      const claims = Array.from({ length: 12 }, (_, index) => claimOf({ slot, process: String(index) }));
      const answers = await Promise.all(
        claims.map((claim, index) => opened[index % opened.length]!.jobs.claim(claim)),
      );
      const winners = claims.filter((_, index) => answers[index]!.kind === 'claimed');
      expect(winners).toHaveLength(1);
      expect(await opened[0]!.jobs.end(winners[0]!.id, 'done', null, 6000)).toBe(true);
      expect(await opened[1]!.jobs.claim(claimOf({ slot }))).toEqual({ kind: 'settled' });
    }
    expect(await opened[2]!.jobs.history({ limit: 50, now: 0 })).toHaveLength(5);
  });

  it('of one job never overlap, those of two jobs may', async () => {
    const { jobs } = await stores.open();
    const first = claimOf();
    expect(await jobs.claim(first)).toEqual({ kind: 'claimed', attempt: 1 });
    expect(await jobs.claim(claimOf({ slot: 2000 }))).toEqual({ kind: 'taken' });
    expect(await jobs.claim(claimOf({ job: 'other' }))).toEqual({ kind: 'claimed', attempt: 1 });
    await jobs.end(first.id, 'failed', 'why', 6000);
    expect(await jobs.claim(claimOf({ slot: 2000 }))).toEqual({ kind: 'claimed', attempt: 1 });
    const [, , oldest] = await jobs
      .history({ limit: 9, now: 0 })
      .then(runs => runs.toSorted((a, b) => b.slot - a.slot));
    expect(oldest).toMatchObject({ slot: 1000, outcome: expect.stringMatching(/failed|running/) });
  });

  it('are told to who claims again what is its own: the answer to the first attempt was lost', async () => {
    const { jobs } = await stores.open();
    const claim = claimOf();
    await jobs.claim(claim);
    expect(await jobs.claim(claim)).toEqual({ kind: 'claimed', attempt: 1 });
    expect(await jobs.end(claim.id, 'done', null, 6000)).toBe(true);
    expect(await jobs.end(claim.id, 'done', null, 6001)).toBe(true);
  });

  it('that say nothing for a lease are lost, and run again where they may be, three times at most', async () => {
    const { jobs } = await stores.open();
    const lost = await loseOne(jobs);
    await loseOne(jobs, { process: 'b' });
    expect(await jobs.renew(lost, 60_000)).toBe(false);
    expect(await jobs.end(lost, 'done', null, 6000)).toBe(false);
    await loseOne(jobs, { process: 'c' });
    expect(await jobs.claim(claimOf())).toEqual({ kind: 'settled' });
    const runs = await jobs.history({ job: 'prune', limit: 9, now: 7000 });
    expect(runs.toSorted((one, other) => one.attempt - other.attempt)).toMatchObject([
      { attempt: 1, process: 'a', outcome: 'lost', error: expect.any(String), endedAt: 5000 },
      { attempt: 2, process: 'b', outcome: 'lost' },
      { attempt: 3, process: 'c', outcome: 'lost' },
    ]);
  });

  it('that are lost are not run again where that could do harm', async () => {
    const { jobs } = await stores.open();
    await loseOne(jobs, { isRepeatable: false });
    expect(await jobs.claim(claimOf({ isRepeatable: false }))).toEqual({ kind: 'settled' });
    expect(await jobs.claim(claimOf({ isRepeatable: false, slot: 2000 }))).toMatchObject({ kind: 'claimed' });
  });

  it('that are renewed live on', async () => {
    const { jobs } = await stores.open();
    const claim = claimOf({ leaseMs: 300 });
    await jobs.claim(claim);
    for (let count = 0; count < 4; count++) {
      await wait(100);
      expect(await jobs.renew(claim.id, 300)).toBe(true);
    }
    expect(await jobs.claim(claimOf())).toEqual({ kind: 'taken' });
  });

  it('that were stopped are run again, those that failed or were missed are not', async () => {
    const { jobs } = await stores.open();
    const stopped = claimOf();
    await jobs.claim(stopped);
    await jobs.end(stopped.id, 'stopped', null, 6000);
    const again = claimOf();
    expect(await jobs.claim(again)).toEqual({ kind: 'claimed', attempt: 2 });
    // A slot that was run is not missed.
    await jobs.miss(claimOf());
    await jobs.end(again.id, 'failed', 'why', 6000);
    expect(await jobs.claim(claimOf())).toEqual({ kind: 'settled' });
    await jobs.miss(claimOf({ slot: 2000 }));
    await jobs.miss(claimOf({ slot: 2000 }));
    expect(await jobs.claim(claimOf({ slot: 2000 }))).toEqual({ kind: 'settled' });
    const outcomes = (await jobs.history({ limit: 9, now: 0 })).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['failed', 'missed', 'stopped']);
  });

  it('tell how often a job failed since it was last done', async () => {
    const { jobs } = await stores.open();
    const end = async (slot: number, outcome: 'done' | 'failed' | 'timed-out' | 'stopped') => {
      const claim = claimOf({ slot });
      await jobs.claim(claim);
      await jobs.end(claim.id, outcome, null, 6000);
    };
    expect(await jobs.failuresUntil('prune', 1)).toEqual({ failures: 0, since: 0 });
    await end(1, 'failed');
    await end(2, 'done');
    await end(3, 'failed');
    await end(4, 'stopped');
    await end(5, 'timed-out');
    await loseOne(jobs, { slot: 6, isRepeatable: false });
    await end(7, 'done');
    expect(await jobs.failuresUntil('prune', 6)).toEqual({ failures: 3, since: 2 });
    expect(await jobs.failuresUntil('prune', 7)).toEqual({ failures: 3, since: 2 });
    expect(await jobs.failuresUntil('prune', 8)).toEqual({ failures: 0, since: 7 });
    expect(await jobs.failuresUntil('other', 8)).toEqual({ failures: 0, since: 0 });
  });

  it('are deleted after 90 days', async () => {
    const { jobs, prune } = await stores.open();
    await jobs.miss(claimOf({ now: 1000 }));
    expect(await prune(1000 + 89 * 86_400_000)).toBe(0);
    expect(await prune(1000 + 90 * 86_400_000)).toBe(1);
  });
});

await describeOnBothStores('announcements', stores => {
  const DISCORD = { platform: 'discord', channelId: '1' } as const;
  const SLACK = { platform: 'slack', channelId: 'C1' } as const;

  it('are made once for each key and channel', async () => {
    const { announcements } = await stores.open();
    await announcements.add('a', { text: 'first' }, [DISCORD], 1);
    await announcements.add('a', { text: 'second' }, [DISCORD, SLACK], 2);
    await announcements.add('b', {}, [], 3);
    expect(await announcements.known(['a', 'b'])).toEqual(new Set(['a']));
    const taken = await announcements.take(['discord', 'slack'], 4);
    expect(taken).toEqual({ key: 'a', ...DISCORD, message: { text: 'first' }, attempts: 0 });
    expect(await announcements.take(['discord', 'slack'], 4)).toMatchObject({
      ...SLACK,
      message: { text: 'second' },
    });
    expect(await announcements.take(['discord', 'slack'], 4)).toBeNull();
    await announcements.settle(taken!, 'sent', null, 5);
    await announcements.add('a', { text: 'third' }, [DISCORD], 6);
    expect(await announcements.take(['discord', 'slack'], 7)).toBeNull();
  });

  it('wait for a process that has a bot of their platform', async () => {
    const { announcements } = await stores.open();
    await announcements.add('a', 'text', [SLACK], 1);
    expect(await announcements.take([], 2)).toBeNull();
    expect(await announcements.take(['discord'], 2)).toBeNull();
    expect(await announcements.take(['slack'], 2)).toMatchObject({ key: 'a' });
  });

  it('are each taken by one of many', async () => {
    const config = await stores.makeDatabase();
    const opened = await Promise.all(Array.from({ length: 3 }, () => stores.open({}, config)));
    const keys = Array.from({ length: 20 }, (_, index) => String(index));
    for (const [index, key] of keys.entries()) await opened[0]!.announcements.add(key, key, [DISCORD], index);
    const taken: string[] = [];
    await Promise.all(
      opened.map(async ({ announcements }) => {
        // A process that met another one at a row looks again.
        for (let looks = 0; looks < 60; looks++) {
          const one = await announcements.take(['discord'], 30);
          if (one) taken.push(one.key);
        }
      }),
    );
    expect(taken.toSorted()).toEqual(keys.toSorted());
  });

  it('that were certainly not sent wait until they are due, unless they were taken for lost', async () => {
    const { announcements } = await stores.open();
    await announcements.add('a', 'text', [DISCORD], 1);
    const first = (await announcements.take(['discord'], 2))!;
    await announcements.postpone(first, 'It was down.', 500, 3);
    expect(await announcements.take(['discord'], 499)).toBeNull();
    const second = (await announcements.take(['discord'], 500))!;
    expect(second).toMatchObject({ key: 'a', message: 'text', attempts: 1 });
    // Its process said nothing for so long that nobody knows: what it says later does not count.
    expect(await announcements.take(['discord'], 3_600_000)).toBeNull();
    await announcements.postpone(second, 'It was down.', 3_600_001, 3_600_001);
    expect(await announcements.take(['discord'], 3_600_002)).toBeNull();
  });

  it('are not sent again where who took them never said how it went', async () => {
    const { announcements } = await stores.open();
    await announcements.add('a', 'text', [DISCORD], 1);
    await announcements.take(['discord'], 2);
    expect(await announcements.take(['discord'], 3_600_000)).toBeNull();
    expect(await announcements.known(['a'])).toEqual(new Set(['a']));
  });
});
