import type { MeasuredRegion, MeasuredThing, Scene } from '../../inference/scene/measure-scene.ts';
import type { Claim, Position, Texture } from './attribute-words.ts';
import { decide, type Finding, percent, type Verdict } from './verdict.ts';

type Surface = MeasuredThing | MeasuredRegion;

/** Of a person no lightness is judged: it might be that of the skin; nor height and build. */
const NOT_OF_PERSONS: ReadonlySet<Claim['measure']> = new Set([
  'lightness',
  'saturation',
  'aspect',
  'texture',
]);

/**
 * Checks a claim about one thing or region: lightness, saturation, size, shape, position or texture.
 *
 * @returns undefined where the claim cannot be made of it
 */
export function checkSurface(claim: Claim, surface: Surface, scene: Scene): Finding | undefined {
  if (isThing(surface) && surface.label === 'person' && NOT_OF_PERSONS.has(claim.measure)) return undefined;
  switch (claim.measure) {
    case 'lightness':
      return checkLightness(claim.sense, surface, scene);
    case 'saturation':
      return checkSaturation(claim.sense, surface, scene);
    case 'size':
      return isThing(surface) ? checkSize(claim.sense, surface) : checkExtent(claim.sense, surface);
    case 'aspect':
      return isThing(surface) ? checkAspect(claim.sense, surface, scene) : undefined;
    case 'position':
      return checkPosition(claim.sense, surface);
    case 'texture':
      return isThing(surface)
        ? checkThingTexture(claim.sense, surface)
        : checkRegionTexture(claim.sense, surface);
    default:
      return undefined;
  }
}

function isThing(surface: Surface): surface is MeasuredThing {
  return 'label' in surface;
}

/** Dark and light are told by themselves or against the picture: a horse is dark on a bright beach. */
function checkLightness(
  sense: 'dark' | 'light' | 'medium',
  surface: Surface,
  { light }: Scene,
): Finding | undefined {
  const { lightness, colours } = surface;
  const measured = `mean lightness ${lightness.toFixed(2)}, the picture's ${light.lightness.toFixed(2)}`;
  const below = lightness - light.lightness;
  if (sense === 'dark') {
    const verdict = decide(lightness < 0.42 || below < -0.2, lightness > 0.72 && below > -0.05);
    return {
      measure: 'lightness',
      expected: 'dark: below 0.42, or 0.2 below the picture',
      measured,
      verdict,
    };
  }
  if (sense === 'medium') return undefined;
  // "Bright" may mean a strong colour: a saturated surface is never too dark for it.
  const saturated = colours.some(({ share, chroma }) => share > 0.1 && chroma > 0.1);
  const verdict = decide(lightness > 0.7 || below > 0.2, lightness < 0.38 && below < 0.05 && !saturated);
  return { measure: 'lightness', expected: 'light: above 0.7, or 0.2 above the picture', measured, verdict };
}

function checkSaturation(sense: 'vivid' | 'muted', { colours }: Surface, { light }: Scene): Finding {
  const total = colours.reduce((sum, { share }) => sum + share, 0);
  const chroma =
    colours.reduce((sum, colour) => sum + colour.share * colour.chroma, 0) / Math.max(1e-9, total);
  const measured = `mean chroma ${chroma.toFixed(3)}`;
  if (sense === 'vivid') {
    const verdict = decide(
      light.tone === 'none' && chroma > 0.09,
      light.tone !== 'none' || (chroma < 0.02 && total > 0),
    );
    return { measure: 'saturation', expected: 'vivid: mean chroma above 0.09', measured, verdict };
  }
  const verdict = decide(chroma < 0.06, chroma > 0.14);
  return { measure: 'saturation', expected: 'muted: mean chroma below 0.06', measured, verdict };
}

/**
 * Size is the share of the picture that the box takes. The size that a thing has in the world is another: a
 * large ship may be far off. So only extremes are contradicted.
 */
function checkSize(sense: 'large' | 'huge' | 'small' | 'tiny', { share }: MeasuredThing): Finding {
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    large: ['large: 15 % of the picture or more', decide(share >= 0.15, share < 0.006)],
    huge: ['huge: 25 % of the picture or more', decide(share >= 0.25, share < 0.012)],
    small: ['small: 4 % of the picture or less', decide(share <= 0.04, share > 0.3)],
    tiny: ['tiny: 1 % of the picture or less', decide(share <= 0.01, share > 0.12)],
  };
  const [expected, verdict] = verdicts[sense];
  return { measure: 'size', expected, measured: `its box takes ${percent(share)} of the picture`, verdict };
}

