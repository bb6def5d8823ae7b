import type { ColourName } from '../../inference/scene/palette.ts';

export type BaseColour =
  | 'black'
  | 'grey'
  | 'white'
  | 'cream'
  | 'beige'
  | 'brown'
  | 'red'
  | 'orange'
  | 'golden'
  | 'yellow'
  | 'green'
  | 'turquoise'
  | 'blue'
  | 'purple'
  | 'pink';

/** What a colour word claims. */
export interface BaseDefinition {
  /** The palette's names that bear the word out. */
  readonly names: readonly ColourName[];
  /** OKLCH degrees, `from` may be below 0; absent for a word that claims lightness and no hue. */
  readonly hue?: readonly [from: number, to: number];
  /** Hues that nothing but a hue makes: brown, beige and gold are also made by warm light on grey. */
  readonly strong: boolean;
}

/**
 * The basic colour words (Berlin and Kay 1969) and four common ones more. The hue ranges overlap where people's
 * naming does; the palette's own borders are in inference/scene/palette.ts.
 */
export const BASE_COLOURS: Readonly<Record<BaseColour, BaseDefinition>> = {
  black: { names: ['black', 'charcoal'], strong: false },
  grey: { names: ['grey', 'silvery', 'charcoal'], strong: false },
  white: { names: ['white', 'cream', 'silvery'], strong: false },
  cream: { names: ['cream', 'white', 'beige'], hue: [40, 115], strong: false },
  beige: { names: ['beige', 'tan', 'cream'], hue: [30, 110], strong: false },
  brown: { names: ['brown', 'tan'], hue: [25, 100], strong: false },
  red: { names: ['red', 'maroon'], hue: [5, 40], strong: true },
  orange: { names: ['orange'], hue: [40, 75], strong: true },
  golden: { names: ['golden', 'yellow', 'tan'], hue: [60, 110], strong: false },
  yellow: { names: ['yellow', 'golden'], hue: [80, 115], strong: true },
  green: { names: ['green', 'olive'], hue: [112, 170], strong: true },
  turquoise: { names: ['turquoise', 'teal'], hue: [165, 225], strong: true },
  blue: { names: ['blue', 'navy', 'teal'], hue: [210, 290], strong: true },
  purple: { names: ['purple', 'lilac'], hue: [285, 335], strong: true },
  pink: { names: ['pink', 'magenta'], hue: [-25, 25], strong: true },
};

export type Shade = 'dark' | 'light';

/** One colour that a word names: any of `bases` will do. */
export interface ColourTerm {
  readonly bases: readonly BaseColour[];
  readonly shade?: Shade;
  /** "-ish": a colour that leans that way is enough. */
  readonly faint?: boolean;
}

/** Words for each colour. "Light", "dark" and the like before a word are taken apart by `parseColour`. */
const WORDS: readonly (readonly [words: string, bases: readonly BaseColour[], shade?: Shade])[] = [
  ['black jet-black coal-black pitch-black ebony raven inky', ['black']],
  ['grey gray silver silvery gunmetal slate slate-grey slate-gray ash-grey ashen smoky', ['grey']],
  ['charcoal', ['grey', 'black'], 'dark'],
  ['white snow-white milky chalky', ['white']],
  ['off-white cream creamy ivory eggshell pearl', ['cream']],
  ['beige tan buff fawn sandy sand camel ecru taupe', ['beige', 'brown']],
  ['khaki', ['beige', 'green', 'brown']],
  ['brown umber russet auburn chestnut chocolate hazel tawny mahogany coffee bronze earth', ['brown']],
  ['copper coppery rust rust-red terracotta', ['brown', 'orange', 'red']],
  ['red scarlet crimson ruby vermilion carmine cherry-red brick-red blood-red', ['red']],
  ['maroon burgundy wine-red', ['red', 'brown'], 'dark'],
  ['orange tangerine', ['orange']],
  ['amber honey', ['orange', 'golden']],
  ['gold golden ochre mustard straw wheat', ['golden']],
  ['blond blonde', ['golden', 'beige']],
  ['yellow lemon canary', ['yellow']],
  ['green emerald lime mint jade moss mossy sage forest-green grass-green sea-green pea-green', ['green']],
  ['olive olive-green', ['green']],
  ['turquoise teal cyan aqua aquamarine', ['turquoise']],
  ['blue azure cerulean sapphire cobalt ultramarine sky-blue royal-blue steel-blue', ['blue']],
  ['navy navy-blue midnight-blue', ['blue'], 'dark'],
  ['baby-blue powder-blue', ['blue'], 'light'],
  ['indigo', ['blue', 'purple']],
  ['purple violet plum aubergine amethyst mauve', ['purple']],
  ['lilac lavender', ['purple'], 'light'],
  ['pink rose rosy rose-pink hot-pink fuchsia magenta', ['pink']],
  ['coral salmon peach', ['pink', 'orange']],
];

const FAINT: Readonly<Record<string, BaseColour>> = {
  blackish: 'black',
  greyish: 'grey',
  grayish: 'grey',
  whitish: 'white',
  brownish: 'brown',
  reddish: 'red',
  orangish: 'orange',
  orangey: 'orange',
  yellowish: 'yellow',
  greenish: 'green',
  bluish: 'blue',
  blueish: 'blue',
  purplish: 'purple',
  pinkish: 'pink',
};

const TERMS: ReadonlyMap<string, ColourTerm> = new Map([
  ...WORDS.flatMap(([words, bases, shade]) =>
    words.split(' ').map((word): [string, ColourTerm] => [word, shade ? { bases, shade } : { bases }]),
  ),
  ...Object.entries(FAINT).map(([word, base]): [string, ColourTerm] => [
    word,
    { bases: [base], faint: true },
  ]),
]);

/** Words that say how light a colour is when they stand before it. */
export const SHADE_WORDS: ReadonlyMap<string, Shade> = new Map([
  ['dark', 'dark'],
  ['deep', 'dark'],
  ['light', 'light'],
  ['pale', 'light'],
]);

/** The terms that a word names: one, or several where it says "and" ("red-and-white": each has to be there). */
export function parseColour(word: string): readonly ColourTerm[] | undefined {
  const plain = word
    .toLowerCase()
    .replaceAll(/[‐‑]/g, '-')
    .replace(/-(?:coloured|colored|hued|tinted)$/, '');
  const known = TERMS.get(plain);
  if (known) return [known];
  const parts = plain.split('-');
  if (parts.length < 2) return undefined;
  if (parts.includes('and')) {
    const terms = plain.split('-and-').map(part => parseColour(part)?.[0]);
    return terms.every(term => term !== undefined) ? terms : undefined;
  }
  const [first, ...rest] = parts;
  const shade = SHADE_WORDS.get(first!);
  const qualified = shade ?? (first === 'bright' || first === 'vivid' ? 'any' : undefined);
  const term = TERMS.get(qualified ? rest.join('-') : '');
  if (term) return [shade ? { ...term, shade } : term];
  // "blue-grey", "reddish-brown": between the two, so either will do.
  const [one, other] = parts.map(part => TERMS.get(part));
  if (parts.length === 2 && one && other)
    return [{ bases: [...new Set([...one.bases, ...other.bases])], faint: true }];
  return undefined;
}
