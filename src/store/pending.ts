import { randomUUID } from 'node:crypto';
import type { RunQuery } from './run-query.ts';
import type { PendingStore } from './store.ts';

export function createPendingStore(run: RunQuery): PendingStore {
  return {
    async add(row) {
      // Where the connection broke after the row was added and before that was told, the next attempt finds the row. It
      // has to know it for its own: taken for another's, the work would never be done.
      const addedBy = randomUUID();
      return await run(async db => {
        const found = await db
          .insertInto('pending')
          .values({
            id: row.id,
            platform: row.platform,
            personId: row.personId,
            work: JSON.stringify(row.work ?? null),
            dueAt: row.dueAt,
            createdAt: row.createdAt,
            addedBy,
          })
          // Changes nothing, but returns the row that is there.
          .onConflict(conflict => conflict.column('id').doUpdateSet({ id: row.id }))
          .returning('addedBy')
          .executeTakeFirstOrThrow();
        return found.addedBy === addedBy;
      });
    },
    list: (platform, limit) =>
      run(async db => {
        const rows = await db
          .selectFrom('pending')
          .select(['id', 'platform', 'personId', 'work', 'dueAt', 'createdAt'])
          .where('platform', '=', platform)
          .orderBy('createdAt')
          .orderBy('id')
          .limit(limit)
          .execute();
        return rows.map(row => ({ ...row, work: JSON.parse(row.work) as unknown }));
      }),
    change: (id, work) =>
      run(async db => {
        await db
          .updateTable('pending')
          .set({ work: JSON.stringify(work ?? null) })
          .where('id', '=', id)
          .execute();
      }),
    done: id =>
      run(async db => {
        await db.deleteFrom('pending').where('id', '=', id).execute();
      }),
  };
}
