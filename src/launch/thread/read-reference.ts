import { writeValue } from '../../benchmarks/report/write-score.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { Measure, RunScores } from '../../benchmarks/scores.ts';
import { SOURCES } from '../../reach/reading.ts';
import type { SampleStore } from '../../store/store.ts';
import { findFigures } from './find-figures.ts';
import { formatCount, formatResult } from './format-figure.ts';
import { oneLine, RUN_FACTS, readRunFact } from './run-facts.ts';
import type { SourcedNumber } from './thread.ts';

/** Where references are looked up. */
export interface FactSources {
  readonly record: RunRecord;
  readonly scores: RunScores;
  readonly samples: SampleStore;
  /** Milliseconds since the epoch: samples are the newest until then. */
  readonly now: number;
}

export type Fact =
  | { readonly kind: 'value'; readonly text: string; readonly numbers: readonly SourcedNumber[] }
  /** There is such a thing, but it has no value; `reason` is a sentence. */
  | { readonly kind: 'missing'; readonly reason: string }
  /** There is no such thing; `exist` says what there is. */
  | { readonly kind: 'unknown'; readonly exist: string };

/** Of the scores, not the record. */
const NOT_COMPUTED = 'notComputed';
const FACTS = [...RUN_FACTS, NOT_COMPUTED].join(', ');
const FORMS = `run.<fact> (${FACTS}), run.<contender>.<measure>, interval.<contender>.<measure>, count.<contender>.<measure>, answered.<contender>, failed.<contender>, claim.<number>, claim.<measure>.<number>, sample.<source>.<subject>.<metric>, chart.<name>, part`;

/**
 * What a reference of a template stands for.
 *
 * @param name without the braces: `run.embedded.cider`
 */
export async function readReference(name: string, sources: FactSources): Promise<Fact> {
  const [first, rest] = splitAt(name, name.indexOf('.'));
  const { record, scores } = sources;
  switch (first) {
    case 'claim':
      return readClaim(rest, scores);
    case 'sample':
      return readSample(rest, sources);
    case 'answered':
    case 'failed':
      return readTally(first, rest, scores);
    case 'run':
      if (rest === NOT_COMPUTED) return readNotComputed(sources);
      if (!rest.includes('.')) return readFact(rest, record);
      return readMeasure(first, rest, scores);
    case 'interval':
    case 'count':
      return readMeasure(first, rest, scores);
    default:
      return { kind: 'unknown', exist: `There are ${FORMS}` };
  }
}

