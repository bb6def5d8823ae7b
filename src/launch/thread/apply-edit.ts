import { checkParts, checkSizes, MAX_PARTS } from './check-parts.ts';
import { findComparisons, sentencesOf } from './find-comparisons.ts';
import { findFigures, findUnsourced } from './find-figures.ts';
import { hashContent } from './hash-content.ts';
import type { SourcedNumber, ThreadContent } from './thread.ts';
import { ThreadError } from './thread-error.ts';

const SEPARATOR = '---';

/** The texts of a thread as a person edits them: parts with a line `---` between. */
export function editableText({ parts }: ThreadContent): string {
  return parts.map(({ text }) => text).join(`\n${SEPARATOR}\n`);
}

/**
 * Puts a person's texts in the place of a thread's. Pictures stay with the part of the same place; those of parts that were
 * taken away go with them. The result has another hash, so that it needs an approval of its own.
 *
 * What stands in the texts must have been there: figures as they were drafted, and sentences that compare, word for word. A
 * sentence may be left out. It is not seen whether a figure still says what it said: who approves reads that.
 *
 * @param editedText as of `editableText`
 * @throws ThreadError `thread-edit` with all faults at once
 */
export function applyEdit(
  thread: { readonly content: ThreadContent; readonly numbers: readonly SourcedNumber[] },
  editedText: string,
): { content: ThreadContent; contentHash: string; numbers: SourcedNumber[] } {
  const texts = editedText
    .replaceAll('\r\n', '\n')
    .split(/^[^\S\n]*---[^\S\n]*$/m)
    .map(text => text.trim());
  const refuse = (faults: readonly string[]) => {
    if (faults.length > 0) throw new ThreadError('thread-edit', 'The thread cannot be changed so', faults);
  };
  refuse(
    texts.length > MAX_PARTS
      ? [`It has ${texts.length} parts; ${MAX_PARTS} are the most.`]
      : checkSizes(texts),
  );
  const before = thread.content.parts;
  const drafted = before.flatMap(({ text }) => findFigures(text));
  const known = {
    figures: new Set(
      [
        ...thread.numbers.flatMap(({ shown }) => findFigures(shown)),
        ...drafted.filter(({ kind }) => kind !== 'number'),
      ].map(({ text }) => text),
    ),
    names: drafted.filter(({ kind }) => kind === 'name').map(({ text }) => text),
  };
  const sentences = before.flatMap(({ text }) => sentencesOf(text));
  const content = {
    parts: texts.map((text, index) => ({ text, pictures: before[index]?.pictures ?? [] })),
  };
  const faults = texts.flatMap((text, index) => [
    ...findUnsourced(text, known, { position: index + 1, total: texts.length }).map(
      ({ text: figure }) =>
        `Part ${index + 1} has the figure “${figure}”, which the draft had not: every number comes from its source.`,
    ),
    ...findComparisons(text, sentences).map(
      word =>
        `Part ${index + 1} compares (“${word}”) in a sentence that the draft had not: such sentences come from paired tests, word for word.`,
    ),
  ]);
  faults.push(...checkParts(content));
  refuse(faults);
  const shown = new Set(texts.flatMap(text => findFigures(text)).map(({ text }) => text));
  return {
    content,
    contentHash: hashContent(content),
    numbers: thread.numbers.filter(number => findFigures(number.shown).every(({ text }) => shown.has(text))),
  };
}
