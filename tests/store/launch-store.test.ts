import { copyFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { LaunchStore, ThreadPartRow } from '../../src/store/launch-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describeOnBothStores } from './both-stores.ts';
import { DAY, NOW, threadOf } from './rows.ts';

const HASH = threadOf().contentHash;
const EDITED = {
  content: { parts: [{ text: 'Edited.', pictures: [] }] },
  contentHash: 'b'.repeat(64),
  numbers: [],
};
const LEASE_MS = 60_000;
/** Longer than a race takes. */
const SHORT_MS = 2000;

function partOf(change: Partial<ThreadPartRow> = {}): ThreadPartRow {
  return {
    threadId: 't1',
    position: 0,
    state: 'waiting',
    postId: null,
    mediaIds: [],
    sentAt: null,
    ...change,
  };
}

async function approved(launch: LaunchStore, change: Parameters<typeof threadOf>[0] = {}): Promise<void> {
  const thread = threadOf(change);
  await launch.createThread(thread);
  expect(await launch.approve(thread.id, thread.contentHash, 'slack:U1', NOW + 1)).toBe(true);
}

const actionsOf = async (launch: LaunchStore) =>
  (await launch.auditTrail('thread:t1', 50)).map(({ action }) => action).reverse();

await describeOnBothStores('launch store', stores => {
  it('gives back a draft as it was put, and the newest first', async () => {
    const { launch } = await stores.open();
    await launch.createThread(threadOf());
    await launch.createThread(threadOf({ id: 't2', createdAt: NOW + 1, runId: null }));
    expect(await launch.thread('t1')).toEqual({
      ...threadOf(),
      ...{ state: 'draft', revision: 1, approval: null, reason: null, changedAt: NOW },
    });
    expect(await launch.thread('t3')).toBeNull();
    expect((await launch.threads(9)).map(({ id }) => id)).toEqual(['t2', 't1']);
    expect(await launch.threads(1)).toHaveLength(1);
    expect(await launch.auditTrail('thread:t1', 9)).toMatchObject([
      { actor: 'cli:ada', action: 'draft', contentHash: HASH, at: NOW },
    ]);
  });

  it('binds an approval to the hash, and takes it back with an edit', async () => {
    const { launch } = await stores.open();
    await launch.createThread(threadOf());
    expect(await launch.approve('t1', EDITED.contentHash, 'slack:U1', NOW)).toBe(false);
    expect(await launch.approve('t1', HASH, 'slack:U1', NOW)).toBe(true);
    expect(await launch.approve('t1', HASH, 'slack:U2', NOW)).toBe(false);
    expect(await launch.thread('t1')).toMatchObject({
      state: 'approved',
      approval: { contentHash: HASH, by: 'slack:U1', at: NOW },
    });
    expect(await launch.edit('t1', 7, EDITED, 'discord:1', NOW + 1)).toBe(false);
    expect(await launch.edit('t1', 1, EDITED, 'discord:1', NOW + 1)).toBe(true);
    expect(await launch.thread('t1')).toMatchObject({
      ...EDITED,
      state: 'draft',
      revision: 2,
      approval: null,
    });
    expect(await launch.approve('t1', HASH, 'slack:U1', NOW + 2)).toBe(false);
    expect(await launch.take('t1', 'h', LEASE_MS, NOW + 2)).toBeNull();
    expect(await actionsOf(launch)).toEqual(['draft', 'approve', 'edit']);
  });

  it('lets a rejected or cancelled thread never go out', async () => {
    const { launch } = await stores.open();
    for (const [id, end] of [
      ['t1', () => launch.reject('t1', 'slack:U1', 'Too long.', NOW)],
      ['t2', () => launch.cancel('t2', 'slack:U1', NOW)],
    ] as const) {
      await approved(launch, { id });
      expect(await end()).toBe(true);
      expect(await end()).toBe(false);
      expect(await launch.approve(id, HASH, 'slack:U1', NOW)).toBe(false);
      expect(await launch.take(id, 'h', LEASE_MS, NOW)).toBeNull();
      expect(await launch.resume(id, 'slack:U1', NOW)).toBe(false);
      expect(await launch.schedule(id, NOW, 'slack:U1', NOW)).toBe(false);
    }
    expect(await launch.thread('t1')).toMatchObject({ state: 'rejected', reason: 'Too long.' });
    expect(await launch.due(NOW + DAY, 9)).toEqual([]);
  });

  it('takes a thread for one of many, when it is due, and again when the lease is over', async () => {
    const config = await stores.makeDatabase();
    const opened = await Promise.all(Array.from({ length: 3 }, () => stores.open({}, config)));
    const [{ launch }] = opened as [Store];
    await approved(launch, { postAt: NOW + DAY });
    expect(await launch.due(NOW, 9)).toEqual([]);
    expect(await launch.take('t1', 'early', LEASE_MS, NOW)).toBeNull();
    expect(await launch.due(NOW + DAY, 9)).toEqual(['t1']);
    const race = (prefix: string, leaseMs: number) =>
      Promise.all(
        Array.from({ length: 9 }, async (_, index) => {
          const holder = `${prefix}${index}`;
          const row = await opened[index % 3]!.launch.take('t1', holder, leaseMs, NOW + DAY);
          return row === null ? [] : [holder];
        }),
      ).then(holders => holders.flat());
    const [first, ...others] = await race('a', SHORT_MS);
    expect(others).toEqual([]);
    await wait(SHORT_MS + 100);
    expect(await launch.due(NOW + DAY, 9)).toEqual(['t1']);
    const [second, ...more] = await race('b', LEASE_MS);
    expect(more).toEqual([]);
    expect(await launch.due(NOW + DAY, 9)).toEqual([]);
    // The first is alive after all: it may do nothing any more.
    expect(await launch.renew('t1', first!, LEASE_MS)).toBe(false);
    expect(await launch.putPart(partOf({ state: 'sending', sentAt: NOW }), first!)).toBe(false);
    expect(await launch.finish('t1', first!, 'posted', null, NOW)).toBe(false);
    expect(await launch.renew('t1', second!, LEASE_MS)).toBe(true);
    expect(await launch.finish('t1', second!, 'posted', null, NOW)).toBe(true);
    expect(await actionsOf(launch)).toEqual(['draft', 'approve', 'take', 'take', 'posted']);
  });

  it('lets one of an approval, an edit, a rejection and a cancellation win that come at once', async () => {
    const config = await stores.makeDatabase();
    const [one, other] = [await stores.open({}, config), await stores.open({}, config)];
    for (let round = 0; round < 6; round++) {
      const id = `t${round}`;
      await one.launch.createThread(threadOf({ id }));
      await Promise.all([
        one.launch.edit(id, 1, EDITED, 'cli:ada', NOW),
        other.launch.edit(id, 1, { ...EDITED, contentHash: 'c'.repeat(64) }, 'cli:ada', NOW),
        other.launch.approve(id, HASH, 'slack:U1', NOW),
        one.launch.approve(id, HASH, 'slack:U2', NOW),
      ]);
      const { approval, contentHash, revision, state } = (await one.launch.thread(id))!;
      expect(revision).toBe(2);
      expect(contentHash).not.toBe(HASH);
      // Whatever the order: no approval of the old content holds for the new one.
      expect({ state, approval }).toEqual({ state: 'draft', approval: null });
      const trail = (await one.launch.auditTrail(`thread:${id}`, 9)).map(({ action }) => action);
      expect(trail.filter(action => action === 'edit')).toHaveLength(1);
      expect(trail.filter(action => action === 'approve').length).toBeLessThan(2);
      const ends = await Promise.all([
        one.launch.reject(id, 'slack:U1', '', NOW),
        other.launch.cancel(id, 'slack:U1', NOW),
      ]);
      expect(ends.filter(Boolean)).toHaveLength(1);
    }
  });

  it('lets one of two that finish at once win, and says so to the other', async () => {
    const config = await stores.makeDatabase();
    const [one, other] = [await stores.open({}, config), await stores.open({}, config)];
    await approved(one.launch);
    await one.launch.take('t1', 'h', LEASE_MS, NOW);
    const ends = await Promise.all([
      one.launch.finish('t1', 'h', 'posted', null, NOW),
      other.launch.finish('t1', 'h', 'stopped', 'why', NOW),
      other.launch.cancel('t1', 'slack:U1', NOW),
    ]);
    const won = ends.filter(Boolean);
    // A stopped thread may still be cancelled; a posted one not.
    const { state } = (await one.launch.thread('t1'))!;
    expect(won.length).toBe(state === 'cancelled' && ends[1] ? 2 : 1);
    expect(await one.launch.auditTrail('thread:t1', 1)).toMatchObject([
      { action: state === 'cancelled' ? 'cancel' : state },
    ]);
  });

  it('keeps what is known of parts, for whoever holds the thread', async () => {
    const { launch } = await stores.open();
    await approved(launch);
    expect(await launch.putPart(partOf(), 'h')).toBe(false);
    await launch.take('t1', 'h', LEASE_MS, NOW);
    expect(await launch.putPart(partOf({ position: 1, mediaIds: ['7', '8'] }), 'h')).toBe(true);
    expect(await launch.putPart(partOf({ state: 'sending', sentAt: NOW }), 'h')).toBe(true);
    expect(await launch.countPosts(NOW)).toBe(1);
    expect(await launch.putPart(partOf({ state: 'posted', sentAt: NOW, postId: '99' }), 'h')).toBe(true);
    expect(await launch.parts('t1')).toEqual([
      partOf({ state: 'posted', sentAt: NOW, postId: '99' }),
      partOf({ position: 1, mediaIds: ['7', '8'] }),
    ]);
    expect(await launch.countPosts(NOW)).toBe(1);
    expect(await launch.countPosts(NOW + 1)).toBe(0);
    expect(await launch.finish('t1', 'h', 'stopped', 'X refused it.', NOW)).toBe(true);
    expect(await launch.thread('t1')).toMatchObject({ state: 'stopped', reason: 'X refused it.' });
    expect(await launch.take('t1', 'h2', LEASE_MS, NOW)).toBeNull();
    expect(await launch.resume('t1', 'cli:ada', NOW)).toBe(true);
    // A part stands: what was said is not changed any more.
    expect(await launch.edit('t1', 1, EDITED, 'cli:ada', NOW)).toBe(false);
    expect(await launch.take('t1', 'h2', LEASE_MS, NOW)).toMatchObject({ reason: null });
    expect(await launch.parts('t1')).toHaveLength(2);
    expect(await actionsOf(launch)).toEqual([
      'draft',
      'approve',
      'take',
      'post-part',
      'stopped',
      'resume',
      'take',
    ]);
  });

  // PostgreSQL syncs each commit by itself.
  it.skipIf(stores.kind !== 'sqlite')('keeps what is about to be sent through a power failure', async () => {
    const config = await stores.makeDatabase();
    const { launch } = await stores.open({}, config);
    await approved(launch);
    await launch.take('t1', 'h', LEASE_MS, NOW);
    expect(await launch.putPart(partOf({ state: 'sending', sentAt: NOW }), 'h')).toBe(true);
    // What is not synced yet is lost with the log.
    const file = config.kind === 'sqlite' ? config.file : '';
    await copyFile(file, `${file}.rest`);
    const rest = await stores.open({}, { kind: 'sqlite', file: `${file}.rest` });
    expect(await rest.launch.parts('t1')).toEqual([partOf({ state: 'sending', sentAt: NOW })]);
  });

  it('drops the pictures that were uploaded for the content of before an edit', async () => {
    const { launch } = await stores.open();
    await approved(launch);
    await launch.take('t1', 'h', LEASE_MS, NOW);
    await launch.putPart(partOf({ mediaIds: ['7'] }), 'h');
    expect(await launch.putOff('t1', 'h', NOW + DAY, 'X lets us post no more today.', NOW)).toBe(true);
    expect(await launch.thread('t1')).toMatchObject({ state: 'approved', postAt: NOW + DAY });
    expect(await launch.putOff('t1', 'h', NOW, '', NOW)).toBe(false);
    expect(await launch.edit('t1', 1, EDITED, 'cli:ada', NOW)).toBe(true);
    expect(await launch.parts('t1')).toEqual([]);
  });

  it('tells who posts that the thread was cancelled, and keeps the id that came after', async () => {
    const { launch } = await stores.open();
    await approved(launch);
    await launch.take('t1', 'h', LEASE_MS, NOW);
    await launch.putPart(partOf({ state: 'sending', sentAt: NOW }), 'h');
    expect(await launch.cancel('t1', 'slack:U1', NOW)).toBe(true);
    expect(await launch.putPart(partOf({ state: 'posted', sentAt: NOW, postId: '99' }), 'h')).toBe(false);
    expect(await launch.putPart(partOf({ position: 1, state: 'sending', sentAt: NOW }), 'h')).toBe(false);
    expect(await launch.parts('t1')).toEqual([partOf({ state: 'posted', sentAt: NOW, postId: '99' })]);
    expect(await launch.thread('t1')).toMatchObject({ state: 'cancelled' });
  });

  it('is left alone by pruning', async () => {
    const { launch, prune } = await stores.open();
    await approved(launch);
    await launch.take('t1', 'h', LEASE_MS, NOW);
    await launch.putPart(partOf({ state: 'posted', postId: '9', sentAt: NOW }), 'h');
    await launch.finish('t1', 'h', 'posted', null, NOW);
    await launch.audit({
      ...{ at: NOW, actor: 'slack:U9', action: 'refused', subject: 'thread:t1' },
      ...{ contentHash: HASH, detail: 'not among the approvers' },
    });
    expect(await prune(NOW + 10_000 * DAY)).toBe(0);
    expect(await launch.thread('t1')).toMatchObject({ state: 'posted' });
    expect(await launch.parts('t1')).toHaveLength(1);
    expect(await actionsOf(launch)).toEqual(['draft', 'approve', 'take', 'post-part', 'posted', 'refused']);
    expect(await launch.auditTrail(null, 2)).toHaveLength(2);
  });
});
