import type { Kysely, RawBuilder } from 'kysely';
import type { Tables } from './schema.ts';
import type { StoreError } from './store-error.ts';

/** The middle value of a column, or the mean of the two in the middle; null where there are none. */
export type Median = (column: string) => RawBuilder<number | null>;

/** One of the two databases, opened. */
export interface Backend {
  /** What the person knows it by: the file, or host and database. Never a password. */
  readonly name: string;
  readonly db: Kysely<Tables>;
  /** For queries over many rows: never stops the event loop. The same as `db` where that does not either. */
  readonly reader: Kysely<Tables>;
  /**
   * The time by the database's own clock, in milliseconds since the epoch: one clock for all processes that share it.
   */
  readonly clock: RawBuilder<number>;
  /** For `reader`. */
  readonly median: Median;
  /** Brings the tables up to this version; returns the names of the steps taken. */
  migrate(): Promise<string[]>;
  /**
   * Sees to it that what was committed survives a power failure. For what must be known before something happens elsewhere;
   * on PostgreSQL each commit does by itself.
   */
  flush(): Promise<void>;
  /** Makes a StoreError of what `db` or `reader` threw. */
  explain(error: unknown): StoreError;
  close(): Promise<void>;
}
