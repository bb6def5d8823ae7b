import { type ColumnDataType, type Kysely, type Migration, type RawBuilder, sql } from 'kysely';
import { createFirstTables } from './0001-first-tables.ts';
import { addSampleSlots } from './0002-sample-slots.ts';
import { addJobs } from './0003-jobs.ts';
import { addThreads } from './0004-threads.ts';
import { addDashboard } from './0005-dashboard.ts';

type ColumnType = ColumnDataType | RawBuilder<unknown>;

/** The column types of one database. */
export interface ColumnTypes {
  readonly text: ColumnType;
  readonly integer: ColumnType;
  readonly real: ColumnType;
  /** Milliseconds since the epoch. */
  readonly time: ColumnType;
}

/** SQLite's are affinities (sqlite.org/datatype3.html, section 3.1), so that the standard names work on it too. */
const COMMON = { integer: 'integer', real: 'double precision', time: 'bigint' } as const;

export const COLUMN_TYPES = {
  sqlite: { ...COMMON, text: 'text' },
  // By bytes, as SQLite does: the same order of ids in every locale, and indexes that need no collation library.
  postgres: { ...COMMON, text: sql`text collate "C"` },
} as const satisfies Record<string, ColumnTypes>;

type Step = (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>;

/** Forward only, in the order of their names. One that was released is never changed: what is new is added below. */
const STEPS: Readonly<Record<string, Step>> = {
  '0001-first-tables': createFirstTables,
  '0002-sample-slots': addSampleSlots,
  '0003-jobs': addJobs,
  '0004-threads': addThreads,
  '0005-dashboard': addDashboard,
};

export const MIGRATION_NAMES: ReadonlySet<string> = new Set(Object.keys(STEPS));

export function bindMigrations(types: ColumnTypes): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(STEPS).map(([name, step]) => [name, { up: (db: Kysely<unknown>) => step(db, types) }]),
  );
}
