import type { ConlluSentence } from './conllu.ts';
import type { Tag } from './tags.ts';

/** How well ADJ was found, and every tag; a share with nothing to divide by is null. */
export interface TaggingScore {
  readonly tokens: number;
  readonly accuracy: number | null;
  /** Gold adjectives. */
  readonly adjectives: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

interface Counts {
  tokens: number;
  right: number;
  hits: number;
  found: number;
  gold: number;
}

/** Adds up a tagger's hits and misses against gold sentences. */
export class TaggingTally {
  private readonly all: Counts = { tokens: 0, right: 0, hits: 0, found: 0, gold: 0 };
  private readonly sure: Counts = { tokens: 0, right: 0, hits: 0, found: 0, gold: 0 };
  private readonly confusions = new Map<string, number>();

  /** @param tags one for each word of the sentence */
  add(sentence: ConlluSentence, tags: readonly Tag[]): void {
    for (const [i, { upos, misc }] of sentence.words.entries()) {
      const tag = tags[i]!;
      count(this.all, upos, tag);
      // A mark in the gold file for tokens on which annotators may differ.
      if (!misc.includes('Ambiguous=Yes')) count(this.sure, upos, tag);
      if (tag !== upos && (tag === 'ADJ' || upos === 'ADJ')) {
        const pair = `${upos} > ${tag}`;
        this.confusions.set(pair, (this.confusions.get(pair) ?? 0) + 1);
      }
    }
  }

  /** The scores with and without tokens marked ambiguous, and the confusions of ADJ, the most frequent first. */
  score(): { all: TaggingScore; sure: TaggingScore; confusions: [string, number][] } {
    const confusions = [...this.confusions].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return { all: scoreOf(this.all), sure: scoreOf(this.sure), confusions };
  }
}

function count(counts: Counts, gold: string, tag: string): void {
  counts.tokens++;
  if (gold === tag) counts.right++;
  if (gold === 'ADJ') counts.gold++;
  if (tag === 'ADJ') counts.found++;
  if (gold === 'ADJ' && tag === 'ADJ') counts.hits++;
}

function scoreOf({ tokens, right, hits, found, gold }: Counts): TaggingScore {
  return {
    tokens,
    accuracy: tokens === 0 ? null : right / tokens,
    adjectives: gold,
    precision: found === 0 ? null : hits / found,
    recall: gold === 0 ? null : hits / gold,
    f1: found + gold === 0 ? null : (2 * hits) / (found + gold),
  };
}
