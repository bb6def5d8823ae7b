import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { RunScores } from '../../benchmarks/scores.ts';
import type { SampleStore } from '../../store/store.ts';
import { checkParts, MAX_PARTS } from './check-parts.ts';
import { checkRun, type ThreadLimits } from './check-run.ts';
import { type FilledPart, type FilledTemplate, fillTemplate } from './fill-template.ts';
import { findFigures, findUnsourced, type KnownFigures } from './find-figures.ts';
import { MAX_WEIGHTED_LENGTH, weightedLengthOf } from './measure-post.ts';
import { checkLiterals, fault, parseTemplate } from './parse-template.ts';
import { findMissingRemarks, namesOf } from './run-facts.ts';
import { splitPart } from './split-part.ts';
import type { SourcedNumber, ThreadContent, ThreadPart, ThreadPicture } from './thread.ts';
import { ThreadError } from './thread-error.ts';

/** Draws the charts of a run. A template calls them by their files' names without `.png`. */
type DrawCharts = (record: RunRecord, scores: RunScores) => Promise<readonly ThreadPicture[]>;

export interface DraftSources {
  readonly record: RunRecord;
  readonly scores: RunScores;
  /** The template file's content (docs/launch.md). */
  readonly template: string;
  readonly drawCharts: DrawCharts;
  readonly samples: SampleStore;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limits: ThreadLimits;
}

/**
 * Writes a thread from a run and a template. Whatever is in the way is said at once, and nothing is drafted.
 *
 * @returns the parts as they will be posted, and where each of their numbers is from
 * @throws ThreadError `thread-template` where the template has to be changed; `thread-draft` where the run does not give what
 *   the template asks for, or the parts are not what X takes
 */
export async function draftThread({
  record,
  scores,
  template,
  drawCharts,
  samples,
  now,
  limits,
}: DraftSources): Promise<{ content: ThreadContent; numbers: SourcedNumber[] }> {
  const parsed = parseTemplate(template);
  refuse(checkRun(record, scores, limits, now));
  const names = [...namesOf(record), ...scores.measures.map(({ label }) => label)];
  const filled = await fillTemplate(parsed, { record, scores, samples, now });
  const faults = [...checkLiterals(parsed, names), ...filled.unknown];
  if (faults.length > 0) throw fault(faults);
  refuse(filled.missing);
  const hasCharts = filled.parts.some(({ charts }) => charts.length > 0);
  const charts = hasCharts ? await drawCharts(record, scores) : [];
  const attached = filled.parts.map(part => attach(part, charts));
  const wrong = attached.flatMap(({ unknown }) => unknown);
  if (wrong.length > 0) throw fault(wrong);

  const content = numberParts(
    filled.parts,
    attached.map(({ pictures }) => pictures),
  );
  const known = knownFigures(filled, names);
  refuse([
    ...content.parts.flatMap(({ text }, index) =>
      findUnsourced(text, known, { position: index + 1, total: content.parts.length }).map(
        figure => `Part ${index + 1} has the figure “${figure.text}”, which is not as its source gives it.`,
      ),
    ),
    ...findMissingRemarks(
      record,
      content.parts.map(({ text }) => text),
    ),
    ...checkParts(content),
  ]);
  return { content, numbers: [...filled.numbers] };
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new ThreadError('thread-draft', 'The thread cannot be drafted', faults);
}

function knownFigures({ numbers, given }: FilledTemplate, names: readonly string[]): KnownFigures {
  const sourced = numbers.flatMap(({ shown }) => findFigures(shown));
  const words = given.flatMap(findFigures).filter(({ kind }) => kind === 'word');
  return { figures: new Set([...sourced, ...words].map(({ text }) => text)), names: [...names, ...given] };
}

function attach(
  { charts }: FilledPart,
  drawn: readonly ThreadPicture[],
): { readonly pictures: ThreadPicture[]; readonly unknown: string[] } {
  const pictures: ThreadPicture[] = [];
  const unknown: string[] = [];
  const nameOf = ({ fileName }: ThreadPicture) => fileName.replace(/\.png$/, '');
  for (const { name, line, isOptional } of charts) {
    const found = drawn.find(picture => nameOf(picture) === name);
    if (found) pictures.push(found);
    else if (!isOptional) {
      const exist = drawn.map(nameOf).join(', ') || 'none';
      unknown.push(`Line ${line}: the run has no chart ${name}. The charts are ${exist}.`);
    }
  }
  return { pictures, unknown };
}

/** "25/25" and the blank before it. */
const NUMBER_ROOM = `${MAX_PARTS}/${MAX_PARTS} `.length;

/** Splits what is too long, then writes each part's number. A part's pictures are with its first piece. */
function numberParts(
  parts: readonly FilledPart[],
  pictures: readonly (readonly ThreadPicture[])[],
): ThreadContent {
  const faults: string[] = [];
  const pieces = parts.flatMap(({ text, number }, index) => {
    const room = MAX_WEIGHTED_LENGTH - (number ? NUMBER_ROOM : 0);
    const split = splitPart(text, room);
    if (split.pieces.length === 0) faults.push(`Part ${index + 1} of the template has charts, but no text.`);
    for (const sentence of split.tooLong) {
      const length = weightedLengthOf(sentence);
      faults.push(
        `Part ${index + 1} of the template has a sentence of ${length}, ${length - room} more than fit a post: “${sentence.slice(0, 60)}…”.`,
      );
    }
    return split.pieces.map((piece, at) => ({ piece, number, pictures: at === 0 ? pictures[index]! : [] }));
  });
  refuse(faults);
  const numbered = pieces.map(({ piece, number, pictures: own }, index): ThreadPart => {
    if (!number) return { text: piece, pictures: own };
    const shown = `${index + 1}/${pieces.length}`;
    const text = number.at === 'start' ? shown + number.gap + piece : piece + number.gap + shown;
    return { text, pictures: own };
  });
  return { parts: numbered };
}
