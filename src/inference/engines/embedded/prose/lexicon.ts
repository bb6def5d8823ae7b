import type { RegionKind } from '../../../scene/find-regions.ts';
import type { ColourName } from '../../../scene/palette.ts';

/** A noun as it is written. */
export interface Noun {
  readonly singular: string;
  readonly plural: string;
  /** True for a noun without an article in the singular ("broccoli", "scissors"). */
  readonly mass?: boolean;
}

/** COCO's labels that are written otherwise, or whose plural is not regular. */
const THING_NOUNS: Readonly<Record<string, Noun>> = {
  person: { singular: 'person', plural: 'people' },
  airplane: { singular: 'aeroplane', plural: 'aeroplanes' },
  sheep: { singular: 'sheep', plural: 'sheep' },
  mouse: { singular: 'computer mouse', plural: 'computer mice' },
  knife: { singular: 'knife', plural: 'knives' },
  scissors: { singular: 'pair of scissors', plural: 'pairs of scissors' },
  skis: { singular: 'pair of skis', plural: 'pairs of skis' },
  broccoli: { singular: 'broccoli', plural: 'broccoli', mass: true },
  couch: { singular: 'sofa', plural: 'sofas' },
  tv: { singular: 'screen', plural: 'screens' },
  'cell phone': { singular: 'phone', plural: 'phones' },
  'potted plant': { singular: 'plant in a pot', plural: 'plants in pots' },
  'dining table': { singular: 'table', plural: 'tables' },
  'hot dog': { singular: 'hotdog', plural: 'hotdogs' },
  donut: { singular: 'doughnut', plural: 'doughnuts' },
  refrigerator: { singular: 'fridge', plural: 'fridges' },
  'hair drier': { singular: 'hairdryer', plural: 'hairdryers' },
  'sports ball': { singular: 'ball', plural: 'balls' },
};

/** The noun for a detector's label. */
export function nounOf(label: string): Noun {
  const known = THING_NOUNS[label];
  if (known) return known;
  const es = /(s|x|z|ch|sh)$/.test(label);
  return { singular: label, plural: es ? `${label}es` : `${label}s` };
}

/** The region nouns that take an article; the others are mass nouns. */
export const COUNTABLE_REGIONS: ReadonlySet<RegionKind> = new Set(['sky', 'background']);

/** Words for each colour, the plainest first; the others are for when the first was used already. */
export const COLOUR_WORDS: Readonly<Record<ColourName, readonly string[]>> = {
  black: ['black', 'dark-coloured'],
  charcoal: ['grey', 'greyish', 'dark-grey'],
  grey: ['grey', 'greyish'],
  silvery: ['light-grey', 'pale-grey', 'silvery'],
  white: ['white', 'whitish'],
  cream: ['cream-coloured', 'creamy'],
  beige: ['beige', 'beige-coloured'],
  tan: ['tan', 'tan-coloured', 'sandy-coloured'],
  brown: ['brown', 'brownish', 'earth-coloured'],
  maroon: ['dark-red', 'maroon'],
  red: ['red', 'reddish'],
  pink: ['pink', 'pinkish'],
  orange: ['orange', 'orange-coloured'],
  golden: ['golden', 'golden-yellow'],
  yellow: ['yellow', 'yellowish'],
  olive: ['olive-green', 'olive-coloured'],
  green: ['green', 'greenish', 'grass-green'],
  teal: ['blue-green', 'teal-coloured'],
  turquoise: ['turquoise', 'turquoise-coloured'],
  blue: ['blue', 'bluish'],
  navy: ['dark-blue', 'navy-blue'],
  purple: ['purple', 'purplish'],
  lilac: ['lilac', 'lilac-coloured'],
  magenta: ['magenta', 'magenta-coloured'],
};

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A whole number in words up to ten, in digits above. */
export function inWords(count: number): string {
  return NUMBERS[count] ?? String(count);
}
