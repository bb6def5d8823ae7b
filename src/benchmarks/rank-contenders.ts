import type { RunRecord } from './run-record.ts';
import type { RunScores } from './scores.ts';

export interface Rank {
  readonly contender: string;
  /** One more than the number of contenders that are shown to be better: those without a shown difference share it. */
  readonly rank: number;
  /** How many are ranked. */
  readonly of: number;
  /** Those from which it does not differ by a shown difference. */
  readonly tiedWith: readonly string[];
}

/**
 * Ranks contenders on a measure by the paired tests alone, not by their scores.
 *
 * @param among which of them are ranked; all unless given
 * @returns the best first; empty where the measure is not compared. A contender without the measure is left out.
 */
export function rankContenders(
  { comparisons, contenders }: Pick<RunScores, 'comparisons' | 'contenders'>,
  measure: string,
  among: (contender: string) => boolean = () => true,
): Rank[] {
  const tests = comparisons.filter(test => test.measure === measure && among(test.a) && among(test.b));
  const ranked = new Set(tests.flatMap(({ a, b }) => [a, b]));
  return contenders
    .filter(({ name }) => ranked.has(name))
    .map(({ name }) => {
      const own = tests.filter(({ a, b }) => a === name || b === name);
      const worse = own.filter(({ a, verdict }) => verdict === (a === name ? 'b-better' : 'a-better'));
      const tiedWith = own
        .filter(({ verdict }) => verdict === 'no-difference-shown')
        .map(({ a, b }) => (a === name ? b : a));
      return { contender: name, rank: worse.length + 1, of: ranked.size, tiedWith };
    })
    .sort((one, other) => one.rank - other.rank);
}

/** Contenders whose model has about three billion parameters: 2.5 to 3.5. */
export function modelsOf3B({ contenders }: Pick<RunRecord, 'contenders'>): ReadonlySet<string> {
  return new Set(
    contenders
      .filter(({ identity }) => {
        const billions = identity?.parametersB ?? null;
        return billions !== null && billions >= 2.5 && billions <= 3.5;
      })
      .map(({ name }) => name),
  );
}
