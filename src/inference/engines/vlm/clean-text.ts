import { cutAtSentenceEnd } from '../../cut-text.ts';

/** The longest text that is taken from a model, in UTF-16 code units: more than any platform shows. */
export const MAX_TEXT_LENGTH = 8000;

/**
 * A model's words as one paragraph of plain text. An image can carry instructions, so what a model writes is hostile:
 * control characters and direction overrides go, and so does what is over the greatest length.
 *
 * @param text the decoded words
 * @param finished false where the model was stopped before its end: a sentence that it could not finish is left out,
 *   unless it is the only one
 */
export function cleanText(text: string, finished = true): string {
  const paragraph = withoutThoughts(text)
    // Spaces of all kinds are one space before the other control characters go, lest words run together.
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, character => (character === '\u200d' ? character : ''))
    .trim();
  const bounded = cutAtSentenceEnd(paragraph, MAX_TEXT_LENGTH);
  return finished ? bounded : withoutUnfinished(bounded);
}

/** What a reasoning model wrote after its reasoning; nothing where it is still at it. */
function withoutThoughts(text: string): string {
  const end = text.lastIndexOf('</think>');
  if (end >= 0) return text.slice(end + '</think>'.length);
  return text.trimStart().startsWith('<think>') ? '' : text;
}

function withoutUnfinished(text: string): string {
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  const last = sentences.at(-1);
  if (!last || sentences.length === 1 || /[.!?…]["'”’)\]]*$/u.test(text)) return text;
  return text.slice(0, last.index).trimEnd();
}
