import { NarratorError } from '../errors.ts';
import { BenchmarkError } from './benchmark-error.ts';
import type { Budget, BudgetLimits } from './budget.ts';
import type { Contender } from './contender.ts';
import type { BenchmarkItem } from './dataset.ts';
import type { RunLimits } from './run.ts';
import type { StoredPrediction } from './run-record.ts';

/** What an endpoint says to every request: no item is to blame. */
const REFUSED_ALTOGETHER = 'endpoint-auth';

/** What `predictItems` has to know beside the contender. */
export interface PredictionOptions {
  readonly items: AsyncIterable<BenchmarkItem>;
  /** Whether an item is to be asked for. */
  readonly isPending: (item: BenchmarkItem) => boolean;
  /** Stores an answer; what it throws ends the run. */
  readonly keep: (answer: StoredPrediction) => Promise<void>;
  readonly limits: Pick<RunLimits, 'atOnce' | 'failuresInRow' | 'budget'>;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

/**
 * Has a contender answer items, several at once where it may be, each stored as it comes.
 *
 * @returns why it was ended before all items were asked for; null where it was not
 * @throws the signal's reason when aborted, and faults that are not the contender's
 */
export async function predictItems(
  contender: Contender,
  { items, isPending, keep, limits, budget, signal }: PredictionOptions,
): Promise<NarratorError | null> {
  const { name } = contender;
  const isPaid = contender.trials?.isPaid ?? false;
  const atOnce = Math.min(limits.atOnce, contender.concurrency);
  const inFlight = new Set<Promise<void>>();
  /** Ends what is in flight where there is no use in it. */
  const giveUp = new AbortController();
  const stop = AbortSignal.any([signal, giveUp.signal]);
  let stoppedBy: NarratorError | null = null;
  let fault: unknown;
  let row = 0;

  async function predict(item: BenchmarkItem): Promise<void> {
    const answer = await ask(contender, item, stop);
    if (stop.aborted && answer.error) return;
    if (answer.error?.code === REFUSED_ALTOGETHER)
      throw new NarratorError(answer.error.code, answer.error.message);
    await keep(answer);
    if (isPaid) budget.settle(answer.error ? null : answer.usage?.costUsd, name);
    row = answer.error ? row + 1 : 0;
    if (answer.error && row >= limits.failuresInRow && contender.kind !== 'recorded')
      throw tooManyFailures(name, row, answer.error);
  }

  for await (const item of items) {
    if (!isPending(item)) continue;
    while (inFlight.size >= atOnce || (isPaid && !stop.aborted && !budget.reserve())) {
      if (inFlight.size === 0) {
        stoppedBy = overBudget(name, budget, limits.budget);
        break;
      }
      await Promise.race(inFlight);
    }
    if (stoppedBy || stop.aborted) break;
    const work: Promise<void> = predict(item)
      .catch((error: unknown) => {
        if (error instanceof NarratorError && !isOfTheRun(error)) stoppedBy ??= error;
        else fault ??= error;
        giveUp.abort();
      })
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  }
  await Promise.all(inFlight);
  signal.throwIfAborted();
  if (fault !== undefined) throw fault;
  return stoppedBy;
}

/** What to store of one item; an error without a code is a fault of the program, and thrown. */
async function ask(
  contender: Contender,
  item: BenchmarkItem,
  signal: AbortSignal,
): Promise<StoredPrediction> {
  try {
    const { text, quotes, grounding, usage, describeMs, firstTextMs } = await contender.predict(item, signal);
    return {
      ...{ id: item.id, text, error: null, describeMs, firstTextMs },
      usage: usage && { ...usage },
      grounding: grounding && { ...grounding },
      quotes: quotes?.map(({ start, end }) => ({ start, end })) ?? null,
      at: Date.now(),
    };
  } catch (error) {
    if (!(error instanceof NarratorError) && !signal.aborted) throw error;
    const { code, message } = error instanceof NarratorError ? error : { code: 'interrupted', message: '' };
    return {
      ...{ id: item.id, text: null, error: { code, message }, describeMs: null, firstTextMs: null },
      ...{ usage: null, grounding: null, quotes: null, at: Date.now() },
    };
  }
}

/** Nothing that another contender would be spared. */
export function isOfTheRun({ code }: NarratorError): boolean {
  return code === 'benchmark-run';
}

function tooManyFailures(name: string, row: number, { message }: { message: string }): BenchmarkError {
  return new BenchmarkError(
    'benchmark-contender',
    `${name} failed ${row} times in a row and is left; the last: ${message} Once that is mended, go on with --resume and --retry-failed.`,
  );
}

function overBudget(name: string, { spentUsd, requests }: Budget, limits: BudgetLimits): BenchmarkError {
  const isUsd = limits.usd !== null && !(limits.requests !== null && requests >= limits.requests);
  return new BenchmarkError(
    'benchmark-budget',
    isUsd
      ? `${name} was ended: US$${spentUsd.toFixed(4)} of US$${limits.usd} are spent, and another answer may cost more than is left. Go on with --resume and a larger --budget-usd.`
      : `${name} was ended: all of ${limits.requests} requests were made. Go on with --resume and a larger --max-requests.`,
  );
}
