import type { Scene } from '../../inference/scene/measure-scene.ts';
import { isInterpretive as isInterpretiveWord } from '../adjectives/interpretive.ts';
import { measureAdjectives } from '../adjectives/measure-adjectives.ts';
import { claimsOf, isRegionSize } from './attribute-words.ts';
import { checkColour } from './check-colour.ts';
import { checkPicture } from './check-picture.ts';
import { checkSurface } from './check-surface.ts';
import { type ColourTerm, parseColour, SHADE_WORDS } from './colour-terms.ts';
import { checkNumber, checkQuantity, findNumbers, type NumberClaim } from './count-claims.ts';
import { findTarget, namesThings, type Target } from './find-target.ts';
import { meaningOf, singularOf } from './nouns.ts';
import { type BoundWord, isInReferences, type Synonyms } from './references.ts';
import { type Finding, type Verdict, weigh } from './verdict.ts';

/** An adjective where it stands in a text, with the noun that it describes (null where there is none). */
export interface BoundAdjective {
  readonly word: string;
  /** Offsets in UTF-16 code units: `text.slice(start, end) === word`. */
  readonly start: number;
  readonly end: number;
  readonly noun: string | null;
}

/** What has to be known of a text: its adjectives, and how many words it has. */
export interface TextAnalysis {
  readonly adjectives: readonly BoundAdjective[];
  readonly words: number;
}

export type { Verdict } from './verdict.ts';

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
    references = [],
    synonyms = () => [],
  } = options;
  const { adjectives, words } = analyse(text);
  const said = references.flatMap(reference => boundWords(reference, analyse));
  const judges = (adjective: BoundAdjective) =>
    isInterpretive(adjective.word) && !isTemperature(adjective, scene);

  const judge = (claim: BoundAdjective, key: string, finding: Finding | undefined): GroundedPair => {
    const { word, start, end, noun } = claim;
    const kind = key === word ? 'adjective' : 'number';
    const borne = noun !== null && isInReferences({ word: key, noun }, said, synonyms);
    const fromReference = borne && finding?.verdict !== 'supported';
    const verdict = fromReference ? 'supported' : (finding?.verdict ?? 'uncheckable');
    return {
      ...{ word, start, end, noun, kind, verdict },
      measure: finding?.measure ?? null,
      expected: finding?.expected ?? null,
      measured: finding?.measured ?? null,
      source: fromReference ? 'reference' : verdict === 'uncheckable' ? null : 'pixels',
    };
  };
  const pairs = [
    ...adjectives.map(adjective =>
      judges(adjective)
        ? { ...judge({ ...adjective, noun: null }, adjective.word, undefined), noun: adjective.noun }
        : judge(adjective, adjective.word, checkAdjective(adjective, adjectives, text, scene)),
    ),
    ...findNumbers(text, noun => namesThings(noun, scene))
      .filter(({ start, end }) => !adjectives.some(other => other.start < end && other.end > start))
      .map(claim => judge(claim, keyOf(claim), checkNumberClaim(claim, scene))),
  ].sort((one, other) => one.start - other.start);
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

/** What a supported adjective says: "big dog" after "large dog" is the same claim again. */
function claimOf({ word, noun, measure, expected }: GroundedPair): string {
  const what = measure === null || measure === 'colour' ? word.toLowerCase() : `${measure} ${expected}`;
  return `${what} | ${singularOf(noun ?? '')}`;
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

function checkAdjective(
  adjective: BoundAdjective,
  all: readonly BoundAdjective[],
  text: string,
  scene: Scene,
): Finding | undefined {
  const { word, noun } = adjective;
  if (noun === null) return undefined;
  const target = findTarget(noun, scene);
  const { role } = target.meaning;
  if (role === 'body' || role === 'abstract') return undefined;
  // "Dark blue coat": the word before a colour is about the colour.
  const shade = SHADE_WORDS.get(word.toLowerCase());
  const next = all.find(({ start }) => start > adjective.end);
  if (shade && next?.noun === noun && text.slice(adjective.end, next.start).trim() === '') {
    const terms = parseColour(next.word)?.map(term => ({ ...term, shade }));
    const finding = terms && checkColours(terms, target, false, scene, `${word} ${next.word}`);
    // Where the colour itself is false, that is counted once, with the colour.
    if (finding) return checkAdjective(next, all, text, scene)?.verdict === 'supported' ? finding : undefined;
  }
  const claims = claimsOf(word);
  const tone = claims.find(({ measure }) => measure === 'monochrome');
  const aboutPicture = tone && checkPicture(tone, role, scene);
  if (aboutPicture) return aboutPicture;
  const terms = parseColour(word);
  if (terms) {
    const finding = checkColours(terms, target, false, scene, word);
    if (finding?.verdict !== 'contradicted') return finding;
    const others = all.filter(other => other !== adjective && areJoined(adjective, other, text));
    const borneOut = others
      .map(other => parseColour(other.word))
      .some(colours => colours && checkColours(colours, target, false, scene, '')?.verdict === 'supported');
    return borneOut ? checkColours(terms, target, true, scene, word) : finding;
  }
  return claims.map(claim => checkClaim(claim, word, target, scene)).find(finding => finding !== undefined);
}

/** Whether two adjectives of one noun stand in one list: "black and white", "brown, tan and white". */
function areJoined(one: BoundAdjective, other: BoundAdjective, text: string): boolean {
  if (one.noun !== other.noun) return false;
  const between =
    one.start < other.start ? text.slice(one.end, other.start) : text.slice(other.end, one.start);
  const words = between.split(/[\s,]+/).filter(word => word !== '');
  return (
    between !== '' && words.every(word => JOINTS.has(word) || parseColour(word) || SHADE_WORDS.has(word))
  );
}

const JOINTS: ReadonlySet<string> = new Set(['and', 'or', '&', 'with']);

function checkClaim(
  claim: ReturnType<typeof claimsOf>[number],
  word: string,
  { meaning, candidates, things }: Target,
  scene: Scene,
): Finding | undefined {
  if (claim.measure === 'count') return things.length > 0 ? checkQuantity(claim.sense, things) : undefined;
  if (candidates.length === 0) return checkPicture(claim, meaning.role, scene);
  return weigh(
    candidates.flatMap(({ surface, certain }) => {
      if (claim.measure === 'size' && isRegionSize(word) && 'label' in surface) return [];
      const finding = checkSurface(claim, surface, scene);
      return finding ? [{ finding, certain }] : [];
    }),
  );
}

/** Checks the colours that one word names: each has to be there, and one that is not makes the word false. */
function checkColours(
  terms: readonly ColourTerm[],
  { meaning, candidates }: Target,
  shared: boolean,
  scene: Scene,
  word: string,
): Finding | undefined {
  // A colour said of a person may mean the skin, which is nothing to judge.
  if (meaning.labels.includes('person')) return undefined;
  const { role } = meaning;
  const kind =
    role === 'clothing'
      ? 'clothing'
      : candidates.length > 0
        ? 'surface'
        : role === 'colours'
          ? 'palette'
          : role === 'picture' || role === 'setting'
            ? 'whole'
            : 'unknown';
  const worn = scene.things
    .filter(({ label }) => label === 'person')
    .map(surface => ({ surface, certain: false }));
  const of = {
    kind,
    candidates: kind === 'clothing' ? worn : candidates,
    shared: shared || terms.length > 1,
  } as const;
  const findings = terms.map(term => checkColour(term, of, scene, word));
  return (
    findings.find(({ verdict }) => verdict === 'contradicted') ??
    findings.find(({ verdict }) => verdict === 'uncheckable') ??
    findings[0]
  );
}
