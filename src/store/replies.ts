import type { RunQuery } from './run-query.ts';
import type { ReplyStore } from './store.ts';

/** @param now replies that expired before are not given out, pruned or not */
export function createReplyStore(run: RunQuery, now: () => number): ReplyStore {
  return {
    put: row =>
      run(async db => {
        const { id, ...rest } = {
          id: row.id,
          platform: row.platform,
          serverId: row.serverId,
          channelId: row.channelId,
          requesterId: row.requesterId,
          authorId: row.authorId,
          messageId: row.messageId,
          state: JSON.stringify(row.state ?? null),
          createdAt: row.createdAt,
          expiresAt: row.expiresAt,
        };
        await db
          .insertInto('replies')
          .values({ id, ...rest })
          .onConflict(conflict => conflict.column('id').doUpdateSet(rest))
          .execute();
      }),
    get: id =>
      run(async db => {
        const row = await db
          .selectFrom('replies')
          .selectAll()
          .where('id', '=', id)
          .where('expiresAt', '>', now())
          .executeTakeFirst();
        return row ? { ...row, state: JSON.parse(row.state) as unknown } : null;
      }),
    delete: id =>
      run(async db => {
        await db.deleteFrom('replies').where('id', '=', id).execute();
      }),
  };
}
