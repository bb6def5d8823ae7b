import { toOklch } from './oklch.ts';
import { COLOUR_FAMILIES, type ColourFamily, type ColourName, nameColour } from './palette.ts';
import type { Raster } from './raster.ts';

/** One colour of a region. */
export interface ColourShare {
  readonly name: ColourName;
  readonly family: ColourFamily;
  /** Share of the region's pixels that have this name, 0 to 1. */
  readonly share: number;
  /** How much larger the share is than in what lies around the region: what sets the region apart. */
  readonly excess: number;
  /** The mean of those pixels, as `#rrggbb`. */
  readonly hex: string;
  /** Means of those pixels in OKLCH. */
  readonly lightness: number;
  readonly chroma: number;
}

interface Sum {
  count: number;
  r: number;
  g: number;
  b: number;
  l: number;
  c: number;
}

/**
 * Names the colours of some pixels, the most frequent first.
 *
 * @param indices positions in the raster (`y * width + x`); an empty list gives an empty result
 * @param white the lightness that counts as white in the picture, see {@link nameColour}
 * @param toned true for a picture of a single tone, which gets no hue
 */
export function measureColours(
  raster: Raster,
  indices: ArrayLike<number>,
  white: number,
  toned: boolean,
): ColourShare[] {
  const sums = new Map<ColourName, Sum>();
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i]!;
    const lch = toOklch({ l: raster.l[at]!, a: raster.a[at]!, b: raster.b[at]! });
    const name = nameColour(toned ? { ...lch, c: 0 } : lch, white);
    let sum = sums.get(name);
    if (!sum) {
      sum = { count: 0, r: 0, g: 0, b: 0, l: 0, c: 0 };
      sums.set(name, sum);
    }
    sum.count++;
    sum.r += raster.pixels[at * 3]!;
    sum.g += raster.pixels[at * 3 + 1]!;
    sum.b += raster.pixels[at * 3 + 2]!;
    sum.l += lch.l;
    sum.c += lch.c;
  }
  return [...sums]
    .map(([name, sum]) => ({
      name,
      family: COLOUR_FAMILIES[name],
      share: sum.count / indices.length,
      excess: sum.count / indices.length,
      hex: toHex(sum.r / sum.count, sum.g / sum.count, sum.b / sum.count),
      lightness: sum.l / sum.count,
      chroma: sum.c / sum.count,
    }))
    .sort((one, other) => other.share - one.share || (one.name < other.name ? -1 : 1));
}

/** The colours of a region with what they have in excess of its surroundings, the most distinctive first. */
export function compareColours(own: readonly ColourShare[], around: readonly ColourShare[]): ColourShare[] {
  return own
    .map(colour => {
      const other = around.find(({ name }) => name === colour.name);
      return { ...colour, excess: Math.max(0, colour.share - (other?.share ?? 0)) };
    })
    .sort((one, other) => other.excess - one.excess || other.share - one.share);
}

function toHex(...channels: number[]): string {
  return `#${channels.map(value => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
