import { sql } from 'kysely';
import type { RunQuery } from './run-query.ts';
import type { SampleStore } from './store.ts';
import { withoutNul } from './without-nul.ts';

const ROWS_AT_A_TIME = 500;
/** Subjects of one source: more than anyone tracks. */
const MOST_SUBJECTS = 1000;

export function createSampleStore(run: RunQuery): SampleStore {
  return {
    add: samples =>
      run(db =>
        db.transaction().execute(async transaction => {
          for (let start = 0; start < samples.length; start += ROWS_AT_A_TIME) {
            await transaction
              .insertInto('samples')
              .values(
                samples.slice(start, start + ROWS_AT_A_TIME).map(sample => ({
                  source: sample.source,
                  subject: sample.subject,
                  metric: sample.metric,
                  value: sample.value,
                  outcome: sample.outcome,
                  reason: sample.reason === null ? null : withoutNul(sample.reason),
                  takenAt: sample.takenAt,
                })),
              )
              .onConflict(conflict =>
                conflict.columns(['source', 'metric', 'subject', 'takenAt']).doUpdateSet(({ ref }) => ({
                  value: ref('excluded.value'),
                  outcome: ref('excluded.outcome'),
                  reason: ref('excluded.reason'),
                })),
              )
              .execute();
          }
        }),
      ),
    latest: (source, metric) =>
      run(db =>
        db
          .selectFrom(
            db
              .selectFrom('samples')
              .selectAll()
              .select(
                sql<number>`row_number() over (partition by subject order by taken_at desc)`.as('place'),
              )
              .where('source', '=', source)
              .where('metric', '=', metric)
              .where('value', 'is not', null)
              .as('ranked'),
          )
          .select(['source', 'subject', 'metric', 'value', 'outcome', 'reason', 'takenAt'])
          .where('place', '=', 1)
          .orderBy('subject')
          .limit(MOST_SUBJECTS)
          .execute(),
      ),
  };
}
