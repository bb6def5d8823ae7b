import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { MEDIAN, MEDIAN_NAME } from '../../src/store/sqlite/median.ts';

it.each([
  ['(values (3), (1), (2))', 2],
  ['(values (4.5), (1), (10), (2))', 3.25],
  ['(values (7), (null), (5), (null))', 6],
  ['(values (null))', null],
  ['(select 1 as column1 where false)', null],
  // As numbers, not as texts.
  ['(values (9), (10), (100))', 10],
])('the median that is added to SQLite: of %s', (rows, expected) => {
  const database = new DatabaseSync(':memory:');
  database.aggregate(MEDIAN_NAME, MEDIAN);
  const of = (name: string) => database.prepare(`select ${name}(column1) as m from ${rows}`).get()?.m;
  expect(of(MEDIAN_NAME)).toBe(expected);
  // Where this Node has SQLite's own, it says the same.
  const { has } = database.prepare("select sqlite_compileoption_used('ENABLE_PERCENTILE') as has").get()!;
  if (has === 1) expect(of('median')).toBe(expected);
  database.close();
});
