import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, inject } from 'vitest';
import type { StoreConfig } from '../../src/config/config.ts';
import { openStore, type StoreOptions } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { PostgresLoan } from './lend-postgres.ts';
import { administer } from './start-postgres.ts';

/** What tests of one database get. Everything is closed and removed after each test. */
export interface TestStores {
  readonly kind: StoreConfig['kind'];
  /** An empty database of the test's own: for `openStore`, or for the whole service. */
  makeDatabase(): Promise<StoreConfig>;
  /** Opens `config`, or a new database. */
  open(options?: StoreOptions, config?: StoreConfig): Promise<Store>;
}

/**
 * Declares the same tests for SQLite and for PostgreSQL, which is started once for all test files. Where this machine has
 * no PostgreSQL its tests are skipped, and their name says why.
 */
export async function describeOnBothStores(
  name: string,
  declare: (stores: TestStores) => void,
): Promise<void> {
  describe(`${name} (SQLite)`, () => declare(createTestStores('sqlite', makeFile)));
  const postgres = await findPostgres();
  if ('reason' in postgres) {
    describe.skip(`${name} (PostgreSQL: ${postgres.reason})`, () =>
      declare(createTestStores('postgres', makeFile)));
  } else {
    describe(`${name} (PostgreSQL)`, () =>
      declare(createTestStores('postgres', () => makePostgresDatabase(postgres.url))));
  }
}

/** Starts PostgreSQL where it does not run yet. */
export async function findPostgres(): Promise<PostgresLoan> {
  const response = await fetch(inject('postgresLender'));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as PostgresLoan;
}

type MakeDatabase = () => Promise<{ readonly config: StoreConfig; remove(): Promise<void> }>;

function createTestStores(kind: StoreConfig['kind'], make: MakeDatabase): TestStores {
  const releases: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (let release = releases.pop(); release; release = releases.pop()) await release();
  });
  const makeDatabase = async () => {
    const { config, remove } = await make();
    releases.push(remove);
    return config;
  };
  return {
    kind,
    makeDatabase,
    async open(options, config) {
      const store = await openStore(config ?? (await makeDatabase()), options);
      releases.push(() => store.close());
      return store;
    },
  };
}

const makeFile: MakeDatabase = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-store-'));
  return {
    config: { kind: 'sqlite', file: join(folder, 'data', 'narrator.sqlite') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** @param server the URL of the server, to which the name of a database is added */
async function makePostgresDatabase(server: string) {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const administration = `${server}postgres`;
  await administer(administration, `create database ${name}`);
  return {
    config: { kind: 'postgres', url: `${server}${name}` } as const,
    remove: async () => {
      await administer(administration, `drop database ${name} with (force)`);
    },
  };
}
