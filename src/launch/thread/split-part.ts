import { MAX_WEIGHTED_LENGTH, weightedLengthOf } from './measure-post.ts';

/**
 * Splits a text that is too long for one post, at ends of sentences and lines only.
 *
 * @param room what each piece may have, as X counts; less where a part's number is still to be added
 * @returns the pieces, without blanks around them; one where it fits. `tooLong`: sentences that fit no post
 */
export function splitPart(text: string, room = MAX_WEIGHTED_LENGTH): { pieces: string[]; tooLong: string[] } {
  const pieces: string[] = [];
  const tooLong: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
    if (weightedLengthOf(segment.trim()) > room) tooLong.push(segment.trim());
    if (weightedLengthOf((piece + segment).trim()) <= room) piece += segment;
    else {
      pieces.push(piece.trim());
      piece = segment;
    }
  }
  pieces.push(piece.trim());
  return { pieces: pieces.filter(one => one !== ''), tooLong };
}