function splitAt(text: string, at: number): [string, string] {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function readFact(name: string, record: RunRecord): Fact {
  const fact = readRunFact(name, record);
  if (fact === undefined) return { kind: 'unknown', exist: `Of a run there are ${FACTS}` };
  if ('missing' in fact) return { kind: 'missing', reason: fact.missing };
  const reference = `run:${record.id}/${name}`;
  if (fact.value === null) return textFact(fact.text, reference);
  return { kind: 'value', text: fact.text, numbers: [{ shown: fact.text, reference, value: fact.value }] };
}

/** Labels of what was computed for no contender. */
function readNotComputed({ record, scores }: FactSources): Fact {
  const labels = scores.measures
    .filter(({ key }) => scores.contenders.every(({ results }) => results[key]?.status !== 'computed'))
    .map(({ label }) => label);
  if (labels.length === 0) return { kind: 'missing', reason: 'Each measure was computed for a contender.' };
  return textFact(labels.map(oneLine).join('; '), `run:${record.id}/${NOT_COMPUTED}`);
}

/** A text of a run: whatever numbers are in it have it as their source. */
export function textFact(text: string, reference: string): Fact {
  const numbers = findFigures(text)
    .filter(({ kind }) => kind === 'number')
    .map(({ text: shown }) => ({ shown, reference, value: numberIn(shown) }));
  return { kind: 'value', text, numbers };
}

/** Of "1,234.5 ms" 1234.5; of what is no single number (a version) its first digits. */
function numberIn(shown: string): number {
  const plain = shown.replace(/^−/, '-').replace(/[^\d.-]/g, '');
  const value = Number.parseFloat(plain);
  return Number.isFinite(value) ? value : 0;
}

/** @param name `2`, or `cider.2` for the second one on that measure */
function readClaim(name: string, { claims, runId, measures }: RunScores): Fact {
  const [, key, number] = /^(?:([^.]+)\.)?([1-9]\d{0,3})$/.exec(name) ?? [];
  if (number === undefined || (key !== undefined && !measures.some(each => each.key === key))) {
    return { kind: 'unknown', exist: 'Claims are claim.1, or claim.<measure>.1, and so on' };
  }
  const of = key === undefined ? claims : claims.filter(({ measure }) => measure === key);
  const claim = of[Number(number) - 1];
  if (claim) return textFact(oneLine(claim.text), `run:${runId}/claim.${name}`);
  return { kind: 'missing', reason: `Paired tests gave ${formatCount(of.length)} claims of that kind.` };
}

function readTally(what: 'answered' | 'failed', name: string, scores: RunScores): Fact {
  const contender = scores.contenders.find(each => each.name === name);
  if (!contender) return unknownContender(scores);
  const shown = formatCount(contender[what]);
  const reference = `run:${scores.runId}/${name}/${what}`;
  return { kind: 'value', text: shown, numbers: [{ shown, reference, value: contender[what] }] };
}

function unknownContender({ contenders }: RunScores): Fact {
  return { kind: 'unknown', exist: `The contenders are ${contenders.map(({ name }) => name).join(', ')}` };
}

function readMeasure(what: 'run' | 'interval' | 'count', rest: string, scores: RunScores): Fact {
  // Names of contenders have dots, keys of measures have none.
  const [name, key] = splitAt(rest, rest.lastIndexOf('.'));
  const contender = scores.contenders.find(each => each.name === name);
  if (!contender) return unknownContender(scores);
  const measure = scores.measures.find(each => each.key === key);
  if (!measure) {
    return { kind: 'unknown', exist: `The measures are ${scores.measures.map(each => each.key).join(', ')}` };
  }
  const result = contender.results[key];
  const missing = (why: string): Fact => ({
    kind: 'missing',
    reason: `${measure.label} of ${name} was not computed: ${why}`,
  });
  if (!result) return missing('The scores have no row for it.');
  if (result.status === 'not computed') return missing(result.reason);
  const reference = `run:${scores.runId}/${name}/${key}`;
  if (what === 'interval') {
    if (!result.interval) return missing('There is no interval of it.');
    return intervalFact(result.interval, measure, reference);
  }
  const value = what === 'count' ? result.count : result.score;
  const shown = what === 'count' ? formatCount(value) : formatResult(value, measure);
  const source = what === 'count' ? `${reference}.count` : reference;
  return { kind: 'value', text: shown, numbers: [{ shown, reference: source, value }] };
}

function intervalFact(
  { low, high }: { readonly low: number; readonly high: number },
  measure: Measure,
  reference: string,
): Fact {
  // "18.2 to 25.1 per 100 words": the unit is said once.
  const [shownLow, shownHigh] = [writeValue(low, measure), formatResult(high, measure)];
  return {
    kind: 'value',
    text: `${shownLow} to ${shownHigh}`,
    numbers: [
      { shown: shownLow, reference: `${reference}.low`, value: low },
      { shown: shownHigh, reference: `${reference}.high`, value: high },
    ],
  };
}

async function readSample(rest: string, { samples, now }: FactSources): Promise<Fact> {
  const [source, more] = splitAt(rest, rest.indexOf('.'));
  const [subject, metric] = splitAt(more, more.lastIndexOf('.'));
  if (!(SOURCES as readonly string[]).includes(source) || subject === '' || metric === '') {
    return {
      kind: 'unknown',
      exist: `Samples are of ${SOURCES.join(', ')}: sample.github.<owner>/<name>.stars is one`,
    };
  }
  const sample = await samples.at({ source, subject, metric }, now);
  if (sample?.value == null) {
    return { kind: 'missing', reason: `${metric} of ${subject} was never measured: see narrator track.` };
  }
  const shown = formatCount(sample.value);
  const reference = `sample:${source}/${subject}/${metric}@${sample.slot}`;
  return { kind: 'value', text: shown, numbers: [{ shown, reference, value: sample.value }] };
}

/** What `SourcedNumber.reference` names; null where it is none. */
export type ParsedSource =
  | { readonly kind: 'run'; readonly runId: string /** For `readReference`. */; readonly name: string }
  | {
      readonly kind: 'sample';
      readonly source: string;
      readonly subject: string;
      readonly metric: string;
      readonly slot: number;
    };

export function parseSource(reference: string): ParsedSource | null {
  const sample = /^sample:([^/]+)\/(.+)\/([^/]+)@(\d+)$/.exec(reference);
  if (sample) {
    const [, source, subject, metric, slot] = sample as unknown as [string, string, string, string, string];
    return { kind: 'sample', source, subject, metric, slot: Number(slot) };
  }
  const run = /^run:([^/]+)\/(?:(.+)\/)?([^/]+)$/.exec(reference);
  if (!run) return null;
  const [, runId, contender, last] = run as unknown as [string, string, string | undefined, string];
  return { kind: 'run', runId, name: nameOf(contender, last) };
}

/** The reference of a template that gave a number. */
function nameOf(contender: string | undefined, last: string): string {
  if (contender === undefined) return last.startsWith('claim.') ? last : `run.${last}`;
  if (last === 'answered' || last === 'failed') return `${last}.${contender}`;
  const [key, what] = splitAt(last, last.indexOf('.'));
  if (what === '') return `run.${contender}.${key}`;
  return what === 'count' ? `count.${contender}.${key}` : `interval.${contender}.${key}`;
}
