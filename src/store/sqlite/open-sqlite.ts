import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the database, and makes it and its folder where there are none, for this user only.
 *
 * @param file absolute path
 * @throws what the operating system or SQLite threw (see `explainSqliteError`)
 */
export function openSqliteFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite would make it readable for all; its -wal and -shm files get the mode of this one.
  closeSync(openSync(file, 'a', 0o600));
  // Node's SQLite runs on the thread of the event loop: waiting in there would stop the gateways' heartbeats. So it
  // reports a lock at once, and whoever asked tries again later.
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma secure_delete = on;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
