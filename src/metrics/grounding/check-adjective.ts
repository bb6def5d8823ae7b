import type { Scene } from '../../inference/scene/measure-scene.ts';
import { type Claim, claimsOf, isRegionSize } from './attribute-words.ts';
import { type ColourTarget, checkColour } from './check-colour.ts';
import { checkPicture } from './check-picture.ts';
import { checkSurface } from './check-surface.ts';
import { type ColourTerm, parseColour, SHADE_WORDS } from './colour-terms.ts';
import { checkQuantity } from './count-claims.ts';
import { findTarget, type Target } from './find-target.ts';
import { type Finding, weigh } from './verdict.ts';

/** An adjective where it stands in a text, with the noun that it describes (null where there is none). */
export interface BoundAdjective {
  readonly word: string;
  /** Offsets in UTF-16 code units: `text.slice(start, end) === word`. */
  readonly start: number;
  readonly end: number;
  readonly noun: string | null;
}

/** Words that join the colours of one thing. */
const JOINTS: ReadonlySet<string> = new Set(['and', 'or', '&', 'with']);

/**
 * Checks one adjective against the scene.
 *
 * @param all the adjectives of the text, which tell what stands beside this one
 * @returns undefined where nothing measures it
 */
export function checkAdjective(
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

function checkClaim(
  claim: Claim,
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
  const kind = kindOf(meaning.role, candidates.length > 0);
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

function kindOf(role: Target['meaning']['role'], found: boolean): ColourTarget['kind'] {
  if (role === 'clothing') return 'clothing';
  if (found) return 'surface';
  if (role === 'colours') return 'palette';
  return role === 'picture' || role === 'setting' ? 'whole' : 'unknown';
}
