import type { Box, Evidence } from '../../engine.ts';

/** An adjective that may be written, with the words that would do for it and what bears them out. */
export interface Attribute {
  /** Words for the same measured fact, the best first; the first that was not used yet is written. */
  readonly words: readonly string[];
  /** Where it stands before a noun: size, shape, texture, light, colour (Quirk et al. 1985, §7.45). */
  readonly order: 'size' | 'shape' | 'texture' | 'light' | 'colour';
  readonly measure: string;
  readonly value: string;
  readonly strength: number;
  readonly box?: Box;
  readonly colour?: string;
}

/** An adjective in its place. */
interface Adjective extends Omit<Attribute, 'words' | 'order'> {
  readonly word: string;
  readonly noun: string;
}

/** A stretch of text whose adjectives are known. */
export type Phrase = readonly (string | Adjective)[];

const ORDER: readonly Attribute['order'][] = ['size', 'shape', 'texture', 'light', 'colour'];

/**
 * Chooses the words for attributes of one noun: no adjective is written twice in a text. An attribute whose
 * words are all used up is left out.
 */
export class Wording {
  readonly #used = new Set<string>();
  readonly #orders: ReadonlySet<Attribute['order']>;

  /** @param orders the kinds of attributes that are written; the others are left out */
  constructor(orders: readonly Attribute['order'][] = ORDER) {
    this.#orders = new Set(orders);
  }

  isUsed(word: string): boolean {
    return this.#used.has(word);
  }

  /** @returns the adjectives in the order in which English puts them, two colours joined by "and" */
  choose(attributes: readonly Attribute[], noun: string): Phrase {
    const chosen: { order: number; adjective: Adjective }[] = [];
    for (const { words, order, ...rest } of attributes) {
      const word = words.find(candidate => !this.#used.has(candidate));
      if (word === undefined || !this.#orders.has(order)) continue;
      this.#used.add(word);
      chosen.push({ order: ORDER.indexOf(order), adjective: { ...rest, word, noun } });
    }
    chosen.sort((one, other) => one.order - other.order);
    const phrase: (string | Adjective)[] = [];
    const colours = chosen.filter(({ order }) => order === ORDER.length - 1).length;
    let coloursLeft = colours;
    for (const { order, adjective } of chosen) {
      if (order === ORDER.length - 1) {
        if (coloursLeft < colours) phrase.push(coloursLeft === 1 ? ' and ' : ', ');
        else if (phrase.length > 0) phrase.push(' ');
        coloursLeft--;
      } else if (phrase.length > 0) phrase.push(' ');
      phrase.push(adjective);
    }
    return phrase;
  }
}

/** Joins phrases as a list: "a", "a and b", "a, b and c". */
export function listOf(phrases: readonly Phrase[], conjunction = 'and'): Phrase {
  return phrases.flatMap((phrase, at) => {
    if (at === 0) return phrase;
    return [at === phrases.length - 1 ? ` ${conjunction} ` : ', ', ...phrase];
  });
}

/** "a" or "an", by the sound that a word starts with (the words of this engine's lexicon, not all of English). */
function articleFor(phrase: Phrase): 'a' | 'an' {
  return /^[aeio]|^u(?!ni|se)/i.test(plain(phrase)) ? 'an' : 'a';
}

/** The phrase with its indefinite article. */
export function indefinite(phrase: Phrase): Phrase {
  return [`${articleFor(phrase)} `, ...phrase];
}

function plain(phrase: Phrase): string {
  return phrase.map(part => (typeof part === 'string' ? part : part.word)).join('');
}

/**
 * Writes sentences as one paragraph: each starts with a capital and ends with a full stop.
 *
 * @returns the text, and for each adjective where it stands and what bears it out
 */
export function writeParagraph(sentences: readonly Phrase[]): { text: string; evidence: Evidence[] } {
  let text = '';
  const evidence: Evidence[] = [];
  for (const sentence of sentences) {
    if (text !== '') text += ' ';
    const sentenceStart = text.length;
    for (const part of sentence) {
      const start = text.length;
      const word = typeof part === 'string' ? part : part.word;
      text += start === sentenceStart ? word.charAt(0).toUpperCase() + word.slice(1) : word;
      if (typeof part !== 'string') {
        const { word: _, ...rest } = part;
        evidence.push({ ...rest, word: text.slice(start), start, end: text.length });
      }
    }
    text += '.';
  }
  return { text, evidence };
}
