import type { Scene } from '../../inference/scene/measure-scene.ts';
import { isInterpretive as isInterpretiveWord } from '../adjectives/interpretive.ts';
import { measureAdjectives } from '../adjectives/measure.ts';
import { claimsOf } from './attribute-words.ts';
import { type BoundAdjective, checkAdjective } from './check-adjective.ts';
import { checkNumber, findNumbers, type NumberClaim } from './count-claims.ts';
import { findTarget, namesThings } from './find-target.ts';
import { meaningOf, singularOf } from './nouns.ts';
import { type BoundWord, isInReferences, type Synonyms } from './references.ts';
import type { Finding, Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** What has to be known of a text: its adjectives, and how many words it has. */
export interface TextAnalysis {
  readonly adjectives: readonly BoundAdjective[];
  readonly words: number;
}

export interface GroundOptions {
  /** Finds and binds the adjectives of a text; the project's own tagger unless given. */
  readonly analyse?: (text: string) => TextAnalysis;
  /** Whether an adjective judges rather than describes ("beautiful"): it is never supported. */
  readonly isInterpretive?: (word: string) => boolean;
  /** What people wrote of the same picture: a word that one of them binds to the same thing is supported. */
  readonly references?: readonly string[];
  /** Single words of the same meaning, for the references. None unless given. */
  readonly synonyms?: Synonyms;
}

/** One claim of a text: an adjective, or a number, and its noun. */
export interface GroundedPair extends BoundAdjective {
  /** A numeral ("two dogs") is a claim, but no adjective: it is left out of the densities. */
  readonly kind: 'adjective' | 'number';
  readonly verdict: Verdict;
  /** What it was checked by: `colour`, `lightness`, `size`, `count`, …; null where nothing measures it. */
  readonly measure: string | null;
  /** What would bear it out, and what was measured, in words and numbers with units. */
  readonly expected: string | null;
  readonly measured: string | null;
  /** What decided; null where nothing did. */
  readonly source: 'pixels' | 'reference' | null;
}

type Claimed = Pick<GroundedPair, 'word' | 'start' | 'end' | 'noun' | 'kind'>;

/** How far a text is borne out. Null is "cannot be computed", never 0. */
export interface Grounding {
  /** In the order of the text. */
  readonly pairs: readonly GroundedPair[];
  /** How many of the pairs, numbers included. */
  readonly supported: number;
  readonly contradicted: number;
  readonly uncheckable: number;
  /** Adjectives that judge. */
  readonly interpretive: number;
  readonly words: number;
  /** The headline: different supported adjectives for each 100 words; the same claim again adds nothing. */
  readonly supportedPer100Words: number | null;
  /** Contradicted among the pairs that could be decided. */
  readonly contradictedShare: number | null;
  /** Interpretive among all adjectives. */
  readonly interpretiveShare: number | null;
}

/**
 * Checks each adjective and number of a text, whoever wrote it, against what was measured of the picture.
 *
 * @param text English prose
 * @param scene the picture's measures
 * @returns the verdicts and the figures made of them
 */
export function groundText(text: string, scene: Scene, options: GroundOptions = {}): Grounding {
  const {
    analyse = measureAdjectives,
    isInterpretive = isInterpretiveWord,
    references: referenceTexts = [],
    synonyms = () => [],
  } = options;
  const { adjectives, words } = analyse(text);
  const references = referenceTexts.flatMap(reference => boundWords(reference, analyse));
  const judges = (adjective: BoundAdjective) =>
    isInterpretive(adjective.word) && !isTemperature(adjective, scene);

  const judge = (claim: Claimed, finding: Finding | undefined, key = claim.word): GroundedPair => {
    const { word, start, end, noun, kind } = claim;
    const said = noun !== null && isInReferences({ word: key, noun }, references, synonyms);
    const verdict = said ? 'supported' : (finding?.verdict ?? 'uncheckable');
    return {
      ...{ word, start, end, noun, kind, verdict },
      measure: finding?.measure ?? null,
      expected: finding?.expected ?? null,
      measured: finding?.measured ?? null,
      source: verdict === 'uncheckable' ? null : finding?.verdict === verdict ? 'pixels' : 'reference',
    };
  };
  const ofAdjectives = adjectives.map((adjective): GroundedPair => {
    const claim = { ...adjective, kind: 'adjective' } as const;
    // That a reference praises a thing too does not make it so.
    if (judges(adjective)) return { ...judge({ ...claim, noun: null }, undefined), noun: adjective.noun };
    return judge(claim, checkAdjective(adjective, adjectives, text, scene));
  });
  const ofNumbers = findNumbers(text, noun => namesThings(noun, scene))
    .filter(({ start, end }) => !adjectives.some(other => other.start < end && other.end > start))
    .map(claim => judge({ ...claim, kind: 'number' }, checkNumberClaim(claim, scene), keyOf(claim)));
  const pairs = [...ofAdjectives, ...ofNumbers].sort((one, other) => one.start - other.start);
  return { pairs, ...figuresOf(pairs, adjectives.filter(judges).length, words) };
}

function figuresOf(
  pairs: readonly GroundedPair[],
  interpretive: number,
  words: number,
): Omit<Grounding, 'pairs'> {
  const count = (verdict: Verdict) => pairs.filter(pair => pair.verdict === verdict).length;
  const adjectives = pairs.filter(({ kind }) => kind === 'adjective');
  const different = new Set(adjectives.filter(({ verdict }) => verdict === 'supported').map(claimOf));
  const [supported, contradicted] = [count('supported'), count('contradicted')];
  return {
    supported,
    contradicted,
    uncheckable: count('uncheckable'),
    interpretive,
    words,
    supportedPer100Words: words === 0 ? null : (100 * different.size) / words,
    contradictedShare: supported + contradicted === 0 ? null : contradicted / (supported + contradicted),
    interpretiveShare: adjectives.length === 0 ? null : interpretive / adjectives.length,
  };
}

/** What a supported adjective says: "big" after "large" and "scarlet" after "red" are the same claim again. */
function claimOf({ word, noun, measure, expected }: GroundedPair): string {
  const what = expected === null ? word.toLowerCase() : expected.split(': ').at(-1);
  return `${measure} ${what} | ${singularOf(noun ?? '')}`;
}

/** Adjectives and numbers of a reference, bound to their nouns. */
function boundWords(reference: string, analyse: (text: string) => TextAnalysis): BoundWord[] {
  const adjectives = analyse(reference).adjectives.filter(({ noun }) => noun !== null) as BoundWord[];
  const numbers = findNumbers(reference, noun => meaningOf(noun).labels.length > 0).map(claim => ({
    word: keyOf(claim),
    noun: claim.noun,
  }));
  return [...adjectives, ...numbers];
}

/** "2" and "two" are one number, which no adjective is. */
function keyOf({ count }: NumberClaim): string {
  return `#${count}`;
}

/** "Cool" judges a car, but is a temperature of colours and light. */
function isTemperature({ word, noun }: BoundAdjective, scene: Scene): boolean {
  if (noun === null || !claimsOf(word).some(({ measure }) => measure === 'warmth')) return false;
  return ['colours', 'light'].includes(findTarget(noun, scene).meaning.role);
}

function checkNumberClaim({ noun, count, qualified }: NumberClaim, scene: Scene): Finding {
  const { things } = findTarget(noun, scene);
  // "Two men" of five people: the others may be women.
  const narrower = !things.some(({ label }) => label === singularOf(noun));
  return checkNumber(count, things, qualified || narrower);
}
