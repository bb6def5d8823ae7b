import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { StoreLog } from '../store-log.ts';

export interface PoolLimits {
  readonly connections: number;
  /** The longest time for one statement in milliseconds. */
  readonly statementMs: number;
}

const CONNECT_MS = 5000;
const IDLE_MS = 30_000;
/** How much later than the server the client gives up, where the server does not say that it stopped the statement. */
const ANSWER_MS = 5000;

/**
 * The connection was refused, broke or does not answer. pg throws plain errors for these, told apart by their messages
 * only; what the server itself says is a pg.DatabaseError.
 */
export class ConnectionFault extends Error {}

/**
 * pg's pool for kysely. A connection on which something went wrong other than a statement is closed rather than kept:
 * after a time-out its answer is still to come, and would be taken for that of the next statement.
 */
export function createPostgresPool(url: string, limits: PoolLimits, log?: StoreLog): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: limits.connections,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs + ANSWER_MS,
    idle_in_transaction_session_timeout: limits.statementMs,
    keepAlive: true,
    application_name: 'visual-narrator',
    types: {
      // Counts and times, all of them far below 2 ** 53. pg gives int8 as text.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  const warn = (error: Error) => log?.warn({ error: error.message }, 'lost a connection to the database');
  // Without listeners, a server that goes away would end the process. The pool listens to idle clients only: one that is
  // in use and between two statements needs a listener of its own.
  pool.on('error', warn);
  pool.on('connect', client => client.on('error', warn));
  return {
    async connect() {
      const client = await pool.connect().catch(throwFault);
      let isBroken = false;
      const query = async (sql: string, parameters: readonly unknown[]) => {
        try {
          return await client.query(sql, [...parameters]);
        } catch (error) {
          isBroken ||= !(error instanceof pg.DatabaseError) || error.severity === 'FATAL';
          return throwFault(error);
        }
      };
      return {
        // The interface has cursors too, which are for streams: nothing here asks for one.
        query: query as unknown as PostgresPoolClient['query'],
        release: () => client.release(isBroken),
      };
    },
    end: () => pool.end(),
  };
}

function throwFault(error: unknown): never {
  if (error instanceof pg.DatabaseError) throw error;
  throw new ConnectionFault('no connection to the database', { cause: error });
}
