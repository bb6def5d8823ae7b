import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres, whyNoPostgres } from './start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of PostgreSQL (see `findPostgres`). */
    postgresLender: string;
  }
}

/** What the lender answers: the URL without the name of a database, or why there is none. */
export type PostgresLoan = { readonly url: string } | { readonly reason: string };

/**
 * Runs once for all test files, in vitest's own process: starts PostgreSQL when the first of them asks, so that a run
 * without such tests does not wait for it, and ends it after the last.
 */
export default async function lendPostgres(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | null = null;
  const lender = createServer((_request, response) => {
    const answer = (loan: PostgresLoan) => response.end(JSON.stringify(loan));
    const reason = whyNoPostgres();
    if (reason !== null) {
      answer({ reason });
      return;
    }
    // Nothing in it outlives the run, so nothing has to reach the disk.
    starting ??= startPostgres([
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'full_page_writes=off',
    ]);
    starting.then(
      server => answer({ url: server.url('') }),
      error => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  await new Promise<void>(resolve => lender.listen(0, '127.0.0.1', resolve));
  const address = lender.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  project.provide('postgresLender', `http://127.0.0.1:${address.port}/`);
  return async () => {
    lender.closeAllConnections();
    lender.close();
    // One that did not start was told to whoever asked.
    const server = await starting?.catch(() => null);
    await server?.remove();
  };
}
