import type { ColourShare } from '../../../scene/measure-colours.ts';
import type { PictureLight } from '../../../scene/measure-light.ts';
import type { MeasuredRegion, MeasuredThing, Scene } from '../../../scene/measure-scene.ts';
import type { ColourFamily } from '../../../scene/palette.ts';
import { ownColours, SKIN_FAMILIES } from '../../../scene/thing-colours.ts';
import type { Box } from '../../engine.ts';
import { COLOUR_WORDS } from './lexicon.ts';
import type { Attribute } from './phrase.ts';

/** What can be said of one thing, from what was measured of its pixels. A person gets size alone. */
export function attributesOfThing(thing: MeasuredThing, scene: Scene): Attribute[] {
  const size = sizeOf(thing);
  if (thing.label === 'person') return size ? [size] : [];
  const surface = surfaceOf(thing);
  const colours = coloursOf(ownColours(thing), thing.box, 'its pixels');
  return [size, surface, ...(colours.length > 0 ? colours : [lightnessOf(thing, scene)])].filter(isPresent);
}

/** The colours of a person's clothing; empty where only colours that skin may have were measured. */
export function attributesOfClothing(person: MeasuredThing, scene: Scene): Attribute[] {
  if (scene.light.tone !== 'none') return [];
  const worn = person.colours.filter(({ family, share }) => !SKIN_FAMILIES.has(family) && share > 0.1);
  const chromatic = worn.filter(({ chroma }) => chroma > 0.05);
  // Dark clothing alone cannot be told from dark skin or shade: a hue has to be there too.
  return chromatic.length === 0 ? [] : coloursOf(worn, person.box, "the person's pixels");
}

/** What several things of one kind have in common or between them. */
export function attributesOfGroup(things: readonly MeasuredThing[]): Attribute[] {
  if (things[0]!.label === 'person') return [];
  const leading = new Map<ColourFamily, { colour: ColourShare; box: Box; count: number }>();
  for (const { colours, box } of things) {
    const colour = mainColours(colours)[0];
    if (!colour) continue;
    const known = leading.get(colour.family);
    if (known) known.count++;
    else leading.set(colour.family, { colour, box, count: 1 });
  }
  return [...leading.values()]
    .sort((one, other) => other.count - one.count)
    .slice(0, 3)
    .map(({ colour, box, count }) => ({
      ...colourAttribute(colour, box, 'its pixels'),
      value: `the leading colour of ${count} of ${things.length}, near ${colour.hex}`,
      strength: round(count / things.length),
    }));
}

/** What can be said of a large region. */
export function attributesOfRegion(region: MeasuredRegion, scene: Scene): Attribute[] {
  const texture = regionTexture(region);
  const colour = coloursOf(region.colours, region.box, 'the region').slice(0, 1);
  const light: Attribute | undefined = colour.length > 0 ? undefined : lightnessOf(region, scene);
  return [texture, ...colour, light].filter(isPresent);
}

/**
 * The colour adjectives of a picture's accents: strong colours of small parts that were not spoken of.
 *
 * @param isUsed whether a word stands in the text already
 */
export function accentsOf(scene: Scene, isUsed: (word: string) => boolean): Attribute[] {
  if (scene.light.tone !== 'none') return [];
  return scene.colours
    .filter(({ share, chroma }) => share > 0.012 && share < 0.3 && chroma > 0.07)
    .filter(({ name }) => !COLOUR_WORDS[name].some(isUsed))
    .slice(0, 2)
    .map(colour => colourAttribute(colour, undefined, 'the picture'));
}

/** The light of the picture, its contrast, its colours and its focus, each with the noun that it goes with. */
export function attributesOfLight(light: PictureLight) {
  return {
    light: brightness(light),
    contrast: contrast(light),
    colours: colouring(light),
    focus: focus(light),
  };
}

function sizeOf({ share, box }: MeasuredThing): Attribute | undefined {
  const words =
    share >= 0.2
      ? ['large', 'big', 'sizeable']
      : share <= 0.004
        ? ['tiny', 'minute']
        : share <= 0.025
          ? ['small', 'little', 'compact']
          : undefined;
  if (!words) return undefined;
  const strength = share >= 0.2 ? Math.min(1, share / 0.4) : Math.min(1, 0.0125 / share);
  return attribute(words, 'size', 'size', `its box takes ${percent(share)} of the picture`, strength, box);
}

