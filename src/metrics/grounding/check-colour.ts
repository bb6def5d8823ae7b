import type { ColourShare } from '../../inference/scene/measure-colours.ts';
import type { Scene } from '../../inference/scene/measure-scene.ts';
import { type Oklch, toOklab, toOklch } from '../../inference/scene/oklch.ts';
import { COLOUR_FAMILIES } from '../../inference/scene/palette.ts';
import { isOpen, ownColours, SKIN_FAMILIES } from '../../inference/scene/thing-colours.ts';
import { BASE_COLOURS, type BaseColour, type ColourTerm } from './colour-terms.ts';
import { type Candidate, decide, type Finding, percent, type Verdict, weigh } from './verdict.ts';

/** A claimed colour has to take this share of a thing, and more of it than of its surroundings. */
const THING_SHARE = 0.1;
/** Of a see-through thing (a bicycle) little is its own: a smaller share of it will do. */
const OPEN_SHARE = 0.03;
const CLOTHING_SHARE = 0.08;
const REGION_SHARE = 0.15;
/** A hue in less than this share of a surface is not there. */
const ABSENT = 0.01;
/** Nor are colours near it where they take less than this share. */
const NEAR_ABSENT = 0.05;
/** A colour below this share of a thing that its surroundings have as well was let in with them. */
const LEAKED = 0.1;
/** A strong hue with its neighbours below this share of the picture occurs nowhere in it. */
const ABSENT_FROM_PICTURE = 0.003;
/** Degrees beyond a hue's range that light and white balance may move it. */
const HUE_MARGIN = 18;
/** A thing smaller than this share of the picture has too few pixels to contradict a colour. */
const LEAST_AREA = 0.001;

interface Amount {
  readonly share: number;
  readonly excess: number;
  /** Mean lightness of what matched; NaN where nothing did. */
  readonly lightness: number;
}

/** What a colour is claimed of: candidates, clothing of the people found, the picture, or something not found. */
export interface ColourTarget {
  readonly kind: 'surface' | 'clothing' | 'palette' | 'whole' | 'unknown';
  readonly candidates: readonly Candidate[];
  /** Another colour of the same thing is borne out ("black and white"): this one may be that of a small part. */
  readonly shared: boolean;
}

/**
 * Checks one colour against a thing, a region, clothing, or the picture.
 *
 * @param word the word as written, for `expected`
 */
export function checkColour(term: ColourTerm, target: ColourTarget, scene: Scene, word: string): Finding {
  const toned = checkTone(term, scene, word);
  if (toned) return toned;
  const { kind, candidates, shared } = target;
  if (kind === 'clothing') return checkClothing(term, candidates, scene, word);
  if (kind === 'surface') {
    const finding = weigh(
      candidates.map(({ surface, certain }) => ({
        finding: checkSurface(term, surface, word),
        // Of a very small thing there are too few pixels to tell.
        certain: certain && !shared && surface.share >= LEAST_AREA,
      })),
    )!;
    return finding.verdict === 'uncheckable' ? (checkAbsence(term, scene, word) ?? finding) : finding;
  }
  const absent = checkAbsence(term, scene, word);
  if (absent) return absent;
  const amount = amountOf(term, scene.colours);
  const needed = kind === 'palette' ? 0.01 : 0.25;
  const verdict = decide(kind !== 'unknown' && amount.share >= needed, false);
  const measured = `${percent(amount.share)} of the picture${kind === 'unknown' ? '; the thing was not found' : ''}`;
  return { ...describe(term, word), verdict, measured };
}

/** In a picture of one tone no hue is seen but the tone itself, which is nobody's own colour. */
function checkTone(term: ColourTerm, { light, colours }: Scene, word: string): Finding | undefined {
  const hues = term.bases.map(base => BASE_COLOURS[base].hue);
  if (light.tone === 'none' || hues.some(hue => hue === undefined)) return undefined;
  const tint = meanColour(colours);
  const fits = tint.c > 0.006 && hues.some(hue => distanceTo(hue!, tint.h) <= HUE_MARGIN);
  return {
    ...describe(term, word),
    verdict: fits ? 'uncheckable' : 'contradicted',
    measured: `the picture has a single tone (${light.tone})`,
  };
}

/** A strong hue that occurs nowhere in the picture cannot be that of anything in it. */
function checkAbsence(term: ColourTerm, scene: Scene, word: string): Finding | undefined {
  if (!term.bases.every(base => BASE_COLOURS[base].strong)) return undefined;
  const everywhere = amountOf(term, scene.colours).share + nearOf(term, scene.colours);
  const somewhere = scene.things.some(({ colours }) => amountOf(term, colours).share > ABSENT);
  if (everywhere >= ABSENT_FROM_PICTURE || somewhere) return undefined;
  return {
    ...describe(term, word),
    verdict: 'contradicted',
    measured: `${percent(everywhere)} of the picture has that hue or one near it`,
  };
}

function checkSurface(term: ColourTerm, surface: Candidate['surface'], word: string): Finding {
  const isThing = 'label' in surface;
  const own = isThing ? ownColours(surface) : surface.colours;
  const amount = amountOf(term, own);
  const near = nearOf(term, surface.colours);
  const { share, excess } = term.faint ? { share: amount.share + near, excess: amount.share + near } : amount;
  const enough = !isThing
    ? share >= REGION_SHARE
    : isOpen(surface.label)
      ? share >= OPEN_SHARE
      : share >= THING_SHARE && (excess >= 0.25 * share || share >= 0.5);
  const verdict = withShade(decide(enough, isAbsent(term, surface)), term, amount.lightness);
  return { ...describe(term, word), verdict, measured: listColours(surface.colours) };
}

