import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { DAY_MS } from './day.ts';
import type { RunQuery } from './run-query.ts';

/** Rows of one transaction: on SQLite the event loop waits for them. */
const BATCH = 200;
const REPORT_DAYS = 365;
/** Far longer than a platform takes an answer; who waits that long has asked again. */
const PENDING_DAYS = 7;
const JOB_RUN_DAYS = 90;

/** Tables with rows that go by time, the column that tells it, and for how long after that they stay. */
const AGEING = [
  { table: 'descriptions', column: 'expires_at', keptMs: 0 },
  { table: 'replies', column: 'expires_at', keptMs: 0 },
  { table: 'reports', column: 'reported_at', keptMs: REPORT_DAYS * DAY_MS },
  { table: 'pending', column: 'created_at', keptMs: PENDING_DAYS * DAY_MS },
  { table: 'job_runs', column: 'started_at', keptMs: JOB_RUN_DAYS * DAY_MS },
] as const;

/** Deletes the rows that may be kept no longer, in batches between which everything else has its turn. */
export async function prune(run: RunQuery, now: number): Promise<number> {
  let deleted = 0;
  for (const { table, column, keptMs } of AGEING) {
    let batch: number;
    do {
      batch = await run(async db => {
        const { numAffectedRows } = await sql`
          delete from ${sql.table(table)} where id in (
            select id from ${sql.table(table)} where ${sql.ref(column)} <= ${now - keptMs} limit ${BATCH}
          )`.execute(db);
        return Number(numAffectedRows ?? 0);
      });
      deleted += batch;
      await setImmediate();
    } while (batch === BATCH);
  }
  return deleted;
}
