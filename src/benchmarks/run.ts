import { NarratorError } from '../errors.ts';
import { type Budget, type BudgetLimits, createBudget, requirePrices } from './budget.ts';
import type { Contender, ContenderIdentity } from './contender.ts';
import type { BenchmarkDataset, BenchmarkItem } from './dataset.ts';
import { sampleItems } from './datasets/sample-items.ts';
import { measureEfficiency } from './measure-efficiency.ts';
import { isOfTheRun, predictItems } from './predict-items.ts';
import { requireSameModel, requireSameSet } from './require-same.ts';
import type { RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import type { RunRecord, StoredPrediction } from './run-record.ts';

export interface RunLimits {
  /** The most items that a contender is asked for at once, where it allows as many. */
  readonly atOnce: number;
  /** Failures in a row after which a contender is left. */
  readonly failuresInRow: number;
  readonly budget: BudgetLimits;
  /** Whether items that failed in an earlier go are asked for again. */
  readonly retryFailed: boolean;
  /** For times by concurrency, once the predictions are there. Those that cost money only where `paid`. */
  readonly trials: {
    readonly concurrency: readonly number[];
    readonly images: number;
    readonly paid: boolean;
  };
}

export interface RunOptions {
  /** As it was written: a new one, or one that goes on. */
  readonly record: RunRecord;
  /** The record's, opened again. */
  readonly dataset: BenchmarkDataset;
  /** The record's, in its order. */
  readonly contenders: readonly Contender[];
  /** The version of the prompt that contenders are given here. */
  readonly promptVersion: string;
  readonly folder: RunFolder;
  readonly limits: RunLimits;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Told, in a sentence, what is not as wished without ending the run. */
  readonly onNote?: (note: string) => void;
  readonly signal: AbortSignal;
}

export interface RunProgress {
  readonly contender: string;
  readonly step: 'preparing' | 'predicting' | 'timing' | 'done';
  /** Items that are stored, of all that it is asked for, and how many of them failed. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

export interface ContenderOutcome {
  readonly contender: string;
  readonly answered: number;
  readonly failed: number;
  /** Items that were not asked for. */
  readonly pending: number;
  /** Why it was left; null where it was not. */
  readonly stoppedBy: NarratorError | null;
}

/**
 * Has every contender answer every item of a run, one contender after the other, and stores each answer as it comes.
 * What is stored is not asked for again, so that a run that was ended, however, goes on where it stopped.
 *
 * @returns the record as it was written last, and what became of each contender
 * @throws BenchmarkError `benchmark-run` where another process works on the run, or the data set, the prompt or a model
 *   is not that of the record; `benchmark-budget` where no budget can be kept; the signal's reason when aborted
 */
export async function runBenchmark(
  options: RunOptions,
): Promise<{ readonly record: RunRecord; readonly outcomes: readonly ContenderOutcome[] }> {
  const { record, dataset, contenders, promptVersion, folder, limits, signal } = options;
  requireSameSet(record, dataset, promptVersion);
  const isPaid = (name: string) => contenders.find(each => each.name === name)?.trials?.isPaid ?? false;
  if (limits.budget.usd !== null) requirePrices(record, isPaid);
  const lock = await lockRun(folder.pathOf(record.id));
  try {
    // Another process may have worked on it since it was read.
    const written = await folder.read(record.id);
    let current: RunRecord = {
      ...written,
      ...{ dataset: record.dataset, request: record.request },
      contenders: written.contenders.map((each, i) => ({ ...each, prices: record.contenders[i]!.prices })),
    };
    const update = async (changes: Partial<RunRecord>) => {
      current = { ...current, ...changes };
      await folder.write(current);
    };
    const stored = new Map<string, Map<string, StoredPrediction>>();
    for (const { name } of contenders) {
      const predictions = await folder.predictions(record, name);
      stored.set(name, new Map(predictions.map(prediction => [prediction.id, prediction])));
    }
    const spent = contenders
      .filter(({ name }) => isPaid(name))
      .flatMap(({ name }) => [...stored.get(name)!.values()]);
    const budget = createBudget(limits.budget, spent);
    const isAsked = (predictions: ReadonlyMap<string, StoredPrediction>) =>
      predictions.size < record.dataset.sampled ||
      (limits.retryFailed && [...predictions.values()].some(({ error }) => error !== null));
    if ([...stored.values()].some(isAsked)) await update({ state: 'running', finishedAt: null });
    const outcomes: ContenderOutcome[] = [];
    for (const contender of contenders) {
      signal.throwIfAborted();
      const change = async (changes: Partial<RunRecord['contenders'][number]>) =>
        await update({
          contenders: current.contenders.map(each =>
            each.name === contender.name ? { ...each, ...changes } : each,
          ),
        });
      const own = () => current.contenders.find(({ name }) => name === contender.name)!;
      outcomes.push(
        await runContender(contender, {
          ...options,
          own,
          change,
          stored: stored.get(contender.name)!,
          budget,
        }),
      );
    }
    if (current.state === 'running' && outcomes.every(({ pending }) => pending === 0))
      await update({ state: 'finished', finishedAt: Date.now() });
    return { record: current, outcomes };
  } finally {
    await lock.release();
  }
}

interface ContenderRun extends RunOptions {
  readonly own: () => RunRecord['contenders'][number];
  readonly change: (changes: Partial<RunRecord['contenders'][number]>) => Promise<void>;
  /** By item; grows. */
  readonly stored: Map<string, StoredPrediction>;
  readonly budget: Budget;
}

async function runContender(contender: Contender, run: ContenderRun): Promise<ContenderOutcome> {
  const { record, dataset, folder, limits, stored, own, change, signal } = run;
  const { name } = contender;
  const { sampled, seed } = record.dataset;
  const items = () => sampleItems(dataset, { images: sampled, seed }, signal);
  const isPending = ({ id }: BenchmarkItem) => {
    const known = stored.get(id);
    return !known || (limits.retryFailed && known.error !== null);
  };
  let failed = [...stored.values()].filter(({ error }) => error !== null).length;
  const tell = (step: RunProgress['step']) => {
    run.onProgress?.({ contender: name, step, done: stored.size, total: sampled, failed });
  };
  const keep = async (answer: StoredPrediction) => {
    await folder.append(record, name, answer);
    failed += Number(answer.error !== null) - Number((stored.get(answer.id)?.error ?? null) !== null);
    stored.set(answer.id, answer);
    tell('predicting');
  };
  let stoppedBy: NarratorError | null = null;
  try {
    const timesAreWanted = wantsTrials(contender, limits) && !own().throughput;
    if ((await hasAny(items(), isPending)) || timesAreWanted) {
      tell('preparing');
      const loadMs = await contender.prepare(signal);
      const identity = contender.identity();
      requireSameModel(name, own().identity, identity);
      await change({
        identity: toRecord(identity),
        loadsMs: [...own().loadsMs, ...(loadMs === null ? [] : [loadMs])],
      });
      tell('predicting');
      stoppedBy = await predictItems(contender, { ...run, items: items(), isPending, keep });
      if (!stoppedBy && timesAreWanted) {
        tell('timing');
        await addEfficiency(contender, items(), run);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    // Of this contender alone: the others may well run.
    if (!(error instanceof NarratorError) || isOfTheRun(error)) throw error;
    stoppedBy = error;
  } finally {
    await contender.close();
  }
  tell('done');
  return {
    contender: name,
    answered: stored.size - failed,
    failed,
    pending: sampled - stored.size,
    stoppedBy,
  };
}

async function addEfficiency(
  contender: Contender,
  items: AsyncIterable<BenchmarkItem>,
  { limits, change, onNote, signal }: ContenderRun,
): Promise<void> {
  const { concurrency, images } = limits.trials;
  const chosen: BenchmarkItem[] = [];
  for await (const item of items) {
    if (item.image !== null || contender.kind === 'rewriter') chosen.push(item);
    if (chosen.length === images) break;
  }
  if (chosen.length === 0) return;
  try {
    const efficiency = await measureEfficiency(contender, { items: chosen, concurrency }, signal);
    if (efficiency) await change(efficiency);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NarratorError)) throw error;
    onNote?.(`${contender.name} was not timed by concurrency: ${error.message}`);
  }
}

function wantsTrials({ trials }: Contender, { trials: wanted }: RunLimits): boolean {
  return trials !== null && (wanted.paid || !trials.isPaid) && wanted.images > 0;
}

async function hasAny(
  items: AsyncIterable<BenchmarkItem>,
  isWanted: (item: BenchmarkItem) => boolean,
): Promise<boolean> {
  for await (const item of items) if (isWanted(item)) return true;
  return false;
}

function toRecord({ remarks, ...identity }: ContenderIdentity) {
  return { ...identity, remarks: [...remarks] };
}
