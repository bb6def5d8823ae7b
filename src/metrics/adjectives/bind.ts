import type { Tag } from './tags.ts';

const NONE = -1;
const RELATIVE = new Set(['that', 'which', 'who', 'whose']);

/**
 * Finds the noun that each adjective describes, by rules over the tags of one sentence: attributive ("a red boat",
 * "red and white boats", "a red brick building"), predicative ("the dress is blue", "a house that looks old"),
 * and postnominal ("a sky full of stars", "a man, tall and thin"). A pronoun is no noun: "it is red" binds none.
 *
 * @param words the sentence's tokens
 * @param tags their parts of speech
 * @returns for each token the index of its noun; -1 where there is none or the token is no adjective
 */
export function bindAdjectives(words: readonly string[], tags: readonly Tag[]): Int32Array {
  const nouns = new Int32Array(tags.length).fill(NONE);
  for (let i = 0; i < tags.length; i++) if (tags[i] === 'ADJ') nouns[i] = findNoun(words, tags, nouns, i);
  return nouns;
}

function findNoun(words: readonly string[], tags: readonly Tag[], nouns: Int32Array, at: number): number {
  const direct = nounAfter(words, tags, at + 1, false);
  if (direct !== NONE) return direct;
  // What is before it, degree adverbs aside ("is very blue", "a sky so full of stars").
  let before = at - 1;
  while (
    before >= 0 &&
    (tags[before] === 'ADV' || tags[before] === 'PART' || isTransparent(words, tags, before))
  )
    before--;
  // "is the same", "are the largest"
  if (tags[before] === 'DET' && tags[before - 1] === 'AUX') before--;
  const coordinated = nounAfter(words, tags, at + 1, true);
  if (before < 0) return coordinated;
  if (tags[before] === 'AUX') return subjectBefore(words, tags, before);
  if (coordinated !== NONE) return coordinated;
  if (tags[before] === 'VERB') return subjectBefore(words, tags, before);
  if (isNominal(tags[before])) return before;
  if (tags[before] === 'ADJ') return nouns[before]!;
  if (tags[before] === 'CCONJ' || words[before] === ',') return nounOfList(words, tags, nouns, before);
  return NONE;
}

/** The head of the noun phrase that goes on at `from`: the last of a run of nouns. `far` also passes coordination. */
function nounAfter(words: readonly string[], tags: readonly Tag[], from: number, far: boolean): number {
  for (let i = from; i < tags.length; i++) {
    const tag = tags[i]!;
    if (isNominal(tag)) return endOfNouns(words, tags, i);
    if (tag === 'ADJ' || tag === 'NUM' || isTransparent(words, tags, i)) continue;
    // "a big red, white and blue flag", "a small but very old house"
    if (far && (tag === 'CCONJ' || words[i] === ',') && continuesAdjectives(tags, i + 1)) continue;
    if (tag === 'ADV' && leadsToNoun(tags, i + 1)) continue;
    // A participle before the noun: "large painted eggs".
    if (tag === 'VERB' && isParticiple(words[i]!) && leadsToNoun(tags, i + 1)) continue;
    return NONE;
  }
  return NONE;
}

function endOfNouns(words: readonly string[], tags: readonly Tag[], from: number): number {
  let i = from;
  while (i + 1 < tags.length) {
    const next = tags[i + 1]!;
    // "the militant group Hamas": a name after a common noun stands beside it.
    if (next === 'NOUN' || (next === 'PROPN' && tags[i] === 'PROPN')) i++;
    // "a high-contrast picture": past the hyphen lies the rest of the compound.
    else if (isInnerHyphen(words, tags, i + 1) && i + 2 < tags.length && leadsToNoun(tags, i + 2)) i += 2;
    else break;
  }
  return isNominal(tags[i]) ? i : endOfPhrase(tags, i);
}

/** From a participle or adjective inside a compound on to the noun that it stands before. */
function endOfPhrase(tags: readonly Tag[], from: number): number {
  for (let i = from; i < tags.length; i++) {
    if (isNominal(tags[i])) {
      while (isNominal(tags[i + 1])) i++;
      return i;
    }
    if (tags[i] !== 'ADJ' && tags[i] !== 'VERB') return NONE;
  }
  return NONE;
}

function leadsToNoun(tags: readonly Tag[], from: number): boolean {
  for (let i = from; i < tags.length && i < from + 3; i++) {
    const tag = tags[i]!;
    if (isNominal(tag)) return true;
    if (tag !== 'ADJ' && tag !== 'VERB') return false;
  }
  return false;
}

