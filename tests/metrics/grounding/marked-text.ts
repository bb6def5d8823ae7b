import type { BoundAdjective } from '../../../src/metrics/grounding/check-adjective.ts';
import type { TextAnalysis } from '../../../src/metrics/grounding/ground-text.ts';

/** A text whose claims a person marked, each with its noun and whether it is true. */
export interface MarkedText {
  readonly text: string;
  readonly adjectives: readonly BoundAdjective[];
  /** Each claim, numbers included, by its offset in `text`. */
  readonly truth: ReadonlyMap<number, boolean>;
}

/**
 * Reads a text with marks: `a {red|car} car` binds "red" to "car", `{!red|car}` says so of a car that is not red,
 * `{#two} dogs` and `{#!two} dogs` are a true and a false number.
 */
export function readMarks(marked: string): MarkedText {
  const adjectives: BoundAdjective[] = [];
  const truth = new Map<number, boolean>();
  let text = '';
  let from = 0;
  for (const match of marked.matchAll(/\{(#?)(!?)([^|}]+)(?:\|([^}]+))?\}/g)) {
    const [whole, number, not, word, noun] = match;
    text += marked.slice(from, match.index);
    from = match.index + whole.length;
    truth.set(text.length, not === '');
    if (number === '')
      adjectives.push({ word: word!, start: text.length, end: text.length + word!.length, noun: noun! });
    text += word;
  }
  return { text: text + marked.slice(from), adjectives, truth };
}

/** An analysis that knows the marked texts alone. */
export function analyseMarked(...marked: readonly MarkedText[]): (text: string) => TextAnalysis {
  return text => ({
    adjectives: marked.find(one => one.text === text)?.adjectives ?? [],
    words: text.split(/\s+/).filter(word => /\w/.test(word)).length,
  });
}
