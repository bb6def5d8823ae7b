import type { CaptionSample } from '../score-captions.ts';
import type { WordNet } from '../wordnet.ts';
import type { SceneGraphParser, SceneTuple } from './scene-graph.ts';

/**
 * SPICE (Anderson et al. 2016, section 3): the F-score of the candidate's tuples against those of all references
 * together. Two tuples match where each of their words is the same, has the same base form or shares a WordNet
 * synset.
 *
 * @returns for each image 0 to 1; null where no reference names a thing, since nothing can be matched then
 */
export function scoreSpice(
  samples: readonly CaptionSample[],
  parser: SceneGraphParser,
  wordNet: WordNet,
): (number | null)[] {
  const matcher = new TupleMatcher(wordNet);
  return samples.map(({ candidate, references }) => {
    const wanted = matcher.distinct(references.flatMap(reference => parser.parse(reference)));
    if (wanted.length === 0) return null;
    const given = matcher.distinct(parser.parse(candidate));
    const matched = matcher.countMatches(given, wanted);
    // 2PR / (P + R) with P = matched / given and R = matched / wanted.
    return (2 * matched) / (given.length + wanted.length);
  });
}

class TupleMatcher {
  readonly #wordNet: WordNet;
  readonly #meanings = new Map<string, ReadonlySet<string>>();

  constructor(wordNet: WordNet) {
    this.#wordNet = wordNet;
  }

  /** `tuples` without those that match an earlier one in the order of the alphabet, so that theirs does not matter. */
  distinct(tuples: readonly SceneTuple[]): SceneTuple[] {
    const kept: SceneTuple[] = [];
    const sorted = tuples
      .map(tuple => ({ tuple, key: tuple.join('\t') }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { tuple } of sorted) if (!kept.some(other => this.#match(tuple, other))) kept.push(tuple);
    return kept;
  }

  /** Pairs off matching tuples, those that are equal first. */
  countMatches(given: readonly SceneTuple[], wanted: readonly SceneTuple[]): number {
    const left = [...wanted];
    const take = (same: (other: SceneTuple) => boolean) => {
      const at = left.findIndex(same);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    };
    const unequal = given.filter(tuple => !take(other => tuple.join('\t') === other.join('\t')));
    for (const tuple of unequal) take(other => this.#match(tuple, other));
    return wanted.length - left.length;
  }

  #match(a: SceneTuple, b: SceneTuple): boolean {
    return a.length === b.length && a.every((word, i) => this.#sameMeaning(word, b[i]!));
  }

  #sameMeaning(a: string, b: string): boolean {
    return a === b || !this.#meaningsOf(a).isDisjointFrom(this.#meaningsOf(b));
  }

  /** Base forms and synsets of a word, as keys. */
  #meaningsOf(word: string): ReadonlySet<string> {
    const known = this.#meanings.get(word);
    if (known) return known;
    const meanings = new Set<string>();
    for (const pos of ['noun', 'verb', 'adj'] as const) {
      for (const form of this.#wordNet.baseForms(word, pos)) meanings.add(`${pos} ${form}`);
      for (const synset of this.#wordNet.synsets(word, pos)) meanings.add(`${pos} ${synset}`);
    }
    this.#meanings.set(word, meanings);
    return meanings;
  }
}