function surfaceOf({ lightnessSpread, texture, share, box }: MeasuredThing): Attribute | undefined {
  if (share < 0.01) return undefined;
  const value = `lightness varies by ${lightnessSpread.toFixed(2)}, by ${texture.toFixed(3)} from pixel to pixel`;
  if (lightnessSpread > 0.17 && texture > 0.035) {
    return attribute(
      ['mottled', 'patterned', 'dappled'],
      'texture',
      'pattern',
      value,
      lightnessSpread / 0.3,
      box,
    );
  }
  if (texture < 0.011)
    return attribute(['smooth', 'plain'], 'texture', 'texture', value, 1 - texture / 0.02, box);
  if (texture > 0.045)
    return attribute(['rough', 'coarse'], 'texture', 'texture', value, texture / 0.09, box);
  return undefined;
}

function lightnessOf(
  { lightness, box }: { lightness: number; box: Box },
  { light }: Scene,
): Attribute | undefined {
  const value = `mean lightness ${lightness.toFixed(2)} of 1, the picture's ${light.lightness.toFixed(2)}`;
  if (lightness < 0.4) return attribute(['dark', 'shadowy'], 'light', 'lightness', value, 1 - lightness, box);
  if (lightness > 0.74) return attribute(['pale', 'light'], 'light', 'lightness', value, lightness, box);
  return undefined;
}

/**
 * Up to two colours that make something up: those that it has more of than its surroundings, a strong hue
 * before black, white and grey.
 */
function mainColours(colours: readonly ColourShare[]): ColourShare[] {
  const families = new Map<ColourFamily, ColourShare>();
  for (const colour of colours) {
    const known = families.get(colour.family);
    if (!known) families.set(colour.family, colour);
    else {
      const leading = known.excess >= colour.excess ? known : colour;
      families.set(colour.family, {
        ...leading,
        share: known.share + colour.share,
        excess: known.excess + colour.excess,
      });
    }
  }
  const total = colours.reduce((sum, { excess }) => sum + excess, 0);
  if (total === 0) return [];
  const weight = ({ excess, chroma }: ColourShare) => (excess / total) * (1 + Math.min(1.5, chroma * 10));
  const [first, second] = [...families.values()].sort((one, other) => weight(other) - weight(one));
  if (!first || weight(first) < 0.25) return [];
  if (!second) return [first];
  const shading = NEIGHBOURS.has(`${first.family} ${second.family}`);
  return weight(second) > (shading ? 0.38 : 0.2) ? [first, second] : [first];
}

/** Neutral families that shade and light alone turn into each other. */
const NEIGHBOURS: ReadonlySet<string> = new Set(['white grey', 'grey white', 'grey black', 'black grey']);

function coloursOf(colours: readonly ColourShare[], box: Box, whose: string): Attribute[] {
  return mainColours(colours).map(colour => colourAttribute(colour, box, whose));
}

function colourAttribute(colour: ColourShare, box: Box | undefined, whose: string): Attribute {
  const value = `${percent(colour.share)} of ${whose}, near ${colour.hex}`;
  return {
    ...attribute(COLOUR_WORDS[colour.name], 'colour', 'colour', value, Math.min(1, 0.3 + colour.share), box),
    colour: colour.hex,
  };
}

function regionTexture({ kind, texture, unevenness, box }: MeasuredRegion): Attribute | undefined {
  const value = `lightness varies by ${texture.toFixed(3)} from pixel to pixel, by ${unevenness.toFixed(2)} across the region`;
  const make = (words: string[], strength: number) =>
    attribute(words, 'texture', 'texture', value, strength, box);
  if (kind === 'sky') {
    if (unevenness > 0.027) return make(['cloudy', 'uneven'], unevenness / 0.05);
    // Between the two a few faint clouds and the fall of light at the edges look the same: nothing is said.
    return unevenness < 0.015 ? make(['plain', 'uniform'], 1 - unevenness / 0.03) : undefined;
  }
  if (kind === 'water')
    return texture > 0.009 ? make(['choppy', 'wavy'], texture / 0.02) : make(['calm', 'smooth'], 0.7);
  if (kind === 'foliage' || kind === 'grass')
    return texture > 0.05 ? make(['dense', 'thick'], texture / 0.1) : undefined;
  if (texture > 0.025) return make(['rough', 'coarse', 'uneven'], texture / 0.05);
  if (texture < 0.01) return make(['smooth', 'plain', 'even'], 1 - texture / 0.02);
  return undefined;
}

