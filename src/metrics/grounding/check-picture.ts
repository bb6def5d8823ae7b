import type { Scene } from '../../inference/scene/measure-scene.ts';
import type { Claim } from './attribute-words.ts';
import type { NounRole } from './nouns.ts';
import { decide, type Finding, soften, type Verdict } from './verdict.ts';

/** Nouns that stand for the picture, and those that stand for a place of which it may show a part. */
const WHOLE: ReadonlySet<NounRole> = new Set(['picture', 'setting']);

/**
 * Checks a claim about the picture as a whole: its light, colours, contrast, focus or format.
 *
 * @returns undefined where the claim is not about what the noun stands for ("sharp colours")
 */
export function checkPicture(claim: Claim, role: NounRole, scene: Scene): Finding | undefined {
  const finding = checkRole(claim, role, scene);
  return finding && soften(finding, role !== 'setting');
}

function checkRole(claim: Claim, role: NounRole, scene: Scene): Finding | undefined {
  const whole = WHOLE.has(role);
  switch (claim.measure) {
    case 'lightness':
      return whole || role === 'light' || role === 'colours' ? checkLightness(claim.sense, scene) : undefined;
    case 'saturation':
      return whole || role === 'colours' ? checkSaturation(claim.sense, scene) : undefined;
    case 'monochrome':
      return whole || role === 'colours' ? checkTone(claim.sense, scene) : undefined;
    case 'warmth':
      if (role !== 'light' && role !== 'colours' && role !== 'picture') return undefined;
      return checkWarmth(claim.sense, scene);
    case 'contrast': {
      if (role !== 'contrast' && role !== 'picture' && role !== 'light') return undefined;
      // "strong light", "soft light" are said of more than contrast.
      return soften(checkContrast(claim.sense, scene), role === 'contrast');
    }
    case 'sharpness': {
      if (role !== 'focus' && role !== 'picture') return undefined;
      return checkSharpness(claim.sense, scene);
    }
    case 'aspect':
      return role === 'picture' ? checkFormat(claim.sense, scene) : undefined;
    default:
      return undefined;
  }
}

function checkLightness(sense: 'dark' | 'light' | 'medium', { light }: Scene): Finding {
  const { lightness } = light;
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    dark: ['dark: mean lightness below 0.48', decide(lightness < 0.48, lightness > 0.7)],
    light: ['light: mean lightness above 0.6', decide(lightness > 0.6, lightness < 0.38)],
    medium: [
      'medium: mean lightness from 0.45 to 0.7',
      decide(lightness >= 0.45 && lightness <= 0.7, lightness < 0.25 || lightness > 0.88),
    ],
  };
  const [expected, verdict] = verdicts[sense];
  return { measure: 'lightness', expected, measured: `mean lightness ${lightness.toFixed(2)} of 1`, verdict };
}

function checkSaturation(sense: 'vivid' | 'muted', { light }: Scene): Finding {
  const { chroma, topChroma, tone } = light;
  const measured = `mean chroma ${chroma.toFixed(3)}, 95th percentile ${topChroma.toFixed(3)}`;
  const flat = tone !== 'none' || (chroma < 0.03 && topChroma < 0.07);
  if (sense === 'vivid') {
    const vivid = chroma > 0.065 || topChroma > 0.14;
    return {
      measure: 'saturation',
      expected: 'vivid: mean chroma above 0.065',
      measured,
      verdict: decide(tone === 'none' && vivid, flat),
    };
  }
  return {
    measure: 'saturation',
    expected: 'muted: mean chroma below 0.05',
    measured,
    verdict: decide(chroma < 0.05 && topChroma < 0.14, chroma > 0.1),
  };
}

function checkTone(sense: 'monochrome' | 'grey' | 'sepia' | 'coloured', { light }: Scene): Finding {
  const { tone, topChroma } = light;
  const measured = tone === 'none' ? 'several hues' : `a single tone (${tone})`;
  const coloured = tone === 'none' && topChroma > 0.05;
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    monochrome: ['a single tone', decide(tone !== 'none', coloured)],
    // A toned print is often called black and white.
    grey: ['greys alone', decide(tone === 'grey', coloured)],
    sepia: ['a single brown tone', decide(tone === 'sepia', coloured || tone === 'grey')],
    coloured: ['several hues', decide(coloured, tone !== 'none')],
  };
  const [expected, verdict] = verdicts[sense];
  return { measure: 'monochrome', expected, measured, verdict };
}

function checkWarmth(sense: 'warm' | 'cool', { light: { warmth } }: Scene): Finding {
  const measured = `mean of the blue-yellow axis ${warmth.toFixed(3)}`;
  return sense === 'warm'
    ? {
        measure: 'warmth',
        expected: 'warm: above 0.012',
        measured,
        verdict: decide(warmth > 0.012, warmth < -0.02),
      }
    : {
        measure: 'warmth',
        expected: 'cool: below -0.008',
        measured,
        verdict: decide(warmth < -0.008, warmth > 0.03),
      };
}

function checkContrast(sense: 'high' | 'medium' | 'low', { light: { contrast } }: Scene): Finding {
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    high: ['high: above 0.55', decide(contrast > 0.55, contrast < 0.28)],
    medium: [
      'medium: from 0.3 to 0.58',
      decide(contrast >= 0.3 && contrast <= 0.58, contrast < 0.12 || contrast > 0.8),
    ],
    low: ['low: below 0.33', decide(contrast < 0.33, contrast > 0.6)],
  };
  const [expected, verdict] = verdicts[sense];
  const measured = `lightness spans ${contrast.toFixed(2)} (5th to 95th percentile)`;
  return { measure: 'contrast', expected, measured, verdict };
}

/** A soft picture may also be one with few edges, so that neither word is contradicted but at the ends. */
function checkSharpness(sense: 'sharp' | 'blurry', { light: { sharpness } }: Scene): Finding {
  const measured = `the steepest edges step ${sharpness.toFixed(2)} of the contrast from pixel to pixel`;
  return sense === 'sharp'
    ? {
        measure: 'sharpness',
        expected: 'sharp: 0.25 or more',
        measured,
        verdict: decide(sharpness >= 0.25, sharpness < 0.06),
      }
    : {
        measure: 'sharpness',
        expected: 'blurry: less than 0.12',
        measured,
        verdict: decide(sharpness < 0.12, sharpness > 0.3),
      };
}

function checkFormat(sense: 'tall' | 'wide' | 'square', { aspect }: Scene): Finding {
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    tall: ['taller than wide', decide(aspect < 0.95, aspect > 1.15)],
    wide: ['wider than tall', decide(aspect > 1.05, aspect < 0.87)],
    square: ['as wide as tall', decide(Math.abs(Math.log(aspect)) < 0.06, Math.abs(Math.log(aspect)) > 0.2)],
  };
  const [expected, verdict] = verdicts[sense];
  return { measure: 'aspect', expected, measured: `${aspect.toFixed(2)} times as wide as tall`, verdict };
}
