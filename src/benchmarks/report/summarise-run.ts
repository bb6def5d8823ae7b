import type { BenchmarkTable } from '../latest-table.ts';
import type { RunFolder } from '../run-folder.ts';
import type { RunRecord } from '../run-record.ts';
import type { RunScores } from '../scores.ts';
import { remarksOf, sourceLine } from './source-line.ts';
import { headMeasure, writeResult } from './write-score.ts';

/** What fits a page or a chat message: the headline, its control, the count, one caption metric, the time. */
const SHOWN = ['supportedPer100Words', 'contradictedShare', 'adjectives', 'cider', 'describeMsP50'];

/** A run in one small table. */
export function summariseRun(record: RunRecord, scores: RunScores): BenchmarkTable {
  const measures = SHOWN.flatMap(key => scores.measures.find(measure => measure.key === key) ?? []).filter(
    ({ key }) => scores.contenders.some(({ results }) => results[key]?.status === 'computed'),
  );
  const { dataset } = record;
  return {
    title: `${dataset.name}, ${dataset.split}`,
    madeAt: record.finishedAt ?? record.createdAt,
    source: sourceLine(record),
    columns: ['Contender', ...measures.map(headMeasure)],
    rows: scores.contenders.map(({ name, results }) => [
      name,
      ...measures.map(measure => writeResult(results[measure.key], measure)),
    ]),
    notes: [
      'Means over the images, with 95 % intervals.',
      ...(record.state === 'finished' ? [] : ['The run is not finished: these figures are provisional.']),
      ...dataset.remarks,
      ...remarksOf(record),
    ],
  };
}

/**
 * The newest finished run that was measured; null where there is none.
 *
 * @throws BenchmarkError where a file of it is damaged
 */
export async function readLatestTable(
  folder: Pick<RunFolder, 'list' | 'scores'>,
): Promise<BenchmarkTable | null> {
  const { runs } = await folder.list();
  for (const record of runs.filter(({ state }) => state === 'finished')) {
    const scores = await folder.scores(record.id);
    if (scores) return summariseRun(record, scores);
  }
  return null;
}
