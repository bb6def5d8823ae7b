import type { RunFolder } from '../../benchmarks/run-folder.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { RunScores } from '../../benchmarks/scores.ts';
import type { ThreadRow } from '../../store/launch-store.ts';
import type { SampleStore } from '../../store/store.ts';
import { checkRun, daysOf, isStale, type ThreadLimits } from './check-run.ts';
import { findComparisons, sentencesOf } from './find-comparisons.ts';
import { findFigures, findUnsourced } from './find-figures.ts';
import { parseSource, readReference } from './read-reference.ts';
import { findMissingRemarks, namesOf, oneLine, readRunFact, remarksOf } from './run-facts.ts';
import type { SourcedNumber } from './thread.ts';

export interface NumberSources {
  readonly runs: Pick<RunFolder, 'read' | 'scores' | 'predictions'>;
  readonly samples: SampleStore;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limits: ThreadLimits;
}

type CheckedThread = Pick<ThreadRow, 'content' | 'numbers' | 'runId' | 'createdAt'>;

/**
 * Looks up everything that a thread says once more: before it is kept, when it is approved and before it is posted.
 *
 * @returns why it may not go out, a sentence for each reason; none where it may
 * @throws StoreError where samples cannot be read
 */
export async function checkNumbers(thread: CheckedThread, sources: NumberSources): Promise<string[]> {
  const { runs, samples, now, limits } = sources;
  const faults: string[] = [];
  let run: RunNow | null = null;
  if (thread.runId !== null) {
    try {
      run = await readRun(thread.runId, runs);
    } catch (error) {
      return [`The run ${thread.runId} cannot be read: ${error instanceof Error ? error.message : error}`];
    }
    faults.push(...checkRun(run.record, run.scores, limits, now), ...checkAge(run, thread));
  }
  for (const number of thread.numbers) {
    const source = parseSource(number.reference);
    if (source?.kind === 'sample') faults.push(...(await checkSample(number, source, samples, limits, now)));
    else if (source && run?.scores && source.runId === run.record.id) {
      faults.push(
        ...(await checkRunNumber(number, source.name, { ...run, scores: run.scores, samples, now })),
      );
    } else if (source?.kind !== 'run' || source.runId !== thread.runId) {
      faults.push(`The number ${number.shown} has the source ${number.reference}, which nothing here has.`);
    }
  }
  return [...new Set([...faults, ...checkTexts(thread, run)])];
}

interface RunNow {
  readonly record: RunRecord;
  readonly scores: RunScores | null;
  /** When the newest prediction was made; null where there is none. */
  readonly lastPredictedAt: number | null;
}

async function readRun(id: string, runs: NumberSources['runs']): Promise<RunNow> {
  const record = await runs.read(id);
  const scores = await runs.scores(id);
  let lastPredictedAt: number | null = null;
  for (const { name } of record.contenders) {
    for (const { at } of await runs.predictions(record, name)) {
      lastPredictedAt = Math.max(lastPredictedAt ?? at, at);
    }
  }
  return { record, scores, lastPredictedAt };
}

function checkAge(
  { record, scores, lastPredictedAt }: RunNow,
  { content, createdAt }: CheckedThread,
): string[] {
  if (!scores) return [];
  const faults: string[] = [];
  if (lastPredictedAt === null) faults.push(`The run ${record.id} has scores, but no predictions.`);
  else if (lastPredictedAt > scores.computedAt) {
    faults.push(`The run ${record.id} has predictions that are newer than its scores: measure it anew.`);
  }
  // What charts show is compared with nothing.
  const hasPictures = content.parts.some(({ pictures }) => pictures.length > 0);
  if (hasPictures && scores.computedAt > createdAt) {
    faults.push(`The run ${record.id} was measured anew since its charts were drawn: draft the thread anew.`);
  }
  return faults;
}

async function checkRunNumber(
  { shown, reference, value }: SourcedNumber,
  name: string,
  sources: Parameters<typeof readReference>[1],
): Promise<string[]> {
  const fact = await readReference(name, sources);
  if (fact.kind !== 'value') {
    return [
      `The number ${shown} has no value any more (${reference})${fact.kind === 'missing' ? `: ${fact.reason}` : '.'}`,
    ];
  }
  const isSame = fact.numbers.some(
    other => other.reference === reference && other.shown === shown && Object.is(other.value, value),
  );
  if (isSame) return [];
  const current = fact.numbers.filter(other => other.reference === reference).map(other => other.shown);
  return [
    `The number ${shown} is ${current.join(', ') || 'nothing'} now (${reference}): draft the thread anew.`,
  ];
}

async function checkSample(
  { shown, value }: SourcedNumber,
  { source, subject, metric, slot }: { source: string; subject: string; metric: string; slot: number },
  samples: SampleStore,
  { staleDays }: ThreadLimits,
  now: number,
): Promise<string[]> {
  const what = `${metric} of ${subject} (${source})`;
  const query = { source, subject, metric, from: slot, until: slot + 1, every: 'slot', limit: 1 } as const;
  const [sample] = await samples.series(query);
  if (!sample) return [`The number ${shown} has no sample of ${what} any more.`];
  if (!Object.is(sample.value, value))
    return [`The number ${shown} is ${sample.value} in the sample of ${what}.`];
  const age = now - sample.takenAt;
  if (!isStale(age, staleDays)) return [];
  return [
    `The number ${shown} is stale: ${what} was measured ${daysOf(age)} days ago. Draft the thread anew.`,
  ];
}

/** Figures without a source, sentences that compare which no paired test gives (any more), remarks that are missing. */
function checkTexts({ content, numbers }: CheckedThread, run: RunNow | null): string[] {
  const given = run ? textsOf(run) : [];
  const known = {
    figures: new Set(
      [
        ...numbers.flatMap(({ shown }) => findFigures(shown)),
        ...given.flatMap(findFigures).filter(({ kind }) => kind === 'word'),
      ].map(({ text }) => text),
    ),
    names: given,
  };
  const sentences = given.flatMap(text => [text, ...sentencesOf(text)]);
  const texts = content.parts.map(({ text }) => text);
  const unsaid = run ? findMissingRemarks(run.record, texts) : [];
  const faults = texts.flatMap((text, index) => [
    ...findUnsourced(text, known, { position: index + 1, total: texts.length }).map(
      figure => `Part ${index + 1} has the figure “${figure.text}” without a source.`,
    ),
    ...findComparisons(text, sentences).map(
      word => `Part ${index + 1} compares (“${word}”), and no paired test of the run says so now.`,
    ),
  ]);
  return [...faults, ...unsaid];
}

/** What a run gives as text. */
function textsOf({ record, scores }: RunNow): string[] {
  const facts = [
    'id',
    'commit',
    'datasetHash',
    'version',
    'prompt',
    'style',
    'split',
    'cpu',
    'gpu',
    'platform',
  ];
  return [
    ...namesOf(record),
    ...remarksOf(record),
    ...facts.flatMap(name => {
      const fact = readRunFact(name, record);
      return fact && 'text' in fact ? [fact.text] : [];
    }),
    ...(scores?.claims ?? []).map(({ text }) => text),
    ...(scores?.measures ?? []).map(({ label }) => label),
  ].map(oneLine);
}