function checkExtent(
  sense: 'large' | 'huge' | 'small' | 'tiny',
  { share }: MeasuredRegion,
): Finding | undefined {
  const large = sense === 'large' || sense === 'huge';
  return {
    measure: 'size',
    expected: large ? 'large: 25 % of the picture or more' : 'small: 10 % of the picture or less',
    measured: `${percent(share)} of the picture`,
    // Where a region ends is not sure enough to contradict.
    verdict: decide(large ? share >= 0.25 : share <= 0.1, false),
  };
}

function checkAspect(
  sense: 'tall' | 'wide' | 'square',
  { box }: MeasuredThing,
  { aspect }: Scene,
): Finding | undefined {
  if (sense === 'square') return undefined;
  const ratio = (box.width * aspect) / box.height;
  const verdict =
    sense === 'tall' ? decide(ratio < 0.8, ratio > 2) : decide(ratio > 1.25 || box.width > 0.5, ratio < 0.5);
  const expected = sense === 'tall' ? 'taller than wide' : 'wider than tall';
  return {
    measure: 'aspect',
    expected,
    measured: `its box is ${ratio.toFixed(2)} times as wide as tall`,
    verdict,
  };
}

/** By the middle of the box; the middle fifth of the picture is neither left nor right. */
function checkPosition(sense: Position, { box }: Surface): Finding {
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const verdicts: Record<Position, Verdict> = {
    left: decide(x < 0.45, x > 0.6),
    right: decide(x > 0.55, x < 0.4),
    top: decide(y < 0.45, y > 0.6),
    bottom: decide(y > 0.55, y < 0.4),
    centre: decide(
      Math.abs(x - 0.5) < 0.17 && Math.abs(y - 0.5) < 0.25,
      Math.abs(x - 0.5) > 0.3 || Math.abs(y - 0.5) > 0.38,
    ),
  };
  return {
    measure: 'position',
    expected: sense,
    measured: `its middle is ${percent(x)} from the left and ${percent(y)} from the top`,
    verdict: verdicts[sense],
  };
}

/** Texture words mean many things besides steps of lightness: they are borne out or left open. */
function checkThingTexture(sense: Texture, { texture, lightnessSpread }: MeasuredThing): Finding | undefined {
  const fits =
    sense === 'smooth'
      ? texture < 0.011
      : sense === 'rough'
        ? texture > 0.045
        : sense === 'patterned'
          ? lightnessSpread > 0.17 && texture > 0.035
          : undefined;
  if (fits === undefined) return undefined;
  const measured = `lightness varies by ${lightnessSpread.toFixed(2)}, by ${texture.toFixed(3)} from pixel to pixel`;
  return { measure: 'texture', expected: sense, measured, verdict: decide(fits, false) };
}

function checkRegionTexture(sense: Texture, region: MeasuredRegion): Finding | undefined {
  const { kind, texture, unevenness } = region;
  const fits = regionFits(sense, region);
  if (fits === undefined) return undefined;
  const contradicted =
    kind === 'sky' &&
    ((sense === 'clear' && unevenness > 0.06) || (sense === 'cloudy' && unevenness < 0.006));
  return {
    measure: 'texture',
    expected: sense,
    measured: `lightness varies by ${texture.toFixed(3)} from pixel to pixel, by ${unevenness.toFixed(3)} across the region`,
    verdict: decide(fits, contradicted),
  };
}

function regionFits(sense: Texture, { kind, texture, unevenness }: MeasuredRegion): boolean | undefined {
  switch (sense) {
    case 'clear':
      return kind === 'sky' ? unevenness <= 0.03 : undefined;
    case 'cloudy':
      return kind === 'sky' ? unevenness > 0.02 : undefined;
    case 'calm':
      return kind === 'water' ? texture <= 0.01 : undefined;
    case 'choppy':
      return kind === 'water' ? texture > 0.009 : undefined;
    case 'dense':
      return kind === 'foliage' || kind === 'grass' ? texture > 0.05 : undefined;
    case 'smooth':
      return texture < 0.011;
    case 'rough':
      return texture > 0.025;
    case 'patterned':
      return undefined;
  }
}