function brightness({ lightness }: PictureLight): Attribute {
  const value = `mean lightness ${lightness.toFixed(2)} of 1`;
  if (lightness > 0.68) return attribute(['bright', 'light'], 'light', 'lightness', value, lightness);
  if (lightness < 0.48) return attribute(['dim', 'subdued'], 'light', 'lightness', value, 1 - lightness);
  return attribute(['moderate', 'medium'], 'light', 'lightness', value, 1 - Math.abs(lightness - 0.58) * 4);
}

function contrast({ contrast: range, darkest, lightest }: PictureLight): Attribute {
  const value = `lightness from ${darkest.toFixed(2)} to ${lightest.toFixed(2)} (5th to 95th percentile)`;
  if (range > 0.55) return attribute(['strong', 'high'], 'light', 'contrast', value, range);
  if (range < 0.33) return attribute(['low', 'weak'], 'light', 'contrast', value, 1 - range);
  return attribute(['gentle', 'medium'], 'light', 'contrast', value, 1 - Math.abs(range - 0.44) * 4);
}

function colouring({ tone, chroma, warmth, topChroma }: PictureLight): Attribute[] {
  const value = `mean chroma ${chroma.toFixed(3)}, 95th percentile ${topChroma.toFixed(3)}`;
  if (tone !== 'none') {
    // A tone is no hue of the things themselves; a sepia print has warm tones all the same.
    const words = tone === 'grey' ? ['monochrome', 'colourless'] : ['monochrome', 'toned'];
    const single = attribute(words, 'colour', 'monochrome', `${value}: one tone at each lightness`, 1);
    return tone === 'sepia' ? [single, warmAttribute(warmth)] : [single];
  }
  const attributes: Attribute[] = [];
  if (chroma > 0.07)
    attributes.push(attribute(['vivid', 'saturated'], 'colour', 'chroma', value, chroma * 8));
  else if (chroma < 0.045 && topChroma < 0.14) {
    attributes.push(attribute(['muted', 'subdued'], 'colour', 'chroma', value, 1 - chroma * 10));
  }
  if (warmth > 0.012) attributes.push(warmAttribute(warmth));
  else if (warmth < -0.008) {
    attributes.push(attribute(['cool', 'cold'], 'colour', 'warmth', warmthValue(warmth), -warmth * 30));
  }
  return attributes;
}

function warmAttribute(warmth: number): Attribute {
  return attribute(['warm'], 'colour', 'warmth', warmthValue(warmth), Math.min(1, warmth * 30));
}

function warmthValue(warmth: number): string {
  return `mean of the blue-yellow axis ${warmth.toFixed(3)}`;
}

function focus({ sharpness, contrast: range }: PictureLight): Attribute | undefined {
  // Where there is no contrast there are no edges to judge.
  if (range < 0.1) return undefined;
  const value = `the steepest hundredth of edges step ${percent(sharpness)} of the contrast from pixel to pixel`;
  if (sharpness > 0.3)
    return attribute(['sharp', 'crisp'], 'texture', 'sharpness', value, Math.min(1, sharpness * 2));
  if (sharpness < 0.12)
    return attribute(['soft', 'blurry'], 'texture', 'sharpness', value, 1 - sharpness * 5);
  return undefined;
}

function attribute(
  words: readonly string[],
  order: Attribute['order'],
  measure: string,
  value: string,
  strength: number,
  box?: Box,
): Attribute {
  const common = { words, order, measure, value, strength: round(Math.max(0.05, Math.min(1, strength))) };
  return box ? { ...common, box } : common;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function percent(share: number): string {
  return `${share < 0.01 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