function isAbsent(term: ColourTerm, { colours, lightness }: Candidate['surface']): boolean {
  // What a surface has little of, and what is behind it has too, is what is behind it.
  const own = colours.map(colour => ({
    ...colour,
    share: colour.share < LEAKED ? Math.min(colour.share, colour.excess) : colour.share,
  }));
  const { share } = amountOf(term, own);
  // A dark dog with pale spots is no white dog, nor a white horse with dark eyes a black one.
  if (share < LEAKED && term.bases.length === 1) {
    if (term.bases[0] === 'white' && lightness < 0.45) return true;
    if (term.bases[0] === 'black' && lightness > 0.68) return true;
  }
  return share < ABSENT && nearOf(term, own) < NEAR_ABSENT;
}

/**
 * Clothing is looked for among the pixels of the people found. Colours that skin and hair have tell nothing of
 * it, and black alone may be shade or skin. Only a hue that is nowhere in the picture is contradicted: somebody
 * who was not found may wear it.
 */
function checkClothing(term: ColourTerm, people: readonly Candidate[], scene: Scene, word: string): Finding {
  const absent = checkAbsence(term, scene, word);
  if (absent) return absent;
  const worn = people.map(({ surface }) =>
    surface.colours.filter(({ family, share }) => !SKIN_FAMILIES.has(family) && share > 0.02),
  );
  const dressed = worn.filter(colours => colours.some(({ chroma }) => chroma > 0.05));
  const skinlike = term.bases.some(base =>
    BASE_COLOURS[base].names.some(name => SKIN_FAMILIES.has(COLOUR_FAMILIES[name])),
  );
  const [best] = dressed.toSorted((one, other) => amountOf(term, other).share - amountOf(term, one).share);
  if (!best)
    return { ...describe(term, word), verdict: 'uncheckable', measured: 'no clothing was told apart' };
  const { share, lightness } = amountOf(term, best);
  const verdict = withShade(decide(!skinlike && share >= CLOTHING_SHARE, false), term, lightness);
  return { ...describe(term, word), verdict, measured: listColours(best) };
}

/** A hue that fits but is plainly not as dark or light as was said is no support; far off, it contradicts. */
function withShade(verdict: Verdict, { shade }: ColourTerm, lightness: number): Verdict {
  if (verdict !== 'supported' || !shade) return verdict;
  if (shade === 'dark') return lightness < 0.58 ? verdict : lightness > 0.78 ? 'contradicted' : 'uncheckable';
  return lightness > 0.6 ? verdict : lightness < 0.4 ? 'contradicted' : 'uncheckable';
}

function amountOf({ bases }: ColourTerm, colours: readonly ColourShare[]): Amount {
  const matching = colours.filter(colour => matches(bases, colour));
  const share = sum(matching.map(colour => colour.share));
  return {
    share,
    excess: sum(matching.map(({ excess }) => excess)),
    lightness: sum(matching.map(colour => colour.share * colour.lightness)) / share,
  };
}

function nearOf({ bases }: ColourTerm, colours: readonly ColourShare[]): number {
  const near = colours.filter(
    colour => !matches(bases, colour) && bases.some(base => isNear(base, toOklchOf(colour.hex))),
  );
  return sum(near.map(({ share }) => share));
}

function matches(bases: readonly BaseColour[], { name }: ColourShare): boolean {
  return bases.some(base => BASE_COLOURS[base].names.includes(name));
}

/**
 * Whether a viewer might call this colour so in another light: a neighbouring hue, or for words without a hue
 * a colour about as light. Near colours neither support nor contradict.
 */
function isNear(base: BaseColour, { l, c, h }: Oklch): boolean {
  const { hue } = BASE_COLOURS[base];
  if (base === 'black') return l < 0.4;
  if (base === 'grey') return c < 0.05;
  if (base === 'white') return l > 0.6 && c < 0.1;
  if (base === 'brown' && l < 0.35) return true;
  if ((base === 'cream' || base === 'beige') && l > 0.55 && c < 0.04) return true;
  // A grey that leans towards a hue still counts as near it.
  return c > 0.012 && distanceTo(hue!, h) <= HUE_MARGIN;
}

/** Degrees from a hue to a range of hues: 0 inside it. */
function distanceTo([from, to]: readonly [number, number], h: number): number {
  const within = (((h - from) % 360) + 360) % 360;
  const width = to - from;
  return within <= width ? 0 : Math.min(within - width, 360 - within);
}

function meanColour(colours: readonly ColourShare[]): Oklch {
  let [l, a, b] = [0, 0, 0];
  for (const { hex, share } of colours) {
    const lab = toOklabOf(hex);
    l += share * lab.l;
    a += share * lab.a;
    b += share * lab.b;
  }
  return toOklch({ l, a, b });
}

function toOklabOf(hex: string) {
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
  return toOklab(r!, g!, b!);
}

function toOklchOf(hex: string): Oklch {
  return toOklch(toOklabOf(hex));
}

function describe({ bases, shade }: ColourTerm, word: string): Pick<Finding, 'measure' | 'expected'> {
  const colour = `${shade ? `${shade} ` : ''}${bases.join(' or ')}`;
  return { measure: 'colour', expected: colour === word ? colour : `${word}: ${colour}` };
}

/** The three colours that something has most of. */
function listColours(colours: readonly ColourShare[]): string {
  return [...colours]
    .sort((one, other) => other.share - one.share)
    .slice(0, 3)
    .map(({ name, share, hex }) => `${name} ${percent(share)} (${hex})`)
    .join(', ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
