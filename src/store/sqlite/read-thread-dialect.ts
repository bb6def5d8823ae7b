import { Worker } from 'node:worker_threads';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreError } from '../store-error.ts';
import type { ReadAnswer, ReadQuery } from './read-thread.ts';

const THREAD = new URL('./read-thread.ts', import.meta.url);
const MOST_WAITING = 100;

/**
 * kysely on a thread of its own that only reads: for queries over many rows, for which the event loop must not stop. The
 * thread is started by the first query. It sees what was committed before the query was asked.
 */
export class ReadThreadDialect implements Dialect {
  readonly #file: string;

  /** @param file absolute path of a database that is there */
  constructor(file: string) {
    this.#file = file;
  }

  createDriver() {
    return new ReadThreadDriver(this.#file);
  }

  createQueryCompiler() {
    return new SqliteQueryCompiler();
  }

  createAdapter() {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>) {
    return new SqliteIntrospector(db);
  }
}

class ReadThreadDriver implements Driver, DatabaseConnection {
  readonly #file: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<QueryResult<never>>>();
  #thread: Worker | null = null;
  #lastId = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this;
  }

  async releaseConnection(): Promise<void> {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#waiting.size >= MOST_WAITING) {
      throw new StoreError('store-busy', 'Too many statistics are asked for at once. Try again in a moment.');
    }
    this.#thread ??= this.#start();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<QueryResult<never>>();
    this.#waiting.set(id, answer);
    // Only while an answer is awaited does the thread keep the process alive.
    this.#thread.ref();
    this.#thread.postMessage({ id, sql, parameters } satisfies ReadQuery);
    return answer.promise;
  }

  #start(): Worker {
    const thread = new Worker(THREAD, { workerData: this.#file });
    thread.on('message', (answer: ReadAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) thread.unref();
      if ('rows' in answer) waiting?.resolve({ rows: answer.rows as never[] });
      else waiting?.reject(Object.assign(new Error(answer.message), answer.codes));
    });
    const end = (cause?: unknown) => {
      if (this.#thread === thread) this.#thread = null;
      for (const { reject } of this.#waiting.values()) {
        reject(new Error('the thread that reads has ended', { cause }));
      }
      this.#waiting.clear();
    };
    thread.on('error', end);
    thread.on('exit', () => end());
    return thread;
  }

  async destroy(): Promise<void> {
    await this.#thread?.terminate();
  }

  // biome-ignore lint/correctness/useYield: the interface has streams; what is read here is a few rows.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('rows are not streamed from the thread that reads');
  }

  async beginTransaction(): Promise<void> {
    throw new Error('the thread that reads has no transactions');
  }

  async commitTransaction(): Promise<void> {
    await this.beginTransaction();
  }

  async rollbackTransaction(): Promise<void> {
    await this.beginTransaction();
  }
}
