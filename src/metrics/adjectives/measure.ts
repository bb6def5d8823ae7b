import { bindAdjectives } from './bind.ts';
import { isInterpretive } from './interpretive.ts';
import { loadTagger } from './load.ts';
import { TAGS, type Tag } from './tags.ts';
import { findSentenceStarts, type Token, tokenize } from './tokenize.ts';

/** An adjective where it stands: `text.slice(start, end) === word` (UTF-16 units). */
export interface Adjective {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** The noun it describes, as written; null where there is none, or only a pronoun. */
  readonly noun: string | null;
  readonly nounStart?: number;
  readonly nounEnd?: number;
}

export interface AdjectiveMeasure {
  readonly text: string;
  readonly adjectives: readonly Adjective[];
  readonly adjectiveCount: number;
  /** Different adjectives, case ignored. */
  readonly distinct: number;
  /** Words of the text; a hyphenated compound and a contraction are one each. */
  readonly words: number;
  /** Adjectives for each 100 words; null when there are no words. */
  readonly per100Words: number | null;
  /** Adjectives for each noun (common and proper); null when there are no nouns. */
  readonly perNoun: number | null;
  /** Those of the adjectives that judge rather than describe (see interpretive.ts), in order, lower case. */
  readonly interpretive: readonly string[];
}

interface Analysis {
  readonly adjectives: Adjective[];
  readonly words: number;
  readonly nouns: number;
}

/**
 * Finds the adjectives of an English text: tokens tagged ADJ in the sense of Universal Dependencies, where a
 * hyphenated compound that describes (dark-haired, snow-covered, black-and-white) is one adjective.
 *
 * @param text any string
 * @returns the adjectives in order; never throws on account of the text
 * @throws NarratorError `tagger-model` when the weights file is damaged
 */
export function findAdjectives(text: string): Adjective[] {
  return analyse(text).adjectives;
}

/**
 * Counts the adjectives of an English text and sets them against its words and nouns.
 *
 * @param text any string; an empty one has counts of 0 and densities of null, which is "unknown", not 0
 * @throws NarratorError `tagger-model` when the weights file is damaged
 */
export function measureAdjectives(text: string): AdjectiveMeasure {
  const { adjectives, words, nouns } = analyse(text);
  const lower = adjectives.map(({ word }) => word.toLowerCase());
  return {
    text,
    adjectives,
    adjectiveCount: adjectives.length,
    distinct: new Set(lower).size,
    words,
    per100Words: words === 0 ? null : (100 * adjectives.length) / words,
    perNoun: nouns === 0 ? null : adjectives.length / nouns,
    interpretive: lower.filter(isInterpretive),
  };
}

function analyse(text: string): Analysis {
  const tokens = tokenize(text);
  const forms = tokens.map(token => token.text);
  const tags = new Uint8Array(tokens.length);
  const starts = findSentenceStarts(text, tokens);
  const adjectives: Adjective[] = [];
  let nouns = 0;
  for (const [i, from] of starts.entries()) {
    const to = starts[i + 1] ?? tokens.length;
    loadTagger().tagInto(forms, from, to, tags);
    const sentence = tokens.slice(from, to);
    const sentenceTags = Array.from(tags.subarray(from, to), tag => TAGS[tag]!);
    nouns += analyseSentence(text, sentence, sentenceTags, adjectives);
  }
  return { adjectives, words: countWords(tokens), nouns };
}

/** Adds the sentence's adjectives to `out` and returns the number of its nouns. */
function analyseSentence(
  text: string,
  tokens: readonly Token[],
  tags: readonly Tag[],
  out: Adjective[],
): number {
  const words = tokens.map(token => token.text);
  const compounds = findCompounds(tokens, tags);
  // For binding, a compound that describes is an adjective at its last part, and its other parts are nothing.
  const roles = tags.slice();
  for (const { from, to, describes } of compounds) {
    for (let i = from; i < to; i++)
      if (describes || roles[i] === 'ADJ') roles[i] = describes ? 'PUNCT' : 'NOUN';
    if (describes) {
      roles[to] = 'ADJ';
      for (let i = from; i < to; i++) words[i] = '-';
    } else if (roles[to] === 'ADJ') roles[to] = 'NOUN';
  }
  const nouns = bindAdjectives(words, roles);
  const firstPart = new Map(compounds.map(({ from, to }) => [to, from]));
  let count = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (roles[i] === 'NOUN' || roles[i] === 'PROPN') count++;
    if (roles[i] !== 'ADJ') continue;
    const { start } = tokens[firstPart.get(i) ?? i]!;
    const { end } = tokens[i]!;
    const noun = nouns[i] === -1 ? null : tokens[nouns[i]!]!;
    out.push({
      word: text.slice(start, end),
      start,
      end,
      noun: noun?.text ?? null,
      ...(noun && { nounStart: noun.start, nounEnd: noun.end }),
    });
  }
  return count;
}

interface Compound {
  /** Index of its first and last token. */
  readonly from: number;
  readonly to: number;
  readonly describes: boolean;
}

/** Finds words joined by hyphens without a space, and tells which of them describe as an adjective does. */
function findCompounds(tokens: readonly Token[], tags: readonly Tag[]): Compound[] {
  const out: Compound[] = [];
  for (let i = 0; i < tokens.length; i++) {
    let to = i;
    while (
      to + 2 < tokens.length &&
      isHyphen(tokens[to + 1]!) &&
      touches(tokens, to) &&
      touches(tokens, to + 1)
    )
      to += 2;
    if (to === i) continue;
    if (isWord(tokens[i]!.text) && isWord(tokens[to]!.text))
      out.push({ from: i, to, describes: describes(tokens, tags, i, to) });
    i = to;
  }
  return out;
}

function describes(tokens: readonly Token[], tags: readonly Tag[], from: number, to: number): boolean {
  const last = tags[to]!;
  if (last === 'ADJ') return true;
  const next = tags[to + 1];
  const followed = next === 'NOUN' || next === 'PROPN' || next === 'ADJ';
  const beforeNoun = followed && tokens[to + 1]!.start > tokens[to]!.end;
  if (last === 'VERB') {
    // snow-covered, well-lit, hand-painted; eye-catching only before a noun, since people go ice-skating
    const participle = beforeNoun || !/ing$/i.test(tokens[to]!.text);
    return participle && tags[from] !== 'VERB' && tags[from] !== 'PROPN';
  }
  // high-contrast lighting, full-length mirror
  return last === 'NOUN' && tags[from] === 'ADJ' && beforeNoun;
}

function touches(tokens: readonly Token[], i: number): boolean {
  return tokens[i]!.end === tokens[i + 1]!.start;
}

function isHyphen(token: Token): boolean {
  return token.text === '-' || token.text === '‐' || token.text === '‑';
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Words as a reader counts them: what hangs together by a hyphen or a contraction is one. */
function countWords(tokens: readonly Token[]): number {
  let count = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (!isWord(tokens[i]!.text)) continue;
    const joined = i > 0 && touches(tokens, i - 1);
    const after = joined ? tokens[i - 1]! : null;
    const hyphenated =
      after !== null && isHyphen(after) && i > 1 && touches(tokens, i - 2) && isWord(tokens[i - 2]!.text);
    if (!(after && (isWord(after.text) || hyphenated))) count++;
  }
  return count;
}
