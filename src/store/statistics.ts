import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Median } from './backend.ts';
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

/** @param median the database's own way to the median of a column, null where there are no values */
export async function averageOverall(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  now: number,
  median: Median,
): Promise<DensityTotals> {
  return await select(db, filter, now).select(totals(median)).executeTakeFirstOrThrow();
}

export async function averageByModel(
  db: Kysely<Tables>,
  filter: DescriptionFilter,
  limit: number,
  now: number,
  median: Median,
): Promise<(DensityTotals & { engine: string; model: string })[]> {
  return await select(db, filter, now)
    .select(['engine', 'model'])
    .select(totals(median))
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

const totals = (median: Median) => [
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
  median('engine_ms').as('medianEngineMs'),
  median('total_ms').as('medianTotalMs'),
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
