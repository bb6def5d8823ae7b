import type { Box, Evidence, Quote } from '../../engine.ts';

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

/** Writing that was read in the picture, made fit to be quoted. It is written in “”. */
interface Quotation {
  readonly quoted: string;
}

/** A stretch of text whose adjectives are known. */
export type Phrase = readonly (string | Adjective | Quotation)[];

/** What was written, with what is known of its words. */
export interface Paragraph {
  readonly text: string;
  readonly evidence: Evidence[];
  /** The stretches between quotation marks. */
  readonly quotes: Quote[];
}

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

export function plain(phrase: Phrase): string {
  return phrase.map(wordsOf).join('');
}

function wordsOf(part: Phrase[number]): string {
  if (typeof part === 'string') return part;
  return 'quoted' in part ? `“${part.quoted}”` : part.word;
}

/**
 * Writes sentences as one paragraph: each starts with a capital and ends with a full stop.
 *
 * @returns the text, for each adjective where it stands and what bears it out, and where quotations stand
 */
export function writeParagraph(sentences: readonly Phrase[]): Paragraph {
  let text = '';
  const evidence: Evidence[] = [];
  const quotes: Quote[] = [];
  for (const sentence of sentences) {
    if (text !== '') text += ' ';
    const sentenceStart = text.length;
    for (const part of sentence) {
      const start = text.length;
      const words = wordsOf(part);
      text += start === sentenceStart ? words.charAt(0).toUpperCase() + words.slice(1) : words;
      if (typeof part === 'string') continue;
      if ('quoted' in part) {
        quotes.push({ start: start + 1, end: text.length - 1 });
        continue;
      }
      const { word: _, ...rest } = part;
      evidence.push({ ...rest, word: text.slice(start), start, end: text.length });
    }
    text += '.';
  }
  return { text, evidence, quotes };
}
