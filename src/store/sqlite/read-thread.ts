/** The thread that reads a SQLite file: answers each query with its rows or its error, one after the other. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { MEDIAN, MEDIAN_NAME } from './median.ts';

export interface ReadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type ReadAnswer =
  | { readonly id: number; readonly rows: readonly unknown[] }
  /** Errors lose their codes on the way between threads: so they go beside. */
  | { readonly id: number; readonly message: string; readonly codes: object };

/** Here a wait for a lock stops nobody else. */
const BUSY_MS = 1000;

let database: DatabaseSync | null = null;

parentPort?.on('message', ({ id, sql, parameters }: ReadQuery) => {
  let answer: ReadAnswer;
  try {
    database ??= open(workerData as string);
    answer = { id, rows: database.prepare(sql).all(...(parameters as SQLInputValue[])) };
  } catch (error) {
    const { message, code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
    answer = { id, message, codes: { code, errcode } };
  }
  parentPort?.postMessage(answer);
});

function open(file: string): DatabaseSync {
  const opened = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  opened.aggregate(MEDIAN_NAME, MEDIAN);
  return opened;
}
