import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { DAY_MS } from './day.ts';
import type { RunQuery } from './run-query.ts';
import type { Tables } from './schema.ts';
import type { Sample, SampleKey, SampleStore, SeriesQuery, SeriesSample } from './store.ts';
import { withoutNul } from './without-nul.ts';

const ROWS_AT_A_TIME = 500;
/** Subjects of one source: more than anyone tracks. */
const MOST_SUBJECTS = 1000;

const COLUMNS = [
  'source',
  'subject',
  'metric',
  'value',
  'outcome',
  'reason',
  'takenAt',
  'slot',
  'rawId',
] as const satisfies readonly (keyof Sample)[];

/** @param read runs the query over many rows */
export function createSampleStore(run: RunQuery, read: RunQuery): SampleStore {
  return {
    add: samples => run(db => addSamples(db, samples)),
    latest: (source, metric) =>
      run(db =>
        db
          .selectFrom(
            db
              .selectFrom('samples')
              .selectAll()
              .select(sql<number>`row_number() over (partition by subject order by slot desc)`.as('place'))
              .where('source', '=', source)
              .where('metric', '=', metric)
              .where('value', 'is not', null)
              .as('ranked'),
          )
          .select(COLUMNS)
          .where('place', '=', 1)
          .orderBy('subject')
          .limit(MOST_SUBJECTS)
          .execute(),
      ),
    at: (key, time) =>
      run(async db => {
        const newest = valuesOf(db, key)
          // No sample is taken before its slot begins: the key's index finds it.
          .where('slot', '<=', time)
          .where('takenAt', '<=', time)
          .orderBy('slot', 'desc');
        return (await newest.limit(1).executeTakeFirst()) ?? null;
      }),
    after: (key, time) =>
      run(async db => {
        const first = valuesOf(db, key).where('takenAt', '>', time).orderBy('slot');
        return (await first.limit(1).executeTakeFirst()) ?? null;
      }),
    series: query => read(db => readSeries(db, query)),
  };
}

async function addSamples(db: Kysely<Tables>, samples: readonly Sample[]): Promise<void> {
  // In one order everywhere: two processes that write the same slot do not wait for each other's rows in a circle.
  const rows = samples
    .map(sample => ({
      source: sample.source,
      subject: sample.subject,
      metric: sample.metric,
      value: sample.value,
      outcome: sample.outcome,
      reason: sample.reason === null ? null : withoutNul(sample.reason),
      takenAt: sample.takenAt,
      slot: sample.slot,
      rawId: sample.rawId === null ? null : withoutNul(sample.rawId),
      place: JSON.stringify([sample.source, sample.metric, sample.subject, sample.slot]),
    }))
    .sort((one, other) => (one.place < other.place ? -1 : 1))
    .map(({ place: _, ...row }) => row);
  await db.transaction().execute(async transaction => {
    for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
      await transaction
        .insertInto('samples')
        .values(rows.slice(start, start + ROWS_AT_A_TIME))
        .onConflict(conflict =>
          conflict
            .columns(['source', 'metric', 'subject', 'slot'])
            .doUpdateSet(({ ref }) => ({
              value: ref('excluded.value'),
              outcome: ref('excluded.outcome'),
              reason: ref('excluded.reason'),
              takenAt: ref('excluded.takenAt'),
              rawId: ref('excluded.rawId'),
            }))
            .where('samples.value', 'is', null)
            .where('excluded.value' as 'value', 'is not', null),
        )
        .execute();
    }
  });
}

function valuesOf(
  db: Kysely<Tables>,
  { source, subject, metric }: SampleKey,
): SelectQueryBuilder<Tables, 'samples', Sample> {
  return db
    .selectFrom('samples')
    .select(COLUMNS)
    .where('source', '=', source)
    .where('metric', '=', metric)
    .where('subject', '=', subject)
    .where('value', 'is not', null);
}

async function readSeries(db: Kysely<Tables>, query: SeriesQuery): Promise<SeriesSample[]> {
  const { source, subject, metric, from, until, every, limit } = query;
  // Of the first value of the span the one before it lies outside; the others find theirs beside them.
  const earlier = sql`(
    select earlier.value from samples as earlier
    where earlier.source = ${source} and earlier.metric = ${metric} and earlier.subject = ${subject}
      and earlier.slot < ${from} and earlier.value is not null
    order by earlier.slot desc limit 1)`;
  const before = sql`coalesce(lag(value) over (partition by value is null order by slot), ${earlier})`;
  // Narrow rows, as there may be many; the few that are given out are then looked up whole.
  const flagged = db
    .selectFrom('samples')
    .select('slot')
    .select(sql<number | null>`case when value is not null then slot end`.as('valueSlot'))
    .select(sql<number>`case when value < ${before} then 1 else 0 end`.as('isDown'))
    .where('source', '=', source)
    .where('metric', '=', metric)
    .where('subject', '=', subject)
    .where('slot', '>=', from)
    .where('slot', '<', until);
  const day = sql`slot - slot % ${sql.lit(DAY_MS)}`;
  const picked =
    every === 'slot'
      ? db.selectFrom(flagged.as('flagged')).select(['slot as pickedSlot', 'isDown'])
      : db
          .selectFrom(flagged.as('flagged'))
          .select(sql<number>`coalesce(max(value_slot), max(slot))`.as('pickedSlot'))
          .select(sql<number>`max(is_down)`.as('isDown'))
          .groupBy(day);
  const rows = await db
    .selectFrom(picked.orderBy('pickedSlot', 'desc').limit(limit).as('picked'))
    // By that word SQLite keeps to this order; else it may go through all samples, and through all that is picked for each.
    .crossJoin('samples')
    .whereRef('samples.slot', '=', 'picked.pickedSlot')
    .where('samples.source', '=', source)
    .where('samples.metric', '=', metric)
    .where('samples.subject', '=', subject)
    .select([...COLUMNS.map(column => `samples.${column}` as const), 'picked.isDown'])
    .orderBy('samples.slot')
    .execute();
  return rows.map(({ isDown, ...sample }) => ({ ...sample, wentDown: Number(isDown) === 1 }));
}
