import type { Raster } from './raster.ts';

/** How many pixels the statistics of a whole picture look at. */
const SAMPLES = 60_000;
/** Levels of lightness at which a tint is compared. */
const LEVELS = 24;

/** What is measured of a picture as a whole. Lightness is OKLCH, 0 to 1; chroma 0 to about 0.37. */
export interface PictureLight {
  readonly lightness: number;
  /** The 5th and 95th percentile of lightness. */
  readonly darkest: number;
  readonly lightest: number;
  /** `lightest - darkest`. */
  readonly contrast: number;
  /** The lightness that counts as white here: halfway from the 98th percentile to 1, at least 0.85. */
  readonly white: number;
  readonly chroma: number;
  /** The 95th percentile of chroma. */
  readonly topChroma: number;
  /** Mean of the blue-yellow axis: above 0 warm, below 0 cool. */
  readonly warmth: number;
  /** `none` for a picture of several hues; else how its single tone looks. */
  readonly tone: 'none' | 'grey' | 'sepia' | 'tinted';
  /** 99th percentile of the lightness step between neighbours, a share of the contrast. */
  readonly sharpness: number;
}

export function measureLight(raster: Raster): PictureLight {
  const { l, a, b } = raster;
  const step = Math.max(1, Math.floor(l.length / SAMPLES));
  const count = Math.ceil(l.length / step);
  const lightness = new Float64Array(count);
  const chroma = new Float64Array(count);
  let warmth = 0;
  for (let i = 0, at = 0; i < count; i++, at += step) {
    lightness[i] = l[at]!;
    chroma[i] = Math.hypot(a[at]!, b[at]!);
    warmth += b[at]! / count;
  }
  const meanLightness = mean(lightness);
  const meanChroma = mean(chroma);
  lightness.sort();
  chroma.sort();
  const topChroma = percentile(chroma, 0.95);
  const strongest = percentile(chroma, 0.995);
  const darkest = percentile(lightness, 0.05);
  const lightest = percentile(lightness, 0.95);
  return {
    lightness: meanLightness,
    darkest,
    lightest,
    contrast: lightest - darkest,
    white: Math.max(0.85, (1 + percentile(lightness, 0.98)) / 2),
    chroma: meanChroma,
    topChroma,
    warmth,
    tone: findTone(raster, step, meanChroma, strongest),
    sharpness: measureSharpness(raster) / Math.max(0.05, lightest - darkest),
  };
}

/**
 * A toned photograph has one (a, b) for each lightness, and one hue at all of them; a coloured one has many. The
 * spread of (a, b) at each level of lightness, and of the levels' hues, tells them apart.
 */
function findTone(
  { l, a, b }: Raster,
  step: number,
  chroma: number,
  strongest: number,
): PictureLight['tone'] {
  if (strongest < 3 * GREY_CHROMA && chroma < GREY_CHROMA) return 'grey';
  if (strongest > MOST_TONED_CHROMA) return 'none';
  const count = new Float64Array(LEVELS);
  const sumA = new Float64Array(LEVELS);
  const sumB = new Float64Array(LEVELS);
  let squares = 0;
  for (let at = 0; at < l.length; at += step) {
    const level = Math.min(LEVELS - 1, Math.floor(l[at]! * LEVELS));
    count[level]!++;
    sumA[level]! += a[at]!;
    sumB[level]! += b[at]!;
    squares += a[at]! ** 2 + b[at]! ** 2;
  }
  const total = sum(count);
  const [meanA, meanB] = [sum(sumA) / total, sum(sumB) / total];
  let within = squares;
  let astray = 0;
  for (let level = 0; level < LEVELS; level++) {
    const n = count[level]!;
    if (n === 0) continue;
    const [levelA, levelB] = [sumA[level]! / n, sumB[level]! / n];
    within -= n * (levelA ** 2 + levelB ** 2);
    // On the other side of the mean tone: another hue, not a weaker tone.
    if (
      levelA * meanA + levelB * meanB < SAME_HUE * Math.hypot(levelA, levelB) * Math.hypot(meanA, meanB) &&
      Math.hypot(levelA, levelB) > 0.02
    ) {
      astray += n;
    }
  }
  if (Math.sqrt(Math.max(0, within) / total) > TONED_SPREAD || astray > 0.02 * total) return 'none';
  const hue = (Math.atan2(meanB, meanA) * 180) / Math.PI;
  return hue > 30 && hue < 115 ? 'sepia' : 'tinted';
}

/** Scans of toned prints measure 0.001 to 0.008 here, colour photographs 0.02 and more. */
const TONED_SPREAD = 0.012;
/** Cosine of the largest angle between the hue of a level and that of the whole: 26 degrees. */
const SAME_HUE = 0.9;
/** Mean chroma below which a picture has no tone at all. */
const GREY_CHROMA = 0.012;
/** No toning is stronger, at the 99.5th percentile: a strong colour on grey is a colour, not a tone. */
const MOST_TONED_CHROMA = 0.11;

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** 99th percentile of the lightness step from one pixel to the next, to the right and down. */
function measureSharpness({ l, width, height }: Raster): number {
  const bins = new Uint32Array(256);
  let count = 0;
  for (let y = 0; y < height - 1; y += 2) {
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x;
      const stepSize = Math.max(Math.abs(l[at]! - l[at + 1]!), Math.abs(l[at]! - l[at + width]!));
      bins[Math.min(255, Math.floor(stepSize * 256))]!++;
      count++;
    }
  }
  if (count === 0) return 0;
  let left = count * 0.01;
  for (let bin = 255; bin >= 0; bin--) {
    left -= bins[bin]!;
    if (left <= 0) return bin / 256;
  }
  return 0;
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** The value at a share (0 to 1) of an ascending list. */
function percentile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
}
