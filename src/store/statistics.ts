import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import { DAY_MS } from './day.ts';
import type { Tables } from './schema.ts';
import type { DensityDay, DensityTotals, DescriptionFilter, Leader } from './store.ts';

/** Means by day of UTC, in the order of days. */
export async function averageByDay(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  now: number,
): Promise<DensityDay[]> {
  // Whole numbers on both databases, so that the division rounds down.
  const day = sql<number>`described_at / ${sql.lit(DAY_MS)} * ${sql.lit(DAY_MS)}`;
  return await select(db, filter, now)
    .select([
      day.as('day'),
      countAll.as('descriptions'),
      meanPer100Words('adjectives').as('adjectivesPer100Words'),
      mean('supported_per100_words').as('supportedPer100Words'),
      meanPer100Words('contradicted').as('contradictedPer100Words'),
    ])
    .groupBy(day)
    .orderBy(day)
    .execute();
}

export async function averageOverall(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  now: number,
): Promise<DensityTotals> {
  return await selectRanked(db, filter, now, sql``).select(totals).executeTakeFirstOrThrow();
}

export async function averageByModel(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  limit: number,
  now: number,
): Promise<(DensityTotals & { engine: string; model: string })[]> {
  return await selectRanked(db, filter, now, sql`partition by engine, model`)
    .select(['engine', 'model'])
    .select(totals)
    .groupBy(['engine', 'model'])
    .orderBy('descriptions', 'desc')
    .orderBy('engine')
    .orderBy('model')
    .limit(limit)
    .execute();
}

export async function rankAuthors(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  minDescriptions: number,
  limit: number,
  now: number,
): Promise<Leader[]> {
  const supported = mean('supported_per100_words');
  return await select(db, filter, now)
    .select(['authorId', countAll.as('descriptions'), supported.$castTo<number>().as('supportedPer100Words')])
    // Only what was measured counts, so that a mean of one is not taken for a mean of many.
    .where('supportedPer100Words', 'is not', null)
    .groupBy('authorId')
    .having(countAll, '>=', minDescriptions)
    .orderBy(supported, 'desc')
    .orderBy('descriptions', 'desc')
    .orderBy('authorId')
    .limit(limit)
    .execute();
}

function matches(
  { and, eb }: ExpressionBuilder<Tables, 'descriptions'>,
  filter: DescriptionFilter,
  now: number,
) {
  const { platform, serverId, channelId, authorId, model, from, until } = filter;
  const equal = { platform, serverId, channelId, authorId, model };
  return and([
    ...Object.entries(equal)
      .filter(([, value]) => value !== undefined)
      .map(([column, value]) => eb(column as keyof typeof equal, '=', value as string)),
    eb('describedAt', '>=', from),
    eb('describedAt', '<', until),
    eb('expiresAt', '>', now),
  ]);
}

function select(db: Kysely<Tables>, filter: DescriptionFilter, now: number) {
  return db.selectFrom('descriptions').where(eb => matches(eb, filter, now));
}

/**
 * The rows with their places by time, for medians: SQLite has no percentile_cont, and this runs on both. Each group of
 * `partition` is ranked for itself.
 */
function selectRanked(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  now: number,
  partition: RawBuilder<unknown>,
) {
  return db.selectFrom(
    select(db, filter, now)
      .select([
        'engine',
        'model',
        'words',
        'adjectives',
        'supported',
        'contradicted',
        'supportedPer100Words',
        'engineMs',
        'totalMs',
        sql<number>`row_number() over (${partition} order by engine_ms)`.as('enginePlace'),
        sql<number>`row_number() over (${partition} order by total_ms)`.as('totalPlace'),
        sql<number>`count(*) over (${partition})`.as('size'),
      ])
      .as('ranked'),
  );
}

const totals = () => [
  countAll.as('descriptions'),
  mean('adjectives').as('adjectives'),
  mean('words').as('words'),
  meanPer100Words('adjectives').as('adjectivesPer100Words'),
  mean('supported_per100_words').as('supportedPer100Words'),
  sql<
    number | null
  >`cast(sum(contradicted) as double precision) / nullif(sum(supported + contradicted), 0)`.as(
    'contradictedShare',
  ),
  median('engine').as('medianEngineMs'),
  median('total').as('medianTotalMs'),
];

const countAll = sql<number>`count(*)`;

/** Nulls are left out; null where nothing is left. */
function mean(column: string) {
  return sql<number | null>`avg(cast(${sql.ref(column)} as double precision))`;
}

function meanPer100Words(column: string) {
  return sql<
    number | null
  >`avg(case when words > 0 then cast(${sql.ref(column)} as double precision) * 100 / words end)`;
}

/** The middle one, or the mean of the two in the middle. */
function median(of: 'engine' | 'total') {
  const [value, place] = [sql.ref(`${of}_ms`), sql.ref(`${of}_place`)];
  return sql<number | null>`avg(case when ${place} in ((size + 1) / 2, (size + 2) / 2) then ${value} end)`;
}
