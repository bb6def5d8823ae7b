import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { describeOnBothStores } from './both-stores.ts';
import { readTables, type Tables } from './read-tables.ts';
import { describedRow, NOW, pendingRow, replyRow, reportRow, threadOf } from './rows.ts';

const DEFAULTS = { watch: false, style: 'brief', keepHistory: false, retentionDays: 90 };
/** Tables that name nobody. */
const IMPERSONAL = [
  'samples',
  'narrator_migration',
  'narrator_migration_lock',
  'job_runs',
  'announcements',
  'thread_parts',
];

type Platform = 'discord' | 'slack';

/** A row in each place where a person may be named. */
const PLACES: Record<
  string,
  (store: Store, platform: Platform, id: string, person: string) => Promise<unknown>
> = {
  requester: ({ descriptions }, platform, id, requesterId) =>
    descriptions.put([describedRow({ id, platform, requesterId })]),
  author: ({ descriptions }, platform, id, authorId) =>
    descriptions.put([describedRow({ id, platform, authorId })]),
  'reply requester': ({ replies }, platform, id, requesterId) =>
    replies.put(replyRow({ id, platform, requesterId })),
  'reply author': ({ replies }, platform, id, authorId) => replies.put(replyRow({ id, platform, authorId })),
  'reply state': ({ replies }, platform, id, person) =>
    replies.put(replyRow({ id, platform, state: { images: [{ by: person }] } })),
  reporter: ({ reports }, platform, id, reporterId) => reports.add(reportRow({ id, platform, reporterId })),
  'reported author': ({ reports }, platform, id, authorId) =>
    reports.add(reportRow({ id, platform, authorId })),
  pending: ({ pending }, platform, id, personId) => pending.add(pendingRow({ id, platform, personId })),
  'pending work': ({ pending }, platform, id, person) =>
    pending.add(pendingRow({ id, platform, work: { authorId: person } })),
  'channel settings': ({ settings }, platform, channelId, person) =>
    settings.changeChannel({ platform, serverId: 's', channelId }, { watch: true }, DEFAULTS, person, NOW),
  'server settings': ({ settings }, platform, serverId, person) =>
    settings.setLeaderboard(platform, serverId, true, person, NOW),
  'thread author': ({ launch }, platform, id, person) =>
    launch.createThread(threadOf({ id, createdBy: `${platform}:${person}` })),
  'thread approver': async ({ launch }, platform, id, person) => {
    await launch.createThread(threadOf({ id }));
    await launch.approve(id, threadOf().contentHash, `${platform}:${person}`, NOW);
  },
};

/** Whether a value of any column is the person, or JSON with the person as a value. */
const isNamed = (value: unknown, person: string) =>
  value === person || (typeof value === 'string' && value.includes(JSON.stringify(person)));

/** Of the tables that have a column for the platform, and of those that put it before the person. */
const namesPerson = (row: Readonly<Record<string, unknown>>, platform: string, person: string) =>
  'platform' in row
    ? row.platform === platform && Object.values(row).some(value => isNamed(value, person))
    : Object.values(row).some(value => isNamed(value, `${platform}:${person}`));

/** The table of each row that names the person. */
const findRows = (tables: Tables, platform: string, person: string) =>
  [...tables].flatMap(([table, rows]) =>
    rows.filter(row => namesPerson(row, platform, person)).map(() => table),
  );

await describeOnBothStores('people', stores => {
  it('are named in no row after they asked to be forgotten, wherever they were', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({}, config);
    for (const [place, add] of Object.entries(PLACES)) await add(store, 'discord', place, 'Me');
    // A table that is new has to be named here: in PLACES, or as one that names nobody.
    const tables = [...(await readTables(config)).keys()].filter(table => !IMPERSONAL.includes(table));
    const named = findRows(await readTables(config), 'discord', 'Me');
    expect([...new Set(named), 'opt_outs'].sort()).toEqual(tables.sort());
    expect(await store.people.countRows('discord', 'Me')).toEqual({
      descriptions: 2,
      replies: 3,
      reports: 2,
      pending: 2,
      channelSettings: 1,
      serverSettings: 1,
      threads: 2,
      // Drafting one and approving the other.
      audit: 2,
      optOuts: 0,
    });

    expect(await store.people.forget('discord', 'Me')).toBe(9);
    expect(findRows(await readTables(config), 'discord', 'Me')).toEqual([]);
    // The settings stay; only who made them is gone.
    expect(await store.settings.channel('discord', 'channel settings')).toMatchObject({ watch: true });
    expect(await store.settings.hasLeaderboard('discord', 'server settings')).toBe(true);
    // That the thread was approved, and which content, is not forgotten.
    expect(await store.launch.thread('thread approver')).toMatchObject({
      state: 'approved',
      approval: { contentHash: threadOf().contentHash, by: 'discord:forgotten' },
    });
    expect(await store.launch.auditTrail('thread:thread approver', 1)).toMatchObject([
      { action: 'approve', actor: 'discord:forgotten', contentHash: threadOf().contentHash },
    ]);
    expect(await store.people.forget('discord', 'Me')).toBe(0);
  });

  it('take nobody else with them', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({}, config);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            place: fc.constantFrom(...Object.keys(PLACES)),
            platform: fc.constantFrom<Platform>('discord', 'slack'),
            // Characters that mean something to LIKE.
            name: fc.constantFrom('a_b', 'a%b', 'axb', 'a\\b', 'a"b'),
          }),
          { maxLength: 15 },
        ),
        async drawn => {
          const prefix = `${run++} `;
          for (const [index, { place, platform, name }] of drawn.entries()) {
            await PLACES[place]!(store, platform, `${prefix}${index}`, prefix + name);
          }
          const me = `${prefix}a_b`;
          const others = ['a%b', 'axb', 'a\\b', 'a"b'].map(name => prefix + name);
          const countOthers = (tables: Tables) => [
            findRows(tables, 'slack', me),
            ...['discord', 'slack'].flatMap(platform =>
              others.map(other => findRows(tables, platform, other)),
            ),
          ];
          const before = countOthers(await readTables(config));
          await store.people.forget('discord', me);
          const after = await readTables(config);
          expect(findRows(after, 'discord', me)).toEqual([]);
          expect(countOthers(after)).toEqual(before);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are not kept once they opted out, and the wish is', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({}, config);
    const { people } = store;
    for (const [place, add] of Object.entries(PLACES)) await add(store, 'slack', place, 'U1');
    expect(await people.hasOptedOut('slack', 'U1')).toBe(false);
    await people.setOptOut('slack', 'U1', true, NOW);
    await people.setOptOut('slack', 'U1', true, NOW + 1);
    expect(findRows(await readTables(config), 'slack', 'U1')).toEqual(['opt_outs']);
    await people.forget('slack', 'U1');
    expect(await people.hasOptedOut('slack', 'U1')).toBe(true);
    expect(await people.hasOptedOut('discord', 'U1')).toBe(false);
    await people.setOptOut('slack', 'U1', false, NOW);
    expect(await people.hasOptedOut('slack', 'U1')).toBe(false);
    expect(findRows(await readTables(config), 'slack', 'U1')).toEqual([]);
  });
});
