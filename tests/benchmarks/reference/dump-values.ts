/**
 * Prints the numbers of those measures of the recorded predictions that have no other implementation (adjectives,
 * rule-based SPICE, guidelines), item by item, for score_run.py to calculate with.
 *
 *   node tests/benchmarks/reference/dump-values.ts > values.json
 */
import { rm } from 'node:fs/promises';
import { collectTexts } from '../../../src/benchmarks/collect-texts.ts';
import { allMeasures, scoreItems } from '../../../src/benchmarks/measure-run.ts';
import { datasetOf, recordedItems, writeRecordedRun } from '../recorded-set.ts';

const OUTSIDE = /^(?:bleu|rougeL|meteor|cider)/;

const { folder, record, path } = await writeRecordedRun();
const { signal } = new AbortController();
const run = await collectTexts(folder, record, datasetOf(recordedItems()), signal);
const values: Record<string, Record<string, object>> = {};
for (const texts of run.contenders) {
  const scored = await scoreItems(run, texts, undefined, signal);
  values[texts.contender.name] = Object.fromEntries(
    Object.entries(scored).flatMap(([key, one]) =>
      'reason' in one || OUTSIDE.test(key)
        ? []
        : [[key, { items: one.items, width: one.score.width, rows: [...one.score.rows] }]],
    ),
  );
}
await rm(path, { recursive: true });
const better = Object.fromEntries(allMeasures(run).map(measure => [measure.key, measure.better]));
process.stdout.write(JSON.stringify({ better, values }));
