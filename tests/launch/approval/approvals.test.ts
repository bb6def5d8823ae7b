import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decider } from '../../../src/launch/approval/approval-rules.ts';
import { formatVersion, readVersion } from '../../../src/launch/approval/thread-version.ts';
import type { Announcement } from '../../../src/store/announcement-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { describeOnBothStores } from '../../store/both-stores.ts';
import {
  ADA,
  BEN,
  DISCORD_CHANNEL,
  EVE,
  OPERATOR,
  openDesk,
  RULES,
  SAM,
  SLACK_CHANNEL,
  versionOf,
} from './thread-desk.ts';

async function announced({ announcements }: Store): Promise<Announcement[]> {
  const found: Announcement[] = [];
  for (let next = await announcements.take(['discord', 'slack'], 0); next; ) {
    found.push(next);
    next = await announcements.take(['discord', 'slack'], 0);
  }
  return found;
}

await describeOnBothStores('decisions over threads', stores => {
  it('approves exactly what was looked at, tells the other channels and writes it down', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    const outcome = await desk.approvals.approve(versionOf(draft), ADA);
    expect(outcome).toMatchObject({ kind: 'done', row: { state: 'approved' }, before: { state: 'draft' } });
    expect(await desk.row(draft.id)).toMatchObject({
      approval: { contentHash: draft.contentHash, by: 'discord:200000000000000001' },
    });
    expect(await desk.actions(draft.id)).toEqual([
      'discord:200000000000000001 approve',
      'cli:operator draft',
    ]);
    const told = await announced(desk.store);
    expect(told).toMatchObject([{ ...SLACK_CHANNEL, key: `thread:${draft.id}:1:approved` }]);
    expect(JSON.stringify(told)).toContain('Approved by 200000000000000001 (discord:200000000000000001)');
    expect(await desk.store.launch.take(draft.id, 'poster', 60_000, Date.now())).toMatchObject({
      id: draft.id,
    });
  });

  it.each<[string, Decider, string]>([
    ['a stranger', EVE, 'not an approver'],
    ['a bot, even a listed one', { ...ADA, isBot: true } as Decider, 'a bot'],
    [
      'an approver in another channel',
      { ...ADA, channelId: '1' } as Decider,
      'not in a channel for approvals',
    ],
    [
      'an approver in the other platform’s channel',
      { ...ADA, channelId: SLACK_CHANNEL.channelId } as Decider,
      'not in a channel for approvals',
    ],
    ['an approver’s id on the other platform', { ...ADA, ...SLACK_CHANNEL }, 'not an approver'],
  ])('refuses %s, and writes that down', async (_, decider, reason) => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    const version = versionOf(draft);
    for (const outcome of [
      await desk.approvals.approve(version, decider),
      await desk.approvals.reject(version, decider, 'No.'),
      await desk.approvals.edit(version, decider, 'Another text.'),
    ]) {
      expect(outcome.kind).toBe('refused');
    }
    expect(await desk.approvals.open(version, decider)).toBeNull();
    expect(await desk.row(draft.id)).toEqual(draft);
    const trail = await desk.store.launch.auditTrail(`thread:${draft.id}`, 10);
    expect(trail.map(({ action }) => action)).toEqual(['refused', 'refused', 'refused', 'draft']);
    expect(trail[2]!.detail).toBe(`approve of revision 1, hash ${draft.contentHash.slice(0, 12)}: ${reason}`);
    expect(await announced(desk.store)).toEqual([]);
  });

  it('lets nobody decide where nobody is listed', async () => {
    const nobody = { approvers: { discord: [], slack: [] }, channels: RULES.channels, fourEyes: false };
    const desk = openDesk(await stores.open(), nobody);
    const draft = await desk.draft();
    for (const decider of [ADA, SAM]) {
      expect((await desk.approvals.approve(versionOf(draft), decider)).kind).toBe('refused');
    }
  });

  it('heeds at once that somebody was taken off the list', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    desk.rules = { ...RULES, approvers: { ...RULES.approvers, discord: [] } };
    expect((await desk.approvals.approve(versionOf(draft), ADA)).kind).toBe('refused');
  });

  it('refuses what is not the version that stands: another revision, hash or thread', async () => {
    const desk = openDesk(await stores.open());
    const [draft, other] = [await desk.draft(), await desk.draft(['Other words.'])];
    const version = versionOf(draft);
    for (const wrong of [
      { ...version, revision: 2 },
      { ...version, hashStart: versionOf(other).hashStart },
      { ...version, hashStart: '' },
      { ...version, threadId: other.id },
      { ...version, threadId: 'none' },
    ]) {
      expect((await desk.approvals.approve(wrong, ADA)).kind).toBe('refused');
    }
    const old = await desk.approvals.edit(version, ADA, 'New words.');
    expect(old.kind).toBe('done');
    expect(await desk.approvals.approve(version, BEN)).toMatchObject({
      kind: 'refused',
      sentences: [expect.stringContaining('older version')],
    });
    // The same words again are another revision all the same.
    const edited = await desk.row(draft.id);
    await desk.approvals.edit(versionOf(edited), ADA, 'A first part.\n---\nA second part.');
    expect((await desk.row(draft.id)).contentHash).toBe(draft.contentHash);
    expect((await desk.approvals.approve(version, BEN)).kind).toBe('refused');
    for (const { id } of [draft, other]) expect((await desk.row(id)).state).toBe('draft');
  });

  it('asks those who type for at least 12 digits of the hash', async () => {
    const desk = openDesk(await stores.open());
    const { id: threadId, contentHash } = await desk.draft();
    const typed = (hashStart: string | null) =>
      desk.approvals.approve({ threadId, revision: null, hashStart }, OPERATOR);
    for (const hashStart of [null, '', contentHash.slice(0, 11), `${contentHash.slice(0, 12)}x`]) {
      expect((await typed(hashStart)).kind).toBe('refused');
    }
    expect((await typed(contentHash.slice(0, 12))).kind).toBe('done');
    expect((await desk.row(threadId)).approval?.by).toBe('cli:operator');
  });

  it('approves once, however often and from wherever it is pressed', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    const presses = [ADA, SAM, ADA, BEN, SAM].map(decider =>
      desk.approvals.approve(versionOf(draft), decider),
    );
    const kinds = (await Promise.all(presses)).map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['done', 'unchanged', 'unchanged', 'unchanged', 'unchanged']);
    const approvals = (await desk.actions(draft.id)).filter(line => line.endsWith(' approve'));
    expect(approvals).toHaveLength(1);
  });

  it('never approves what an edit at the same time puts in its place', async () => {
    const desk = openDesk(await stores.open());
    for (let round = 0; round < 10; round++) {
      const draft = await desk.draft([`Words of round ${round}.`]);
      const version = versionOf(draft);
      await Promise.all([
        desk.approvals.approve(version, ADA),
        wait(round % 3).then(() => desk.approvals.edit(version, BEN, 'Quite other words.')),
      ]);
      const row = await desk.row(draft.id);
      if (row.state === 'approved') {
        expect(row).toMatchObject({ revision: 1, approval: { contentHash: draft.contentHash } });
        expect(row.contentHash).toBe(draft.contentHash);
      } else expect(row).toMatchObject({ state: 'draft', revision: 2, approval: null });
    }
  });

  it('keeps a thread whose numbers are stale from being approved, and says why', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    desk.faults = ['The run run-1 is older than 30 days: run it again.'];
    expect(await desk.approvals.approve(versionOf(draft), ADA)).toEqual({
      kind: 'refused',
      sentences: desk.faults,
    });
    const [row] = await desk.store.launch.auditTrail(`thread:${draft.id}`, 1);
    expect(row).toMatchObject({ action: 'refused', contentHash: draft.contentHash });
    expect(row!.detail).toContain('numbers: The run run-1 is older');
    desk.faults = [];
    expect((await desk.approvals.approve(versionOf(draft), ADA)).kind).toBe('done');
  });

  it('an edit is a new draft that is shown everywhere, and takes an approval back', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    await desk.approvals.approve(versionOf(draft), ADA);
    await announced(desk.store);
    const outcome = await desk.approvals.edit(versionOf(draft), SAM, 'New words.');
    expect(outcome).toMatchObject({ kind: 'done', row: { state: 'draft', revision: 2, approval: null } });
    expect((await announced(desk.store)).map(({ platform, message }) => ({ platform, message }))).toEqual([
      { platform: 'discord', message: { thread: { id: draft.id, revision: 2 } } },
      { platform: 'slack', message: { thread: { id: draft.id, revision: 2 } } },
    ]);
    expect(await desk.store.launch.take(draft.id, 'poster', 60_000, Date.now())).toBeNull();
    expect((await desk.actions(draft.id))[0]).toBe('slack:U000SAM edit');
  });

  it('an edit that cannot be, or changes nothing, leaves all as it is', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    expect(await desk.approvals.edit(versionOf(draft), ADA, 'It scores 9.9.')).toEqual({
      kind: 'faulty',
      sentences: [expect.stringContaining('“9.9”, which the draft had not')],
    });
    const same = await desk.approvals.edit(versionOf(draft), ADA, 'A first part.\n---\nA second part.');
    expect(same.kind).toBe('unchanged');
    expect(await desk.row(draft.id)).toEqual(draft);
  });

  it('a rejection needs a reason, is for good, and holds an approved thread back, too', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    await desk.approvals.approve(versionOf(draft), ADA);
    expect((await desk.approvals.reject(versionOf(draft), ADA, '  ')).kind).toBe('faulty');
    expect((await desk.approvals.reject(versionOf(draft), BEN, 'The chart is wrong.')).kind).toBe('done');
    expect(await desk.row(draft.id)).toMatchObject({ state: 'rejected', reason: 'The chart is wrong.' });
    for (const outcome of [
      await desk.approvals.approve(versionOf(draft), ADA),
      await desk.approvals.reject(versionOf(draft), ADA, 'Again.'),
      await desk.approvals.edit(versionOf(draft), ADA, 'New words.'),
    ]) {
      expect(outcome).toMatchObject({
        kind: 'unchanged',
        sentences: [expect.stringContaining('rejected')],
      });
    }
    expect(await desk.store.launch.take(draft.id, 'poster', 60_000, Date.now())).toBeNull();
  });

  it('with four eyes, whoever wrote a text does not approve it', async () => {
    const desk = openDesk(await stores.open(), { ...RULES, fourEyes: true });
    const draft = await desk.draft();
    const typed = { threadId: draft.id, revision: null, hashStart: draft.contentHash };
    expect((await desk.approvals.approve(typed, OPERATOR)).kind).toBe('refused');
    await desk.approvals.edit(versionOf(draft), ADA, 'New words.');
    const edited = await desk.row(draft.id);
    expect(await desk.approvals.approve(versionOf(edited), ADA)).toMatchObject({
      kind: 'refused',
      sentences: [expect.stringContaining('somebody else')],
    });
    // To be forgotten makes nobody another.
    await desk.store.people.forget('discord', '200000000000000001');
    expect((await desk.approvals.approve(versionOf(edited), ADA)).kind).toBe('refused');
    expect((await desk.approvals.approve(versionOf(edited), SAM)).kind).toBe('done');
  });

  it('refuses content that was changed past the program', async () => {
    const desk = openDesk(await stores.open());
    const { id, contentHash } = await desk.draft();
    // What only somebody at the database can do: other words under the hash of what was shown.
    const content = { parts: [{ text: 'Forged words.', pictures: [] }] };
    await desk.store.launch.edit(id, 1, { content, contentHash, numbers: [] }, 'cli:forger', 0);
    const forged = await desk.row(id);
    expect(await desk.approvals.approve(versionOf(forged), ADA)).toMatchObject({
      kind: 'refused',
      sentences: [expect.stringContaining('changed past the program')],
    });
    expect((await desk.row(id)).state).toBe('draft');
  });

  it('changes nothing for anybody but an approver in a channel with the version that stands', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft();
    const target = formatVersion(draft);
    const someTarget = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[\w-]{1,64}$/),
      fc.constant(target),
      // One character of it changed.
      fc
        .tuple(fc.nat(target.length - 1), fc.constantFrom(...'0123456789abcdef_-'))
        .map(([at, character]) => target.slice(0, at) + character + target.slice(at + 1)),
      fc
        .tuple(fc.constant(draft.id), fc.nat(9), fc.stringMatching(/^[0-9a-f]{12,20}$/))
        .map(parts => parts.join('_')),
    );
    const someDecider = fc.record({
      kind: fc.constant('person' as const),
      platform: fc.constantFrom('discord' as const, 'slack' as const),
      channelId: fc.constantFrom(DISCORD_CHANNEL.channelId, SLACK_CHANNEL.channelId, '1', ''),
      personId: fc.constantFrom('200000000000000001', 'U000SAM', '200000000000000666', '', '__proto__'),
      name: fc.string(),
      isBot: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(someTarget, someDecider, async (text, decider) => {
        const version = readVersion(text);
        if (!version) return;
        const { platform, channelId, personId, isBot } = decider;
        const isRight =
          text === target &&
          !isBot &&
          RULES.approvers[platform].includes(personId) &&
          RULES.channels.some(each => each.platform === platform && each.channelId === channelId);
        if (isRight) return;
        expect((await desk.approvals.approve(version, decider)).kind).toBe('refused');
        expect((await desk.approvals.edit(version, decider, 'Other words.')).kind).toBe('refused');
        expect((await desk.approvals.reject(version, decider, 'No.')).kind).toBe('refused');
      }),
      { numRuns: 150 },
    );
    expect(await desk.row(draft.id)).toEqual(draft);
    // The control: the right person with the right target does.
    expect((await desk.approvals.approve(readVersion(target)!, ADA)).kind).toBe('done');
  });
});

describe('the target of a thread’s button', () => {
  it('says the version, and is what platforms and adapters take', () => {
    const someRow = fc.record({
      id: fc.uuid(),
      revision: fc.integer({ min: 1, max: 999_999 }),
      contentHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    });
    fc.assert(
      fc.property(someRow, row => {
        const target = formatVersion(row);
        expect(target).toMatch(/^[\w-]{1,64}$/);
        expect(readVersion(target)).toEqual({
          threadId: row.id,
          revision: row.revision,
          hashStart: row.contentHash.slice(0, 20),
        });
      }),
    );
  });

  it.each([
    '',
    'x',
    'a_1_',
    'a_1_0123',
    `a_1_${'0'.repeat(19)}`,
    `a_1_${'g'.repeat(20)}`,
    `_1_${'0'.repeat(20)}`,
  ])('is nothing else: %j', target => {
    expect(readVersion(target)).toBeNull();
  });
});
