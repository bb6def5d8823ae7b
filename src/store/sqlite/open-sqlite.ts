import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CamelCasePlugin, Kysely, sql } from 'kysely';
import type { Backend } from '../backend.ts';
import { migrate } from '../migrate.ts';
import { COLUMN_TYPES } from '../migrations/migrations.ts';
import { retryWhilePassing } from '../run-query.ts';
import type { Tables } from '../schema.ts';
import { explainSqliteError } from './explain-sqlite-error.ts';
import { MEDIAN_NAME } from './median.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import { ReadThreadDialect } from './read-thread-dialect.ts';

/** @throws StoreError */
export async function openSqlite(path: string, retryMs: number): Promise<Backend> {
  const file = resolve(path);
  const explain = (error: unknown) => explainSqliteError(error, file);
  // Changing to write-ahead logging needs the file for itself.
  const database = await retryWhilePassing(async () => openFile(file), explain, retryMs);
  const median = sql.raw(hasOwnMedian(database) ? 'median' : MEDIAN_NAME);
  const plugins = [new CamelCasePlugin()];
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database), plugins });
  const reader = new Kysely<Tables>({ dialect: new ReadThreadDialect(file), plugins });
  return {
    name: file,
    db,
    reader,
    clock: sql<number>`cast(unixepoch('now', 'subsec') * 1000 as integer)`,
    median: column => sql`${median}(${sql.ref(column)})`,
    async flush() {
      // With `synchronous = normal` a commit is not on the disk; a checkpoint begins with syncing the log (sqlite.org/wal.html).
      await sql`pragma wal_checkpoint(passive)`.execute(db);
    },
    explain,
    migrate: () => migrate(db, COLUMN_TYPES.sqlite, file),
    async close() {
      await reader.destroy();
      // Last: the last connection that is closed writes the log into the file and removes it.
      await db.destroy();
    },
  };
}

/** Opens the database, and makes it and its folder where there are none, for this user only. */
function openFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite would make it readable for all; its -wal and -shm files get the mode of this one.
  closeSync(openSync(file, 'a', 0o600));
  // Node's SQLite runs on the thread of the event loop: waiting in there would stop the gateways' heartbeats. So it
  // reports a lock at once, and whoever asked tries again later.
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    // Deleted means overwritten: what a person wanted forgotten is not to be found in free pages of the file.
    database.exec('pragma secure_delete = on; pragma journal_mode = wal; pragma synchronous = normal;');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite's own is quicker, and an option of its build that not every Node has. */
function hasOwnMedian(database: DatabaseSync): boolean {
  const { has } =
    database.prepare("select sqlite_compileoption_used('ENABLE_PERCENTILE') as has").get() ?? {};
  return has === 1;
}
