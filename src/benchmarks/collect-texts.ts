import { BenchmarkError } from './benchmark-error.ts';
import type { BenchmarkDataset, BenchmarkItem } from './dataset.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecord, StoredPrediction } from './run-record.ts';

export type RecordedContender = RunRecord['contenders'][number];

/** What a contender wrote, in the order of the run's items; null where nothing is stored. */
export interface ContenderTexts {
  readonly contender: RecordedContender;
  readonly predictions: readonly (StoredPrediction | null)[];
}

/** All that the measures are made of. */
export interface RunTexts {
  readonly items: readonly Pick<BenchmarkItem, 'id' | 'references' | 'group' | 'gap'>[];
  readonly contenders: readonly ContenderTexts[];
  /** How many items a contender was asked for at once: times of several are not those of one. */
  readonly atOnce: number;
}

/**
 * Reads a finished run's predictions and brings them together with the items of its data set, which is gone through
 * once. The run's items are those that any contender was asked for.
 *
 * @throws NarratorError `benchmark-run` where the run is not finished, or the data set is another than the run's; the
 *   signal's reason when aborted
 */
export async function collectTexts(
  folder: RunFolder,
  record: RunRecord,
  dataset: BenchmarkDataset,
  signal: AbortSignal,
): Promise<RunTexts> {
  if (record.state !== 'finished') {
    throw new BenchmarkError(
      'benchmark-run',
      `The run ${record.id} is not finished, and part of it says little: go on with it first.`,
    );
  }
  if (dataset.hash !== record.dataset.hash) {
    throw new BenchmarkError(
      'benchmark-run',
      `The data set ${dataset.name} (${dataset.split}) is not the one that the run ${record.id} was made on: its hash is ${dataset.hash.slice(0, 12)}, not ${record.dataset.hash.slice(0, 12)}. Bring back the files of then, or run anew.`,
    );
  }
  const stored: Map<string, StoredPrediction>[] = [];
  for (const { name } of record.contenders) {
    signal.throwIfAborted();
    const predictions = await folder.predictions(record, name);
    stored.push(new Map(predictions.map(prediction => [prediction.id, prediction])));
  }
  const items: Pick<BenchmarkItem, 'id' | 'references' | 'group' | 'gap'>[] = [];
  const found: (StoredPrediction | null)[][] = stored.map(() => []);
  for await (const { id, references, group, gap } of dataset.items(signal)) {
    if (!stored.some(predictions => predictions.has(id))) continue;
    items.push({ id, references, group, gap });
    for (const [c, predictions] of stored.entries()) found[c]!.push(predictions.get(id) ?? null);
  }
  return {
    items,
    atOnce: record.request.atOnce ?? 1,
    contenders: record.contenders.map((contender, c) => ({ contender, predictions: found[c]! })),
  };
}

/** Indices of the items that a contender answered, ascending. */
export function answeredItems({ predictions }: ContenderTexts): number[] {
  return predictions.flatMap((prediction, i) => (prediction?.text == null ? [] : [i]));
}
