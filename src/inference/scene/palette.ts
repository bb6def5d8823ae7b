import type { Oklch } from './oklch.ts';

/**
 * The colour words that descriptions use, each with the broader family that it belongs to. All are
 * adjectives that people use of things (Berlin and Kay 1969 name the eleven basic ones; the others are
 * the common finer words).
 */
export const COLOUR_FAMILIES = {
  black: 'black',
  charcoal: 'grey',
  grey: 'grey',
  silvery: 'grey',
  white: 'white',
  cream: 'white',
  beige: 'brown',
  tan: 'brown',
  brown: 'brown',
  maroon: 'red',
  red: 'red',
  pink: 'pink',
  orange: 'orange',
  golden: 'yellow',
  yellow: 'yellow',
  olive: 'green',
  green: 'green',
  teal: 'blue',
  turquoise: 'blue',
  blue: 'blue',
  navy: 'blue',
  purple: 'purple',
  lilac: 'purple',
  magenta: 'pink',
} as const;

export type ColourName = keyof typeof COLOUR_FAMILIES;
export type ColourFamily = (typeof COLOUR_FAMILIES)[ColourName];

export const COLOUR_NAMES = Object.keys(COLOUR_FAMILIES) as ColourName[];

/** Below this chroma no hue is named (the eye sees grey; camera noise and white balance reach about 0.02). */
const NEUTRAL_CHROMA = 0.03;

/**
 * Names a colour.
 *
 * @param colour the colour as measured
 * @param white the lightness that counts as white in this picture (0 to 1): a white horse under clouds is
 *   measured near 0.8, so lightness is judged against the lightest parts around it
 */
export function nameColour({ l, c, h }: Oklch, white = 1): ColourName {
  const light = Math.min(1, l / white);
  // Near black the hue of a pixel is noise, and near white the eye forgives a tint.
  if (light < 0.2) return 'black';
  const neutral = light > 0.9 ? NEUTRAL_CHROMA * 0.8 : light < 0.35 ? NEUTRAL_CHROMA * 1.3 : NEUTRAL_CHROMA;
  if (c < neutral) return nameNeutral(light);
  if (c < neutral * 1.6 && h >= 190 && h < 300 && light > 0.4) return nameNeutral(light);
  return nameHue(light, c, h);
}

function nameNeutral(light: number): ColourName {
  if (light < 0.3) return 'black';
  if (light < 0.45) return 'charcoal';
  if (light < 0.7) return 'grey';
  if (light < 0.8) return 'silvery';
  return 'white';
}

/** The hue words, by the borders that people put between them (OKLCH degrees). */
function nameHue(light: number, c: number, h: number): ColourName {
  if (h < 12 || h >= 345) return light < 0.4 ? 'maroon' : c > 0.17 && light < 0.62 ? 'red' : 'pink';
  if (h < 40) {
    if (light < 0.38) return c > 0.09 ? 'maroon' : 'brown';
    if (c < 0.075) return light > 0.72 ? 'beige' : 'brown';
    return light > 0.72 ? 'pink' : c > 0.13 ? 'red' : 'brown';
  }
  if (h < 66) {
    if (light > 0.88 && c < 0.06) return 'cream';
    if (c < 0.06) return light > 0.72 ? 'beige' : 'brown';
    if (c > 0.12 && light > 0.55) return 'orange';
    return light > 0.66 ? 'tan' : 'brown';
  }
  if (h < 92) {
    if (light > 0.88 && c < 0.08) return 'cream';
    if (light < 0.55) return 'brown';
    if (c < 0.055) return light > 0.76 ? 'beige' : light > 0.62 ? 'tan' : 'brown';
    if (c > 0.12) return h < 74 && light < 0.8 ? 'orange' : 'golden';
    return light > 0.6 ? 'tan' : 'brown';
  }
  if (h < 113) {
    if (light > 0.9 && c < 0.08) return 'cream';
    if (light < 0.62) return 'olive';
    if (c < 0.06) return h < 105 ? 'beige' : 'olive';
    if (h < 98 && c > 0.12) return 'golden';
    return 'yellow';
  }
  if (h < 126 && c < 0.09) return 'olive';
  if (h < 165) return 'green';
  if (h < 190) return light > 0.62 ? 'turquoise' : c < 0.06 ? 'green' : 'teal';
  if (h < 222) return light > 0.62 ? 'turquoise' : 'teal';
  if (h < 290) return light < 0.36 ? 'navy' : 'blue';
  if (h < (light < 0.5 ? 335 : 322)) return light > 0.7 && c < 0.13 ? 'lilac' : 'purple';
  return light > 0.72 && c < 0.16 ? 'pink' : c > 0.12 ? 'magenta' : 'purple';
}
