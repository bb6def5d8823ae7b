import { cleanModelText } from '../../clean-text.ts';

/** The longest text that is taken from a model, in UTF-16 code units: as of an endpoint. */
export const MAX_TEXT_LENGTH = 4000;

/**
 * A model's words as one paragraph that is fit to be shown (see `cleanModelText`).
 *
 * @param text the decoded words
 * @param finished false where the model was stopped before its end: a sentence that it could not finish is left out,
 *   unless it is the only one
 */
export function cleanText(text: string, finished = true): string {
  const cleaned = cleanModelText(withoutThoughts(text), { maxChars: MAX_TEXT_LENGTH });
  return finished ? cleaned : withoutUnfinished(cleaned);
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
