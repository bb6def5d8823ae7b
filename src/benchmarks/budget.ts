import { BenchmarkError } from './benchmark-error.ts';
import type { RunRecord, StoredPrediction } from './run-record.ts';

export interface BudgetLimits {
  /** In US dollars, for the whole run with what was spent before; null sets none. */
  readonly usd: number | null;
  /** The most items that endpoints are asked for, for the whole run; null sets none. */
  readonly requests: number | null;
}

export interface Budget {
  readonly spentUsd: number;
  readonly requests: number;
  /**
   * Takes one request out of the budget before it is made.
   *
   * @returns false where it may go over: once those in flight are settled, there may be room
   */
  reserve(): boolean;
  /** Notes what a reserved request cost; null where it gave no answer. @throws BenchmarkError where it cannot be told */
  settle(costUsd: number | null | undefined, contender: string): void;
}

/**
 * What a run may spend. A request is made only if one as dear as the dearest so far still fits, those in flight
 * included; before the first answer one is made at a time.
 *
 * @param before predictions that were stored, of contenders that cost money
 */
export function createBudget(limits: BudgetLimits, before: readonly StoredPrediction[]): Budget {
  const costs = before.flatMap(({ usage }) => usage?.costUsd ?? []);
  let spentUsd = costs.reduce((sum, cost) => sum + cost, 0);
  /** Null before anybody knows what one costs. */
  let dearest = costs.reduce<number | null>((most, cost) => Math.max(most ?? 0, cost), null);
  let requests = before.length;
  let inFlight = 0;

  return {
    get spentUsd() {
      return spentUsd;
    },
    get requests() {
      return requests;
    },
    reserve() {
      if (limits.requests !== null && requests >= limits.requests) return false;
      if (limits.usd !== null) {
        if (dearest === null && inFlight > 0) return false;
        if (spentUsd + (inFlight + 1) * (dearest ?? 0) > limits.usd) return false;
      }
      requests++;
      inFlight++;
      return true;
    },
    settle(costUsd, contender) {
      inFlight--;
      if (costUsd === null) return;
      if (costUsd === undefined && limits.usd !== null) {
        throw new BenchmarkError(
          'benchmark-budget',
          `${contender} does not tell how many tokens it took: its cost is not known, and no budget can be kept. Leave --budget-usd out and limit it with --max-requests.`,
        );
      }
      spentUsd += costUsd ?? 0;
      if (costUsd !== undefined) dearest = Math.max(dearest ?? 0, costUsd);
    },
  };
}

/**
 * @throws BenchmarkError `benchmark-budget` naming the contenders that cost money without saying how much
 */
export function requirePrices(
  { contenders }: Pick<RunRecord, 'contenders'>,
  isPaid: (name: string) => boolean,
): void {
  const unknown = contenders.filter(({ name, prices }) => isPaid(name) && !prices);
  if (unknown.length === 0) return;
  throw new BenchmarkError(
    'benchmark-budget',
    `No budget can be kept for ${unknown.map(({ name }) => name).join(', ')}, whose prices are not known: give --price-in and --price-out in US dollars a million tokens (0 for a server of your own), or leave --budget-usd out.`,
  );
}
