import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import type { Backend } from '../backend.ts';
import { migrate } from '../migrate.ts';
import { COLUMN_TYPES } from '../migrations/migrations.ts';
import type { Tables } from '../schema.ts';
import { StoreError } from '../store-error.ts';
import type { StoreLog } from '../store-log.ts';
import { explainPostgresError } from './explain-postgres-error.ts';
import { createPostgresPool, type PoolLimits } from './postgres-pool.ts';

const LIMITS: PoolLimits = { connections: 8, statementMs: 10_000 };
/** Time for another process's migration, which holds the lock, and for one that rewrites a large table. */
const MIGRATION_LIMITS: PoolLimits = { connections: 1, statementMs: 600_000 };
const DEFAULT_PORT = '5432';

/**
 * @param url `postgres://user:password@host:5432/database`
 * @throws StoreError `store-unavailable` where that is no such URL; nothing is connected to yet
 */
export function openPostgres(url: string, log?: StoreLog): Backend {
  const name = nameDatabase(url);
  const open = (limits: PoolLimits) =>
    new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: createPostgresPool(url, limits, log) }),
      plugins: [new CamelCasePlugin()],
    });
  const db = open(LIMITS);
  return {
    name,
    db,
    reader: db,
    clock: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    median: column => sql`percentile_cont(0.5) within group (order by ${sql.ref(column)})`,
    flush: async () => {},
    explain: error => explainPostgresError(error, name),
    async migrate() {
      const migrationDb = open(MIGRATION_LIMITS);
      try {
        return await migrate(migrationDb, COLUMN_TYPES.postgres, name);
      } finally {
        await migrationDb.destroy();
      }
    },
    close: () => db.destroy(),
  };
}

/** Host, port and database: what a message may say of a URL that holds a password. */
function nameDatabase(text: string): string {
  // `new URL` would put the text, and with it the password, into its error.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new StoreError(
      'store-unavailable',
      'DATABASE_URL is not the URL of a PostgreSQL database. It looks like postgres://user:password@host:5432/database.',
    );
  }
  return `${url.hostname || 'localhost'}:${url.port || DEFAULT_PORT}${url.pathname}`;
}
