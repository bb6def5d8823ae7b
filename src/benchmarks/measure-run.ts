import type { BertScoreSettings } from '../metrics/captions/bertscore.ts';
import type { EfficiencyFigure } from '../metrics/efficiency.ts';
import {
  bootstrapIntervals,
  countSamples,
  type Interval,
  type ResamplingOptions,
  scoreAll,
} from '../metrics/statistics.ts';
import { ADJECTIVE_MEASURES, scoreAdjectives } from './adjective-measures.ts';
import { CAPTION_MEASURES, scoreCaptionMeasures, scoreGroupCider } from './caption-measures.ts';
import { checkTargets } from './check-targets.ts';
import { answeredItems, type ContenderTexts, collectTexts, type RunTexts } from './collect-texts.ts';
import { compareContenders, type ScoredContender } from './compare-contenders.ts';
import type { BenchmarkDataset } from './dataset.ts';
import { efficiencyMeasures, measureEfficiency, scoreEfficiency } from './efficiency-measures.ts';
import { giveWay } from './give-way.ts';
import { GUIDELINE_MEASURES, scoreGuidelines } from './guideline-measures.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';
import { restrictTo, type Scored, type ScoredItems } from './scored-items.ts';
import type { Measure, MeasureResult, RunScores } from './scores.ts';
import { writeClaims } from './write-claims.ts';

export interface MeasureRunOptions {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** The one that the run was made on. */
  readonly dataset: BenchmarkDataset;
  readonly resampling: ResamplingOptions;
  /** Absent: BERTScore is not computed. */
  readonly bertScore?: BertScoreSettings;
  readonly signal: AbortSignal;
}

/**
 * Works out what a finished run comes to: all measures of each contender with intervals, by group too, every two
 * contenders compared, the project's targets, and the claims that may be made. Nothing is written.
 *
 * Items on which a contender failed are in none of its figures; they are counted, and each figure says of how many
 * items it is.
 *
 * @throws NarratorError `benchmark-run` where the run is not finished or the data set is another; the signal's reason
 *   when aborted; what the folder, the data set and the encoder throw
 */
export async function measureRun({
  folder,
  record,
  dataset,
  resampling,
  bertScore,
  signal,
}: MeasureRunOptions): Promise<RunScores> {
  const run = await collectTexts(folder, record, dataset, signal);
  const measures = allMeasures(run);
  const groups = groupItems(run);
  const scoredContenders: ScoredContender[] = [];
  const contenders: RunScores['contenders'] = [];
  for (const texts of run.contenders) {
    const scored = await scoreItems(run, texts, bertScore, signal);
    const { name } = texts.contender;
    scoredContenders.push({ name, scored });
    const answered = answeredItems(texts).length;
    const failed = run.items.length - answered;
    const ofRun = measureEfficiency(run, texts, resampling);
    contenders.push({
      name,
      answered,
      failed,
      results: {
        ...(await summarise(scored, resampling, failed, signal)),
        ...Object.fromEntries(Object.entries(ofRun).map(([key, figure]) => [key, ofFigure(figure)])),
      },
      groups: await summariseGroups(run, texts, scored, groups, resampling, signal),
    });
  }
  const { comparisons, permutations } = await compareContenders(
    scoredContenders,
    measures,
    resampling,
    signal,
  );
  return {
    schema: 1,
    runId: record.id,
    computedAt: Date.now(),
    resamples: resampling.resamples,
    permutations,
    seed: resampling.seed,
    measures,
    contenders,
    comparisons: [...comparisons],
    targets: checkTargets({ contenders, comparisons: [...comparisons] }, record),
    claims: writeClaims(comparisons, measures, record.contenders),
  };
}

/** All measures that a run is scored by, in the order of print. */
export function allMeasures(run: Pick<RunTexts, 'contenders'>): Measure[] {
  return [...ADJECTIVE_MEASURES, ...CAPTION_MEASURES, ...GUIDELINE_MEASURES, ...efficiencyMeasures(run)];
}

/** Every measure that has a number for each item. */
export async function scoreItems(
  run: RunTexts,
  texts: ContenderTexts,
  bertScore: BertScoreSettings | undefined,
  signal: AbortSignal,
): Promise<Record<string, Scored>> {
  const captions = await scoreCaptionMeasures(run, texts, bertScore, signal);
  await giveWay(signal);
  const adjectives = scoreAdjectives(texts);
  await giveWay(signal);
  return { ...adjectives, ...captions, ...scoreGuidelines(run, texts), ...scoreEfficiency(run, texts) };
}

/** The run's items by their group; empty where the data set has no groups. */
function groupItems({ items }: RunTexts): ReadonlyMap<string, ReadonlySet<number>> {
  const groups = new Map<string, Set<number>>();
  for (const [item, { group }] of items.entries()) {
    if (group === null) continue;
    const members = groups.get(group);
    if (members) members.add(item);
    else groups.set(group, new Set([item]));
  }
  return groups;
}

async function summariseGroups(
  run: RunTexts,
  texts: ContenderTexts,
  scored: Readonly<Record<string, Scored>>,
  groups: ReadonlyMap<string, ReadonlySet<number>>,
  resampling: ResamplingOptions,
  signal: AbortSignal,
): Promise<Record<string, Record<string, MeasureResult>>> {
  const answered = answeredItems(texts);
  const results: Record<string, Record<string, MeasureResult>> = {};
  for (const [group, members] of groups) {
    const ofGroup: Record<string, Scored> = {};
    for (const [key, whole] of Object.entries(scored)) {
      if (key === 'cider' && !('reason' in whole)) {
        ofGroup[key] = await scoreGroupCider(run, texts, members, signal);
      } else {
        const part = 'reason' in whole ? whole : restrictTo(whole, members);
        ofGroup[key] = part ?? { reason: 'It is defined for no item of this group.' };
      }
    }
    const failed = members.size - answered.filter(item => members.has(item)).length;
    results[group] = await summarise(ofGroup, resampling, failed, signal);
  }
  return results;
}

/** Scores with their intervals. Those of equally many items share their draws. */
async function summarise(
  scored: Readonly<Record<string, Scored>>,
  resampling: ResamplingOptions,
  failed: number,
  signal: AbortSignal,
): Promise<Record<string, MeasureResult>> {
  const computed = Object.entries(scored).filter(
    (entry): entry is [string, ScoredItems] => !('reason' in entry[1]),
  );
  const intervals = new Map<string, Interval>();
  for (const [count, entries] of Map.groupBy(computed, ([, { score }]) => countSamples(score))) {
    if (count < 2) continue;
    await giveWay(signal);
    const found = bootstrapIntervals(
      entries.map(([, { score }]) => score),
      resampling,
    );
    for (const [i, [key]] of entries.entries()) intervals.set(key, found[i]!);
  }
  return Object.fromEntries(
    Object.entries(scored).map(([key, one]): [string, MeasureResult] => {
      if ('reason' in one) return [key, { status: 'not computed', reason: one.reason }];
      const interval = intervals.get(key);
      const without = failed > 0 ? `without the ${failed} that it failed on` : null;
      return [
        key,
        {
          status: 'computed',
          score: scoreAll(one.score),
          interval: interval ? { ...interval } : null,
          count: countSamples(one.score),
          note: [one.note, without].filter(part => part !== null).join('; ') || null,
        },
      ];
    }),
  );
}

function ofFigure(figure: EfficiencyFigure): MeasureResult {
  if ('reason' in figure) return { status: 'not computed', reason: figure.reason };
  const { value, interval, count, note } = figure;
  return { status: 'computed', score: value, interval: interval && { ...interval }, count, note };
}
