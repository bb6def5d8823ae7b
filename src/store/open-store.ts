import { sql } from 'kysely';
import type { StoreConfig } from '../config/config.ts';
import { createAnnouncementStore } from './announcement-store.ts';
import { createLaunchStore } from './create-launch-store.ts';
import { createDescriptionStore } from './descriptions.ts';
import { createJobStore } from './job-store.ts';
import { createPendingStore } from './pending.ts';
import { createPeopleStore } from './people.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import { prune } from './prune.ts';
import { createReplyStore } from './replies.ts';
import { createReportStore } from './reports.ts';
import { createRunQuery } from './run-query.ts';
import { createSampleStore } from './samples.ts';
import { createSettingsStore } from './settings.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';
import type { StoreError } from './store-error.ts';
import type { StoreLog } from './store-log.ts';

/** How long a locked database, or one that does not answer, is tried again before the caller hears of it. */
const RETRY_MS = 5000;

export interface StoreOptions {
  /** The time of day in milliseconds since the epoch; the system's by default. */
  readonly now?: () => number;
  readonly log?: StoreLog;
  /** How long faults that may pass are tried again; 5 seconds by default. */
  readonly retryMs?: number;
  /** Told each failure that a caller hears of. */
  readonly onError?: (error: StoreError) => void;
}

/**
 * Opens the database, made where there is none, and brings its tables up to this version.
 *
 * @throws StoreError: `store-unavailable`, `store-busy`, `store-newer`, `store-fault`
 */
export async function openStore(
  config: StoreConfig,
  { now = Date.now, log, retryMs = RETRY_MS, onError }: StoreOptions = {},
): Promise<Store> {
  const backend =
    config.kind === 'sqlite' ? await openSqlite(config.file, retryMs) : openPostgres(config.url, log);
  const run = createRunQuery(backend.db, backend.explain, retryMs, onError);
  const read = createRunQuery(backend.reader, backend.explain, retryMs, onError);
  try {
    const steps = await run(() => backend.migrate());
    if (steps.length > 0) log?.info({ database: backend.name, steps }, 'brought the database up to date');
  } catch (error) {
    await backend.close();
    throw error;
  }
  return {
    descriptions: createDescriptionStore(run, read, now, backend.median),
    replies: createReplyStore(run, now),
    settings: createSettingsStore(run),
    people: createPeopleStore(run),
    reports: createReportStore(run),
    pending: createPendingStore(run),
    samples: createSampleStore(run, read),
    jobs: createJobStore(run, backend.clock),
    announcements: createAnnouncementStore(run),
    launch: createLaunchStore(run, backend.clock, () => run(() => backend.flush())),
    prune: until => prune(run, until),
    ping: async () => {
      await run(db => sql`select 1`.execute(db));
    },
    close: () => backend.close(),
  };
}
