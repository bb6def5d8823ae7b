import { claimsOf } from './attribute-words.ts';
import { parseColour } from './colour-terms.ts';
import { meaningOf, singularOf } from './nouns.ts';

/** A word with the noun that it is bound to. */
export interface BoundWord {
  readonly word: string;
  readonly noun: string;
}

/** Single words that mean the same, as WordNet's synsets have them. */
export type Synonyms = (word: string) => readonly string[];

/**
 * Whether a reference text says the same of the same thing: nouns and words are compared as written, by the
 * tables of this metric (`puppy` is a `dog`, `crimson` is `red`), and by synonyms.
 *
 * The idea is SPICE's (Anderson et al. 2016): attributes count with the object that they belong to.
 */
export function isInReferences(
  claim: BoundWord,
  references: readonly BoundWord[],
  synonyms: Synonyms,
): boolean {
  return references.some(
    reference =>
      sameThing(claim.noun, reference.noun, synonyms) && sameAttribute(claim.word, reference.word, synonyms),
  );
}

function sameThing(one: string, other: string, synonyms: Synonyms): boolean {
  const [first, second] = [singularOf(one), singularOf(other)];
  if (first === second || synonyms(first).includes(second)) return true;
  // A puppy is a dog and a man is a person; a man and a woman are not the same.
  const [labels, others] = [meaningOf(first).labels, meaningOf(second).labels];
  return (
    (others.includes(first) && labels.includes(first)) || (labels.includes(second) && others.includes(second))
  );
}

function sameAttribute(one: string, other: string, synonyms: Synonyms): boolean {
  const [first, second] = [one.toLowerCase(), other.toLowerCase()];
  if (first === second || synonyms(first).includes(second)) return true;
  const [colour, ...more] = parseColour(first) ?? [];
  const [otherColour, ...others] = parseColour(second) ?? [];
  if (colour && otherColour) {
    const alone = more.length === 0 && others.length === 0;
    const opposed = colour.shade && otherColour.shade && colour.shade !== otherColour.shade;
    return alone && !opposed && colour.bases[0] === otherColour.bases[0];
  }
  const [claim] = claimsOf(first);
  const [otherClaim] = claimsOf(second);
  return claim !== undefined && claim.measure === otherClaim?.measure && claim.sense === otherClaim.sense;
}
