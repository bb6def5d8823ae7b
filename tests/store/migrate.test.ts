import { expect, it } from 'vitest';
import { MIGRATION_NAMES } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/open-store.ts';
import { describeOnBothStores } from './both-stores.ts';
import { readTables } from './read-tables.ts';
import { runStatement } from './run-statement.ts';

await describeOnBothStores('migrations', stores => {
  it('are run once by processes that start at the same moment', async () => {
    const config = await stores.makeDatabase();
    const said: object[] = [];
    const log = { info: (details: object) => said.push(details), warn: () => {} };
    const opened = await Promise.all(Array.from({ length: 5 }, () => stores.open({ log }, config)));
    for (const store of opened) await store.ping();
    expect(said).toEqual([expect.objectContaining({ steps: [...MIGRATION_NAMES] })]);
  });

  it('keep the samples of before, each in a slot of its own', async () => {
    const config = await stores.makeDatabase();
    await (await openStore(config)).close();
    // As the first version made it.
    await runStatement(config, 'drop table samples');
    await runStatement(
      config,
      `create table samples (source text not null, subject text not null, metric text not null,
        value double precision, outcome text not null, reason text, taken_at bigint not null,
        constraint samples_key primary key (source, metric, subject, taken_at))`,
    );
    for (const table of ['job_runs', 'announcements', 'threads', 'thread_parts', 'audit']) {
      await runStatement(config, `drop table ${table}`);
    }
    await runStatement(config, 'drop index descriptions_figures');
    await runStatement(config, 'create index descriptions_time on descriptions (described_at)');
    await runStatement(config, "delete from narrator_migration where name > '0001-first-tables'");
    await runStatement(
      config,
      "insert into samples values ('x', 'post', 'likes', 3, 'value', null, 1000), ('x', 'post', 'likes', null, 'missing', 'why', 2000)",
    );
    const store = await stores.open({}, config);
    const query = { source: 'x', subject: 'post', metric: 'likes', from: 0, until: 9999, limit: 9 } as const;
    expect(await store.samples.series({ ...query, every: 'slot' })).toMatchObject([
      { value: 3, outcome: 'value', takenAt: 1000, slot: 1000, rawId: null },
      { value: null, outcome: 'missing', reason: 'why', takenAt: 2000, slot: 2000 },
    ]);
  });

  it('that a newer version ran are respected: the database is refused and left as it is', async () => {
    const config = await stores.makeDatabase();
    await (await openStore(config)).close();
    await runStatement(
      config,
      "insert into narrator_migration values ('9999-later', '2030-01-01T00:00:00.000Z')",
    );
    const before = await readTables(config);
    await expect(openStore(config)).rejects.toMatchObject({
      code: 'store-newer',
      message: expect.stringContaining('9999-later'),
    });
    expect(await readTables(config)).toEqual(before);
  });

  it('that fail leave nothing half done', async () => {
    const config = await stores.makeDatabase();
    await (await openStore(config)).close();
    const names = [...(await readTables(config)).keys()].filter(name => !name.startsWith('narrator_'));
    for (const name of names) await runStatement(config, `drop table ${name}`);
    await runStatement(config, 'delete from narrator_migration');
    // The last table of the first step.
    await runStatement(config, 'create table samples (other integer)');
    await expect(openStore(config)).rejects.toMatchObject({ code: 'store-fault' });
    expect([...(await readTables(config)).keys()].sort()).toEqual([
      'narrator_migration',
      'narrator_migration_lock',
      'samples',
    ]);
    await runStatement(config, 'drop table samples');
    await (await stores.open({}, config)).ping();
  });
});
