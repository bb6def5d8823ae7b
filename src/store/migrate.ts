import { type Kysely, Migrator, sql } from 'kysely';
import { bindMigrations, type ColumnTypes, MIGRATION_NAMES } from './migrations/migrations.ts';
import type { Tables } from './schema.ts';
import { StoreError } from './store-error.ts';

/** Of our own name: a PostgreSQL database may have kysely's default one from another program. */
const TABLE = 'narrator_migration';

/**
 * Brings the tables up to this version. All steps are one transaction: on SQLite it begins with the lock for writing, on
 * PostgreSQL behind an advisory lock, so that of two processes that start together one waits and finds it done.
 *
 * @param name what the person knows the database by: its file or host
 * @returns the names of the steps that were taken
 * @throws StoreError `store-newer`; else what the database threw
 */
export async function migrate(db: Kysely<Tables>, types: ColumnTypes, name: string): Promise<string[]> {
  // Without a lock where all is done already: a backup or another process does not keep this one from starting.
  const done = await readDone(db, name);
  if ([...MIGRATION_NAMES].every(step => done.has(step))) return [];
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => bindMigrations(types) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    // A newer version that started at the same moment may have come first.
    await readDone(db, name);
    throw error;
  }
  return results.map(({ migrationName }) => migrationName);
}

async function readDone(db: Kysely<Tables>, name: string): Promise<ReadonlySet<string>> {
  const tables = await db.introspection.getTables();
  if (!tables.some(table => table.name === TABLE)) return new Set();
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(db);
  const done = new Set(rows.map(row => row.name));
  const unknown = [...done].filter(step => !MIGRATION_NAMES.has(step));
  if (unknown.length > 0) {
    throw new StoreError(
      'store-newer',
      `${name} was made by a newer version of Visual Narrator (it has ${unknown.join(', ')}). Install that version, or set up another database.`,
    );
  }
  return done;
}
