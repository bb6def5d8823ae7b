import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import pg from 'pg';

export interface AskedQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * Notes what a store asks of its database, where the libraries pass it on: the store itself has no ear for that.
 *
 * @returns the queries since, and a function that takes the ears off again
 */
export function recordQueries(): { readonly asked: readonly AskedQuery[]; stop(): void } {
  const asked: AskedQuery[] = [];
  const note = (sql: unknown, parameters: unknown) => {
    if (typeof sql === 'string' && /^\s*(?:select|with|insert|update|delete)/i.test(sql)) {
      asked.push({ sql, parameters: Array.isArray(parameters) ? parameters : [] });
    }
  };
  const stops = [
    listen(pg.Client.prototype, 'query', ([sql, parameters]) => note(sql, parameters)),
    listen(DatabaseSync.prototype, 'prepare', ([sql]) => note(sql, [])),
    listen(Worker.prototype, 'postMessage', ([message]) => {
      const { sql, parameters } = (message ?? {}) as Partial<AskedQuery>;
      note(sql, parameters);
    }),
  ];
  return {
    asked,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function listen(prototype: object, name: string, hear: (parameters: unknown[]) => void): () => void {
  const holder = prototype as Record<string, (...parameters: unknown[]) => unknown>;
  const original = holder[name]!;
  holder[name] = function (this: unknown, ...parameters: unknown[]) {
    hear(parameters);
    return original.apply(this, parameters);
  };
  return () => {
    holder[name] = original;
  };
}
