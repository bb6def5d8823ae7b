import { DatabaseSync } from 'node:sqlite';
import type { StoreConfig } from '../../src/config/config.ts';
import { administer } from './start-postgres.ts';

/** Runs SQL past the store. */
export async function runStatement(config: StoreConfig, statement: string): Promise<void> {
  if (config.kind === 'postgres') {
    await administer(config.url, statement);
    return;
  }
  const database = new DatabaseSync(config.file, { timeout: 5000 });
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}
