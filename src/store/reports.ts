import type { RunQuery } from './run-query.ts';
import type { ReportStore } from './store.ts';
import { withoutNul } from './without-nul.ts';

export function createReportStore(run: RunQuery): ReportStore {
  return {
    add: row =>
      run(async db => {
        await db
          .insertInto('reports')
          .values({
            id: row.id,
            replyId: row.replyId,
            platform: row.platform,
            channelId: row.channelId,
            reporterId: row.reporterId,
            authorId: row.authorId,
            reason: withoutNul(row.reason),
            comment: withoutNul(row.comment),
            text: withoutNul(row.text),
            engine: row.engine,
            model: row.model,
            reportedAt: row.reportedAt,
          })
          .onConflict(conflict => conflict.column('id').doNothing())
          .execute();
      }),
    list: limit =>
      run(db =>
        db
          .selectFrom('reports')
          .selectAll()
          .orderBy('reportedAt', 'desc')
          .orderBy('id')
          .limit(limit)
          .execute(),
      ),
  };
}
