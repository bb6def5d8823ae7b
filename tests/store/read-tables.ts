import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { StoreConfig } from '../../src/config/config.ts';

type Row = Readonly<Record<string, unknown>>;
export type Tables = ReadonlyMap<string, readonly Row[]>;

/** Every row of every table, also of tables that the tests know nothing about. */
export async function readTables(config: StoreConfig): Promise<Tables> {
  if (config.kind === 'sqlite') {
    const database = new DatabaseSync(config.file, { readOnly: true });
    try {
      return await readAll("select name from sqlite_schema where type = 'table'", async query =>
        database.prepare(query).all(),
      );
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: config.url });
  await client.connect();
  try {
    return await readAll(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
      async query => (await client.query<Row>(query)).rows,
    );
  } finally {
    await client.end();
  }
}

async function readAll(namesQuery: string, read: (query: string) => Promise<Row[]>): Promise<Tables> {
  const tables = new Map<string, Row[]>();
  for (const { name } of await read(namesQuery)) {
    tables.set(String(name), await read(`select * from "${name}"`));
  }
  return tables;
}
