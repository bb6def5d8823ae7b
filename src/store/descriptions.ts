import type { Median } from './backend.ts';
import type { RunQuery } from './run-query.ts';
import { averageByDay, averageByModel, averageOverall, rankAuthors } from './statistics.ts';
import type { DescriptionRow, DescriptionStore } from './store.ts';
import { withoutNul } from './without-nul.ts';

/** Rows of one statement: its parameters stay far under the databases' limits (32,766 and 65,535). */
const ROWS_AT_A_TIME = 500;

/**
 * @param read runs queries over many rows
 * @param now rows that expired before are not given out, pruned or not
 */
export function createDescriptionStore(
  run: RunQuery,
  read: RunQuery,
  now: () => number,
  median: Median,
): DescriptionStore {
  return {
    put: rows =>
      run(db =>
        db.transaction().execute(async transaction => {
          for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
            await transaction
              .insertInto('descriptions')
              .values(rows.slice(start, start + ROWS_AT_A_TIME).map(toRow))
              .onConflict(conflict =>
                conflict
                  .column('id')
                  .doUpdateSet(({ ref }) =>
                    Object.fromEntries(COLUMNS.map(column => [column, ref(`excluded.${column}`)])),
                  ),
              )
              .execute();
          }
        }),
      ),
    byReply: replyId =>
      run(db =>
        db
          .selectFrom('descriptions')
          .selectAll()
          .where('replyId', '=', replyId)
          .where('expiresAt', '>', now())
          .orderBy('describedAt')
          .orderBy('id')
          .execute(),
      ),
    days: filter => read(db => averageByDay(db, filter, now())),
    totals: filter => read(db => averageOverall(db, filter, now(), median)),
    byModel: (filter, limit) => read(db => averageByModel(db, filter, limit, now(), median)),
    leaders: (filter, minDescriptions, limit) =>
      read(db => rankAuthors(db, filter, minDescriptions, limit, now())),
    deleteReply: replyId =>
      run(async db => {
        await db.deleteFrom('descriptions').where('replyId', '=', replyId).execute();
      }),
  };
}

/** The columns by name, so that a row with more properties than the interface has is no fault. */
function toRow(row: DescriptionRow): DescriptionRow {
  return {
    id: row.id,
    replyId: row.replyId,
    platform: row.platform,
    serverId: row.serverId,
    channelId: row.channelId,
    requesterId: row.requesterId,
    authorId: row.authorId,
    engine: row.engine,
    model: row.model,
    style: row.style,
    words: row.words,
    adjectives: row.adjectives,
    supported: row.supported,
    contradicted: row.contradicted,
    uncheckable: row.uncheckable,
    supportedPer100Words: row.supportedPer100Words,
    interpretive: row.interpretive,
    engineMs: row.engineMs,
    totalMs: row.totalMs,
    describedAt: row.describedAt,
    text: row.text === null ? null : withoutNul(row.text),
    expiresAt: row.expiresAt,
  };
}

/** What is replaced where a row of the same id is put. */
const COLUMNS = [
  'replyId',
  'platform',
  'serverId',
  'channelId',
  'requesterId',
  'authorId',
  'engine',
  'model',
  'style',
  'words',
  'adjectives',
  'supported',
  'contradicted',
  'uncheckable',
  'supportedPer100Words',
  'interpretive',
  'engineMs',
  'totalMs',
  'describedAt',
  'text',
  'expiresAt',
] as const satisfies (keyof DescriptionRow)[];
