import pg from 'pg';
import { StoreError } from '../store-error.ts';
import { ConnectionFault } from './postgres-pool.ts';

/** @param name host and database, without user and password */
export function explainPostgresError(error: unknown, name: string): StoreError {
  const unavailable = (message: string, isPassing = false) =>
    new StoreError('store-unavailable', message, { isPassing, cause: error });
  const unreachable = `The database ${name} does not answer. Check that it runs and can be reached from here.`;
  if (error instanceof ConnectionFault) return unavailable(unreachable, true);
  if (error instanceof pg.DatabaseError) {
    // postgresql.org/docs/current/errcodes-appendix.html
    switch (error.code) {
      case '40001': // serialization_failure
      case '40P01': // deadlock_detected
      case '55P03': // lock_not_available
        return new StoreError('store-busy', `The database ${name} is busy. Try again.`, {
          isPassing: true,
          cause: error,
        });
      case '57014': // query_canceled: by statement_timeout
        return new StoreError(
          'store-busy',
          `The database ${name} took too long. Try again; if it stays so, look into what else it has to do.`,
          { cause: error },
        );
      case '57P01': // admin_shutdown
      case '57P02': // crash_shutdown
      case '57P03': // cannot_connect_now
        return unavailable(unreachable, true);
      case '53300': // too_many_connections
        return unavailable(
          `The database ${name} has no connection left. Raise its max_connections, or let other programs open fewer.`,
          true,
        );
      case '53100': // disk_full
        return unavailable(`The disk of the database ${name} is full. Make room on it.`);
      case '28000': // invalid_authorization_specification
      case '28P01': // invalid_password
        return unavailable(
          `The database ${name} refused the user or the password. Check those of DATABASE_URL.`,
        );
      case '3D000': // invalid_catalog_name
        return unavailable(
          `The database ${name} does not exist. Make it (createdb), or set up another in DATABASE_URL.`,
        );
      case '42501': // insufficient_privilege
        return unavailable(
          `The user of DATABASE_URL may not do what is needed in ${name}. Make it the owner of the database.`,
        );
      case '25006': // read_only_sql_transaction
        return unavailable(`The database ${name} is read-only. Name the primary server in DATABASE_URL.`);
      default:
        if (error.code?.startsWith('08')) return unavailable(unreachable, true);
    }
  }
  return new StoreError('store-fault', 'The store failed. The log has the details.', { cause: error });
}
