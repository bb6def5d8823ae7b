import type { EngineOutput } from './engines/engine.ts';

/**
 * Shortens a text to whole sentences. Where not even the first fits, it is cut after a word and ends in "…". A quotation
 * in “” is not cut between its own sentences; one that is cut after a word is closed.
 *
 * @param maxChars the most UTF-16 code units of the result, at least 1
 * @returns the start of the text, unchanged where it fits
 */
export function cutAtSentenceEnd(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
    const until = index + segment.trimEnd().length;
    if (until > maxChars) break;
    if (!isQuoting(text.slice(0, until))) end = until;
  }
  if (end > 0) return text.slice(0, end);
  return cutAtWordEnd(text, maxChars);
}

/**
 * Shortens a text after a word, and marks it with "…".
 *
 * @param maxChars the most UTF-16 code units of the result, at least 1
 * @returns the text unchanged where it fits
 */
export function cutAtWordEnd(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // "…" and perhaps "”" follow.
  const room = Math.max(0, maxChars - (text.slice(0, maxChars).includes('“') ? 2 : 1));
  let end = 0;
  for (const { index, segment, isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(
    text,
  )) {
    if (!isWordLike) continue;
    if (index + segment.length > room) break;
    end = index + segment.length;
  }
  const start = text.slice(0, end);
  return isQuoting(start) ? `${start}…”` : `${start}…`;
}

/** Whether a quotation is open at the end of a text. */
function isQuoting(text: string): boolean {
  return text.lastIndexOf('“') > text.lastIndexOf('”');
}

/**
 * A description cut to whole sentences as `cutAtSentenceEnd` does, with the evidence of what was cut off gone too.
 *
 * @param maxChars the most UTF-16 code units of the text, at least 1
 */
export function shortenDescription<T extends EngineOutput & { readonly shortened: boolean }>(
  description: T,
  maxChars: number,
): T {
  const text = cutAtSentenceEnd(description.text, maxChars);
  if (text === description.text) return description;
  return {
    ...description,
    text,
    shortened: true,
    evidence: description.evidence?.filter(({ end }) => end <= text.length),
    // A quotation that was cut is one still.
    quotes: description.quotes
      ?.filter(({ start }) => start < text.length)
      .map(({ start, end }) => ({ start, end: Math.min(end, text.length) })),
  };
}