function continuesAdjectives(tags: readonly Tag[], from: number): boolean {
  let i = from;
  while (tags[i] === 'ADV' || tags[i] === 'CCONJ') i++;
  return tags[i] === 'ADJ';
}

function isParticiple(word: string): boolean {
  return /(?:ed|en|ing|wn|lt|nt)$/i.test(word);
}

/** Hyphens and quotation marks, which stand inside a phrase without ending it. */
function isTransparent(words: readonly string[], tags: readonly Tag[], i: number): boolean {
  return tags[i] === 'PUNCT' && /^(?:[-‑"'“”‘’*_]|''|``)$/.test(words[i]!);
}

function isInnerHyphen(words: readonly string[], tags: readonly Tag[], i: number): boolean {
  return tags[i] === 'PUNCT' && (words[i] === '-' || words[i] === '‑');
}

/** The noun of the adjective before a comma or conjunction: "tall, thin and old", "is small but bright". */
function nounOfList(words: readonly string[], tags: readonly Tag[], nouns: Int32Array, from: number): number {
  let i = from;
  while (i >= 0 && (tags[i] === 'CCONJ' || words[i] === ',' || tags[i] === 'ADV')) i--;
  if (i < 0) return NONE;
  if (tags[i] === 'ADJ') return nouns[i]!;
  const comma = words[i + 1] === ',' || words[from] === ',';
  if (isNominal(tags[i]) && comma) {
    // "full of light, airy and warm" goes back to the adjective; "a man, tall and thin" to the noun.
    const earlier = adjectiveWithPhrase(tags, i);
    return earlier === NONE ? i : nouns[earlier]!;
  }
  return NONE;
}

/** The predicate adjective whose prepositional phrase ends in the noun at `noun`, as "full" in "full of light". */
function adjectiveWithPhrase(tags: readonly Tag[], noun: number): number {
  let i = noun - 1;
  while (i >= 0 && (tags[i] === 'ADJ' || tags[i] === 'DET' || tags[i] === 'NOUN' || tags[i] === 'NUM')) i--;
  return i > 0 && tags[i] === 'ADP' && tags[i - 1] === 'ADJ' ? i - 1 : NONE;
}

/** The head noun of the subject of the verb at `verb`; a pronoun or another clause in between means none. */
function subjectBefore(words: readonly string[], tags: readonly Tag[], verb: number): number {
  let found = NONE;
  for (let i = verb - 1; i >= 0; i--) {
    const tag = tags[i]!;
    if (isNominal(tag)) {
      if (found === NONE) found = i;
    } else if (tag === 'ADP' && found !== NONE) {
      // The noun belongs to a prepositional phrase: the subject's head is before it, if anything is.
      const outer = i > 0 && isNominal(tags[i - 1]) ? i - 1 : NONE;
      if (outer === NONE) return found;
      found = outer;
    } else if (tag === 'PRON' || (RELATIVE.has(words[i]!.toLowerCase()) && i === verb - 1)) {
      if (found !== NONE) {
        if (isPossessive(words[i]!)) continue;
        return found;
      }
      if (!RELATIVE.has(words[i]!.toLowerCase())) return NONE;
    } else if (tag === 'VERB') {
      // "the car parked outside is red": a participle after the noun belongs to the subject; a verb does not.
      if (found !== NONE && !(isParticiple(words[i]!) && i > 0 && isNominal(tags[i - 1]))) return found;
      if (found !== NONE) found = NONE;
    } else if (tag === 'CCONJ' && found !== NONE && i > 0 && isNominal(tags[i - 1])) {
      // "the man and the woman are tall": Universal Dependencies names the first.
      found = i - 1;
    } else if (found !== NONE && (tag === 'CCONJ' || tag === 'SCONJ' || isBreak(words, tags, i))) {
      return found;
    }
  }
  return found;
}

function isNominal(tag: Tag | undefined): boolean {
  return tag === 'NOUN' || tag === 'PROPN';
}

/** Punctuation that ends a phrase; quotes do not. */
function isBreak(words: readonly string[], tags: readonly Tag[], i: number): boolean {
  return tags[i] === 'PUNCT' && !isTransparent(words, tags, i);
}

function isPossessive(word: string): boolean {
  return /^(?:his|her|its|their|my|your|our|whose)$/i.test(word);
}
