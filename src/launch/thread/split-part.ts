import { findComparisons } from './find-comparisons.ts';
import { MAX_WEIGHTED_LENGTH, weightedLengthOf } from './measure-post.ts';

/**
 * Splits a text that is too long for one post at ends of sentences and lines; a sentence that fits no post behind a comma, a
 * colon or a semicolon of its own. One that compares is a claim, and stands whole.
 *
 * @param room what each piece may have, as X counts; less where a part's number is still to be added
 * @returns the pieces, without blanks around them; one where it fits. `tooLong`: what cannot be split
 */
export function splitPart(text: string, room = MAX_WEIGHTED_LENGTH): { pieces: string[]; tooLong: string[] } {
  const fits = (one: string) => weightedLengthOf(one.trim()) <= room;
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  const units = sentences.flatMap(({ segment }) =>
    fits(segment) || findComparisons(segment).length > 0 ? [segment] : segment.split(/(?<=[,:;]\s+)/),
  );
  const pieces: string[] = [];
  let piece = '';
  for (const unit of units) {
    if (fits(piece + unit)) piece += unit;
    else {
      pieces.push(piece.trim());
      piece = unit;
    }
  }
  pieces.push(piece.trim());
  return {
    pieces: pieces.filter(one => one !== ''),
    tooLong: units.filter(unit => !fits(unit)).map(unit => unit.trim()),
  };
}
