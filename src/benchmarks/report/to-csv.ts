import { stringify } from 'csv-stringify/sync';
import type { RunScores } from '../scores.ts';

/** One line for each contender, group and measure. A group of '' is the whole set. */
export function toCsv({ runId, measures, contenders }: RunScores): string {
  const lines = contenders.flatMap(({ name, results, groups }) =>
    [['', results] as const, ...Object.entries(groups)].flatMap(([group, ofGroup]) =>
      measures.map(({ key, unit }) => {
        const result = ofGroup[key];
        const computed = result?.status === 'computed' ? result : null;
        const why = result?.status === 'not computed' ? result.reason : 'it was not measured in this run.';
        return {
          run: runId,
          contender: name,
          group,
          measure: key,
          unit,
          score: computed?.score ?? null,
          low: computed?.interval?.low ?? null,
          high: computed?.interval?.high ?? null,
          count: computed?.count ?? null,
          note: computed ? computed.note : `not computed: ${why}`,
        };
      }),
    ),
  );
  // A cell that a spreadsheet would take for a formula is not one (OWASP, CSV Injection).
  return stringify(lines, { header: true, escape_formulas: true });
}
