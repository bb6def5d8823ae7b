import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import { type PretendAccount, startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import { X_STEPS, type XFaultKind, type XStep } from '../../../src/sandbox/x/x-faults.ts';
import type { LaunchStore } from '../../../src/store/launch-store.ts';
import { approveThread, contentOf, expectThread, openTestStore, outboxOf, post } from './outbox-stage.ts';

const CONTENT = contentOf('(faults)');
const MEDIA_STEPS = ['initialize', 'append', 'finalize', 'metadata'] as const satisfies readonly XStep[];

let x: PretendAccount;
let launch: LaunchStore;
let close: () => Promise<void>;
beforeEach(async () => {
  x = await startPretendAccount();
  const opened = await openTestStore();
  ({ launch } = opened.store);
  close = opened.close;
});
afterEach(async () => {
  await x.close();
  await close();
});

const partsOf = async (id: string) => (await launch.parts(id)).map(({ state }) => state);

describe('the outbox', () => {
  it('posts a thread part by part, each an answer to the one before, with pictures and alt texts', async () => {
    const id = await approveThread(launch, CONTENT);
    const end = await post(id, outboxOf(launch, x));
    expect(end).toEqual({ kind: 'posted', postIds: x.posts().map(each => each.id) });
    expectThread(x, CONTENT);
    expect(x.problems()).toEqual([]);
    expect(await launch.thread(id)).toMatchObject({ state: 'posted', reason: null });
    const trail = (await launch.auditTrail(`thread:${id}`, 20)).map(({ action }) => action).reverse();
    expect(trail).toEqual([
      ...['draft', 'approve', 'take'],
      ...['post-part', 'post-part', 'post-part', 'post-part', 'posted'],
    ]);
    expect(await post(id, outboxOf(launch, x))).toEqual({ kind: 'not-taken', reason: 'It is posted.' });
    expect(x.posts()).toHaveLength(4);
  });

  describe.each([0, 2])('at part %i', part => {
    // Each ends with the whole thread, without anybody's help.
    it.each<[string, XFaultKind]>([
      ['the connection that is lost before it is sent', 'before'],
      ['the answer that never comes though the part stands', 'after'],
      ['the answer that is cut off', 'cut'],
      ['a server that fails without posting', 'failing'],
      ['a server that fails after posting', 'failing-after'],
      ['a rate limit', 'limited'],
    ])('survives %s', async (_, kind) => {
      const id = await approveThread(launch, CONTENT);
      x.faults.arm('send', kind, { after: part });
      expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
      expectThread(x, CONTENT);
    });
  });

  it('survives a server that posts when we have given up', async () => {
    const id = await approveThread(launch, CONTENT);
    x.faults.lateMs = 600;
    x.faults.arm('send', 'late', { after: 2 });
    const impatient = createXPoster(x.account, { requestMs: 450 });
    expect(await post(id, outboxOf(launch, x, { x: impatient }))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('does not post twice where the timeline lags behind an answer that never came', async () => {
    const id = await approveThread(launch, CONTENT);
    x.faults.timelineLagMs = 60;
    x.faults.arm('send', 'after', { times: 2 });
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('does not post twice where the timeline lags for longer than is waited: X refuses the second, and a person is asked', async () => {
    const id = await approveThread(launch, CONTENT);
    x.faults.timelineLagMs = 60_000;
    x.faults.arm('send', 'after', { after: 1 });
    expect(await post(id, outboxOf(launch, x))).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/text of part 2 already/),
    });
    expect(x.posts()).toHaveLength(2);
    expect(await partsOf(id)).toEqual(['posted', 'unknown']);
    // Once it shows, whoever looked lets it go on, and it is found.
    x.faults.timelineLagMs = 0;
    expect(await launch.resume(id, 'cli:ada', Date.now())).toBe(true);
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('adopts a part that X calls a duplicate, where it is ours of this thread', async () => {
    const id = await approveThread(launch, CONTENT);
    // Sent and unanswered, not shown in time, sent again and refused; shown meanwhile.
    x.faults.arm('send', 'after', { after: 2 });
    x.faults.timelineLagMs = 280;
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
    expectThread(x, CONTENT);
  });

  it('asks a person where X calls a part a duplicate of something else', async () => {
    const id = await approveThread(launch, CONTENT);
    // The same words, but no answer to our part before.
    x.addPost(CONTENT.parts[1]!.text);
    expect(await post(id, outboxOf(launch, x))).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/Look at the account/),
    });
    expect(x.posts()).toHaveLength(2);
    expect(await launch.thread(id)).toMatchObject({ state: 'stopped' });
  });

  it.each(['unauthorised', 'forbidden', 'refused'] as const)(
    'stops at an answer "%s", with what to do, and goes on when a person says so',
    async kind => {
      const id = await approveThread(launch, CONTENT);
      x.faults.arm('send', kind, { after: 1 });
      const end = await post(id, outboxOf(launch, x));
      expect(end).toMatchObject({ kind: 'stopped', reason: expect.stringMatching(/did not take part 2/) });
      if (kind !== 'refused') expect(end).toMatchObject({ reason: expect.stringMatching(/X_ACCESS_TOKEN/) });
      expect(await partsOf(id)).toEqual(['posted', 'waiting']);
      expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'not-taken' });
      await launch.resume(id, 'cli:ada', Date.now());
      expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
      expectThread(x, CONTENT);
    },
  );

  it.each(MEDIA_STEPS)(
    'tries the upload of a picture again that fails at %s, and stops when it keeps failing',
    async step => {
      const id = await approveThread(launch, CONTENT);
      x.faults.arm(step, 'failing', { times: 2 });
      x.faults.arm(step, 'after');
      expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'posted' });
      expectThread(x, CONTENT);
      const other = contentOf('(another)');
      const next = await approveThread(launch, other);
      x.faults.arm(step, 'before', { times: 9 });
      expect(await post(next, outboxOf(launch, x))).toMatchObject({
        kind: 'stopped',
        reason: expect.stringMatching(/did not take the picture bars\.png/),
      });
      expect(x.posts()).toHaveLength(5);
      x.faults.arm(step, 'refused');
    },
  );

  it('puts a thread off where a limit lasts, and goes on with what is left', async () => {
    const id = await approveThread(launch, CONTENT);
    const limited = await startPretendAccount({ postsPerDay: 2 });
    try {
      const end = await post(id, outboxOf(launch, limited));
      expect(end).toMatchObject({ kind: 'put-off', until: expect.any(Number) });
      expect(limited.posts()).toHaveLength(2);
      const thread = (await launch.thread(id))!;
      expect(thread).toMatchObject({ state: 'approved', reason: expect.stringMatching(/no more/) });
      // The end of X's day.
      expect(thread.postAt! % 86_400_000).toBe(0);
      expect(await launch.due(Date.now(), 9)).toEqual([]);
      expect(await post(id, outboxOf(launch, limited))).toMatchObject({ kind: 'not-taken' });
    } finally {
      await limited.close();
    }
  });

  it('begins no thread that the caps would cut off, and goes on with it when there is room', async () => {
    const id = await approveThread(launch, CONTENT);
    const next = await approveThread(launch, contentOf('(later)'));
    const limits = { postsPerDay: 6, postsPerMonth: 100 };
    expect(await post(id, outboxOf(launch, x, { limits }))).toMatchObject({ kind: 'posted' });
    expect(await post(next, outboxOf(launch, x, { limits }))).toMatchObject({
      kind: 'put-off',
      reason: expect.stringMatching(/allows 6 posts in 24 hours \(postsPerDay\), and 4 went out/),
    });
    expect(x.posts()).toHaveLength(4);
    const tomorrow = () => Date.now() + 86_400_000;
    expect(await launch.due(tomorrow(), 9)).toEqual([next]);
    expect(await post(next, outboxOf(launch, x, { limits, now: tomorrow }))).toMatchObject({
      kind: 'posted',
    });
    const third = await approveThread(launch, contentOf('(too long)'));
    const month = { postsPerDay: 100, postsPerMonth: 3 };
    expect(await post(third, outboxOf(launch, x, { limits: month }))).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/has 4 parts, and the launch file allows 3 posts in 30 days/),
    });
  });

  it('waits for a timeline that cannot be read, rather than guess', async () => {
    const id = await approveThread(launch, CONTENT);
    x.faults.arm('send', 'after');
    x.faults.arm('timeline', 'failing', { times: 99 });
    expect(await post(id, outboxOf(launch, x))).toMatchObject({ kind: 'put-off' });
    expect(x.posts()).toHaveLength(1);
    expect(await partsOf(id)).toEqual(['unknown']);
  });

  it('puts a thread off where X is not reached at all', async () => {
    const id = await approveThread(launch, CONTENT);
    const gone = await startPretendAccount();
    await gone.close();
    expect(await post(id, outboxOf(launch, gone))).toMatchObject({ kind: 'put-off' });
    expect(await partsOf(id)).toEqual(['waiting']);
    await launch.cancel(id, 'cli:ada', Date.now());
  });
});

describe('each step', () => {
  it('has a fault that is armed for it alone', () => {
    for (const step of X_STEPS) {
      x.faults.arm(step, 'after', { after: 1 });
      expect(X_STEPS.map(each => x.faults.take(each))).toEqual(X_STEPS.map(() => null));
      expect(x.faults.take(step)).toBe('after');
      expect(x.faults.take(step)).toBeNull();
    }
  });
});
