import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { RunQuery } from './run-query.ts';
import type { Tables } from './schema.ts';
import type { PeopleStore } from './store.ts';

interface PersonalTable {
  /** Its name where rows are counted. */
  readonly name: string;
  readonly table: string;
  /** Columns that hold a person's id. */
  readonly columns: readonly string[];
  /** Whether they hold it behind the platform, as `discord:<id>`, rather than beside a column `platform`. */
  readonly hasActors?: true;
  /** A column of JSON that may hold one. */
  readonly json?: string;
  /** `disguise`: what was done stays, who did it does not. */
  readonly onForget: 'delete' | 'clear' | 'disguise' | 'keep';
}

/** Every table that may name a person. A test looks through the whole database for those that are missing here. */
const PERSONAL_TABLES: readonly PersonalTable[] = [
  {
    name: 'descriptions',
    table: 'descriptions',
    columns: ['requester_id', 'author_id'],
    onForget: 'delete',
  },
  {
    name: 'replies',
    table: 'replies',
    columns: ['requester_id', 'author_id'],
    json: 'state',
    onForget: 'delete',
  },
  { name: 'reports', table: 'reports', columns: ['reporter_id', 'author_id'], onForget: 'delete' },
  { name: 'pending', table: 'pending', columns: ['person_id'], json: 'work', onForget: 'delete' },
  { name: 'channelSettings', table: 'channel_settings', columns: ['changed_by'], onForget: 'clear' },
  { name: 'serverSettings', table: 'server_settings', columns: ['changed_by'], onForget: 'clear' },
  // Posting in public rests on an approval: that one was given, when and to which content, is not to be forgotten.
  {
    name: 'threads',
    table: 'threads',
    columns: ['created_by', 'approved_by'],
    hasActors: true,
    onForget: 'disguise',
  },
  { name: 'audit', table: 'audit', columns: ['actor'], hasActors: true, onForget: 'disguise' },
  { name: 'optOuts', table: 'opt_outs', columns: ['person_id'], onForget: 'keep' },
];

export function createPeopleStore(run: RunQuery): PeopleStore {
  return {
    hasOptedOut: (platform, personId) =>
      run(async db => {
        const row = await db
          .selectFrom('optOuts')
          .select('personId')
          .where('platform', '=', platform)
          .where('personId', '=', personId)
          .executeTakeFirst();
        return row !== undefined;
      }),
    setOptOut: (platform, personId, isOut, now) =>
      run(db =>
        db.transaction().execute(async transaction => {
          if (!isOut) {
            await transaction
              .deleteFrom('optOuts')
              .where('platform', '=', platform)
              .where('personId', '=', personId)
              .execute();
            return;
          }
          await transaction
            .insertInto('optOuts')
            .values({ platform, personId, optedOutAt: now })
            .onConflict(conflict => conflict.columns(['platform', 'personId']).doNothing())
            .execute();
          await forget(transaction, platform, personId);
        }),
      ),
    countRows: (platform, personId) =>
      run(async db => {
        const counts: Record<string, number> = {};
        for (const personal of PERSONAL_TABLES) {
          const { rows } = await sql<{ count: number }>`
            select count(*) as count from ${sql.table(personal.table)} where ${names(personal, platform, personId)}
          `.execute(db);
          counts[personal.name] = rows[0]?.count ?? 0;
        }
        return counts;
      }),
    forget: (platform, personId) =>
      run(db => db.transaction().execute(transaction => forget(transaction, platform, personId))),
  };
}

async function forget(db: Kysely<Tables>, platform: string, personId: string): Promise<number> {
  let deleted = 0;
  for (const personal of PERSONAL_TABLES) {
    const { table, columns, onForget } = personal;
    const where = names(personal, platform, personId);
    if (onForget === 'delete') {
      const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ${where}`.execute(db);
      deleted += Number(numAffectedRows ?? 0);
    } else if (onForget === 'clear') {
      const nothing = sql.join(columns.map(column => sql`${sql.ref(column)} = null`));
      await sql`update ${sql.table(table)} set ${nothing} where ${where}`.execute(db);
    } else if (onForget === 'disguise') {
      for (const column of columns) {
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${`${platform}:forgotten`}
          where ${sql.ref(column)} = ${`${platform}:${personId}`}`.execute(db);
      }
    }
  }
  return deleted;
}

function names(
  { columns, json, hasActors }: PersonalTable,
  platform: string,
  personId: string,
): RawBuilder<boolean> {
  if (hasActors) {
    const actor = `${platform}:${personId}`;
    return sql`(${sql.join(
      columns.map(column => sql`${sql.ref(column)} = ${actor}`),
      sql` or `,
    )})`;
  }
  const conditions = columns.map(column => sql`${sql.ref(column)} = ${personId}`);
  if (json) {
    // The id as JSON writes it. SQLite's LIKE does not tell a from A: ids of the platforms never differ by that alone.
    const pattern = `%${JSON.stringify(personId).replaceAll(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`${sql.ref(json)} like ${pattern} escape '\\'`);
  }
  return sql`platform = ${platform} and (${sql.join(conditions, sql` or `)})`;
}
