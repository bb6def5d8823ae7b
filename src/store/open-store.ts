import { resolve } from 'node:path';
import { CamelCasePlugin, Kysely, sql } from 'kysely';
import type { StoreConfig } from '../config/config.ts';
import { createDescriptionStore } from './descriptions.ts';
import { migrate } from './migrate.ts';
import { COLUMN_TYPES } from './migrations/migrations.ts';
import { createPendingStore } from './pending.ts';
import { createPeopleStore } from './people.ts';
import { prune } from './prune.ts';
import { createReplyStore } from './replies.ts';
import { createReportStore } from './reports.ts';
import { createRunQuery, retryWhilePassing } from './run-query.ts';
import { createSampleStore } from './samples.ts';
import type { Tables } from './schema.ts';
import { createSettingsStore } from './settings.ts';
import { explainSqliteError } from './sqlite/explain-sqlite-error.ts';
import { NodeSqliteDialect } from './sqlite/node-sqlite-dialect.ts';
import { openSqliteFile } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import type { StoreLog } from './store-log.ts';

/** How long a locked database, or one that does not answer, is tried again before the caller hears of it. */
const RETRY_MS = 5000;

export interface StoreOptions {
  /** The time of day in milliseconds since the epoch; the system's by default. */
  readonly now?: () => number;
  readonly log?: StoreLog;
  /** How long faults that may pass are tried again; 5 seconds by default. */
  readonly retryMs?: number;
}

/**
 * Opens the database, made where there is none, and brings its tables up to this version.
 *
 * @throws StoreError: `store-unavailable`, `store-busy`, `store-newer`, `store-fault`
 */
export async function openStore(
  config: StoreConfig,
  { now = Date.now, log, retryMs = RETRY_MS }: StoreOptions = {},
): Promise<Store> {
  if (config.kind === 'postgres') throw new StoreError('store-fault', 'PostgreSQL is not built in yet.');
  const file = resolve(config.file);
  const explain = (error: unknown) => explainSqliteError(error, file);
  const database = await retryWhilePassing(async () => openSqliteFile(file), explain, retryMs);
  const db = new Kysely<Tables>({
    dialect: new NodeSqliteDialect(database),
    plugins: [new CamelCasePlugin()],
  });
  const run = createRunQuery(db, explain, retryMs);
  try {
    const steps = await run(() => migrate(db, COLUMN_TYPES.sqlite, file));
    if (steps.length > 0) log?.info({ database: file, steps }, 'brought the database up to date');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    descriptions: createDescriptionStore(run, now),
    replies: createReplyStore(run, now),
    settings: createSettingsStore(run),
    people: createPeopleStore(run),
    reports: createReportStore(run),
    pending: createPendingStore(run),
    samples: createSampleStore(run),
    prune: until => prune(run, until),
    ping: async () => {
      await run(db => sql`select 1`.execute(db));
    },
    close: () => db.destroy(),
  };
}
