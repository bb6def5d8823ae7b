import type { ResamplingOptions } from '../metrics/statistics.ts';
import { BenchmarkError } from './benchmark-error.ts';
import { collectTexts, type RunTexts } from './collect-texts.ts';
import { type ComparedContenders, compareContenders } from './compare-contenders.ts';
import type { BenchmarkDataset } from './dataset.ts';
import { allMeasures, scoreItems } from './measure-run.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';
import type { Measure } from './scores.ts';

/** A contender of a run. */
export interface ContenderOfRun {
  readonly record: RunRecord;
  readonly contender: string;
}

export interface ComparedRuns extends ComparedContenders {
  readonly measures: readonly Measure[];
  /** What the two are called in `comparisons`: with their runs where the names are the same. */
  readonly names: readonly [string, string];
}

/**
 * Compares contenders of two runs that were asked for the same: on the images of both, with tests adjusted for the
 * measures of this one comparison. BERTScore is not among them.
 *
 * @throws NarratorError `benchmark-run` where data set, style, prompt or token limit differ; the signal's reason
 */
export async function compareRuns(
  folder: RunFolder,
  sides: readonly [ContenderOfRun, ContenderOfRun],
  dataset: BenchmarkDataset,
  resampling: ResamplingOptions,
  signal: AbortSignal,
): Promise<ComparedRuns> {
  const [a, b] = sides;
  requireSameRequest(a.record, b.record);
  const runs: RunTexts[] = [];
  for (const { record, contender } of sides) {
    const chosen = record.contenders.filter(({ name }) => name === contender);
    if (chosen.length === 0) throw noContender(record, contender);
    runs.push(await collectTexts(folder, { ...record, contenders: chosen }, dataset, signal));
  }
  const names: [string, string] =
    a.contender === b.contender
      ? [`${a.contender} (${a.record.id})`, `${b.contender} (${b.record.id})`]
      : [a.contender, b.contender];
  const shared = shareItems(runs[0]!, runs[1]!);
  const measures = allMeasures(shared);
  const scored = [];
  for (const [i, texts] of shared.contenders.entries())
    scored.push({ name: names[i]!, scored: await scoreItems(shared, texts, undefined, signal) });
  return { ...(await compareContenders(scored, measures, resampling, signal)), measures, names };
}

/** One run of the items that both have. */
function shareItems(a: RunTexts, b: RunTexts): RunTexts {
  const placeInB = new Map(b.items.map(({ id }, i) => [id, i]));
  const places = a.items.flatMap(({ id }, i) => (placeInB.has(id) ? [{ a: i, b: placeInB.get(id)! }] : []));
  const pick = ({ contenders }: RunTexts, side: 'a' | 'b') =>
    contenders.map(({ contender, predictions }) => ({
      contender,
      predictions: places.map(place => predictions[place[side]]!),
    }));
  return {
    items: places.map(place => a.items[place.a]!),
    contenders: [...pick(a, 'a'), ...pick(b, 'b')],
    atOnce: Math.max(a.atOnce, b.atOnce),
  };
}

function requireSameRequest(a: RunRecord, b: RunRecord): void {
  const differing = [
    a.dataset.hash !== b.dataset.hash && `the data set (${a.dataset.name}, ${b.dataset.name})`,
    a.request.style !== b.request.style && `the style (${a.request.style}, ${b.request.style})`,
    a.request.promptVersion !== b.request.promptVersion &&
      `the prompt (version ${a.request.promptVersion}, ${b.request.promptVersion})`,
    a.request.maxTokens !== b.request.maxTokens &&
      `the token limit (${a.request.maxTokens ?? 'none'}, ${b.request.maxTokens ?? 'none'})`,
    (a.request.atOnce ?? 1) !== (b.request.atOnce ?? 1) && 'how many images were asked for at once',
  ].filter(part => part !== false);
  if (differing.length === 0) return;
  throw new BenchmarkError(
    'benchmark-run',
    `The runs ${a.id} and ${b.id} cannot be compared: ${differing.join(' and ')} differ. Compare runs of the same, or make one run of both contenders.`,
  );
}

/** @returns the error that names those that there are */
export function noContender({ id, contenders }: RunRecord, name: string): BenchmarkError {
  return new BenchmarkError(
    'benchmark-run',
    `The run ${id} has no contender “${name}”: it has ${contenders.map(contender => contender.name).join(', ')}.`,
  );
}
