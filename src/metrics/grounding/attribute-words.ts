/** What a word claims, other than a colour: a measure and which way it should lie. */
export type Claim =
  | { readonly measure: 'lightness'; readonly sense: 'dark' | 'light' | 'medium' }
  | { readonly measure: 'saturation'; readonly sense: 'vivid' | 'muted' }
  | { readonly measure: 'monochrome'; readonly sense: 'monochrome' | 'grey' | 'sepia' | 'coloured' }
  | { readonly measure: 'warmth'; readonly sense: 'warm' | 'cool' }
  | { readonly measure: 'contrast'; readonly sense: 'high' | 'medium' | 'low' }
  | { readonly measure: 'sharpness'; readonly sense: 'sharp' | 'blurry' }
  | { readonly measure: 'size'; readonly sense: 'large' | 'small' | 'huge' | 'tiny' }
  | { readonly measure: 'aspect'; readonly sense: 'tall' | 'wide' | 'square' }
  | { readonly measure: 'position'; readonly sense: Position }
  | { readonly measure: 'count'; readonly sense: 'single' | 'few' | 'several' | 'many' }
  | { readonly measure: 'texture'; readonly sense: Texture };

export type Position = 'left' | 'right' | 'top' | 'bottom' | 'centre';
export type Texture = 'smooth' | 'rough' | 'patterned' | 'clear' | 'cloudy' | 'calm' | 'choppy' | 'dense';

/** The measures whose words mean the same claim, each list a claim. A word may stand in several. */
const WORDS: readonly (readonly [claim: Claim, words: string])[] = [
  [
    { measure: 'lightness', sense: 'dark' },
    'dark darker darkest darkened dark-coloured shadowy shady shaded dim dimly-lit dusky unlit subdued low',
  ],
  [
    { measure: 'lightness', sense: 'light' },
    'light lighter light-coloured bright brighter brightest pale paler luminous well-lit brightly-lit sunlit',
  ],
  [{ measure: 'lightness', sense: 'medium' }, 'moderate medium'],
  [
    { measure: 'saturation', sense: 'vivid' },
    'vivid saturated colourful colorful multicoloured multicolored multi-coloured multi-colored bright intense bold rich',
  ],
  [
    { measure: 'saturation', sense: 'muted' },
    'muted subdued desaturated faded washed-out drab dull pastel neutral earthy colourless colorless',
  ],
  [{ measure: 'monochrome', sense: 'monochrome' }, 'monochrome monochromatic toned single-toned'],
  [
    { measure: 'monochrome', sense: 'grey' },
    'black-and-white greyscale grayscale colourless colorless grey-toned',
  ],
  [{ measure: 'monochrome', sense: 'sepia' }, 'sepia sepia-toned'],
  [{ measure: 'monochrome', sense: 'coloured' }, 'full-colour full-color coloured colored'],
  [{ measure: 'warmth', sense: 'warm' }, 'warm warm-toned'],
  [{ measure: 'warmth', sense: 'cool' }, 'cool cold cool-toned'],
  [{ measure: 'contrast', sense: 'high' }, 'strong high high-contrast stark harsh'],
  [{ measure: 'contrast', sense: 'medium' }, 'gentle medium moderate'],
  [{ measure: 'contrast', sense: 'low' }, 'low low-contrast weak soft gentle'],
  [{ measure: 'sharpness', sense: 'sharp' }, 'sharp crisp in-focus sharply-focused clear'],
  [
    { measure: 'sharpness', sense: 'blurry' },
    'blurry blurred out-of-focus soft soft-focus unfocused unsharp fuzzy',
  ],
  [{ measure: 'size', sense: 'large' }, 'large larger largest big bigger biggest sizeable sizable'],
  [{ measure: 'size', sense: 'huge' }, 'huge enormous gigantic giant massive immense colossal'],
  [{ measure: 'size', sense: 'small' }, 'small smaller smallest little compact'],
  [{ measure: 'size', sense: 'tiny' }, 'tiny minute miniature minuscule'],
  [{ measure: 'size', sense: 'large' }, 'vast wide broad expansive open'],
  [{ measure: 'aspect', sense: 'tall' }, 'tall vertical upright portrait'],
  [{ measure: 'aspect', sense: 'wide' }, 'wide horizontal panoramic landscape long elongated'],
  [{ measure: 'aspect', sense: 'square' }, 'square'],
  [{ measure: 'position', sense: 'left' }, 'left left-hand leftmost'],
  [{ measure: 'position', sense: 'right' }, 'right right-hand rightmost'],
  [{ measure: 'position', sense: 'top' }, 'upper uppermost top topmost'],
  [{ measure: 'position', sense: 'bottom' }, 'lower lowermost lowest bottom bottommost'],
  [{ measure: 'position', sense: 'centre' }, 'central middle centred centered'],
  [{ measure: 'count', sense: 'single' }, 'single lone solitary sole'],
  [{ measure: 'count', sense: 'few' }, 'few'],
  [{ measure: 'count', sense: 'several' }, 'several multiple various'],
  [{ measure: 'count', sense: 'many' }, 'many numerous countless innumerable'],
  [{ measure: 'texture', sense: 'smooth' }, 'smooth plain even uniform flat'],
  [{ measure: 'texture', sense: 'rough' }, 'rough coarse uneven rugged'],
  [{ measure: 'texture', sense: 'patterned' }, 'mottled patterned dappled speckled spotted striped'],
  [{ measure: 'texture', sense: 'clear' }, 'clear cloudless even'],
  [{ measure: 'texture', sense: 'cloudy' }, 'cloudy overcast uneven'],
  [{ measure: 'texture', sense: 'calm' }, 'calm still smooth'],
  [{ measure: 'texture', sense: 'choppy' }, 'choppy wavy rippled'],
  [{ measure: 'texture', sense: 'dense' }, 'dense thick lush'],
];

/** Words of a surface that is wide as seen, said of regions only: of a thing they may be its shape. */
const REGION_SIZES: ReadonlySet<string> = new Set(['vast', 'wide', 'broad', 'expansive', 'open']);

const CLAIMS: ReadonlyMap<string, readonly Claim[]> = indexClaims();

function indexClaims(): Map<string, Claim[]> {
  const index = new Map<string, Claim[]>();
  for (const [claim, words] of WORDS) {
    for (const word of words.split(' ')) index.set(word, [...(index.get(word) ?? []), claim]);
  }
  return index;
}

/** Everything that a word may claim; which of it is meant depends on the noun. Empty for a word that is unknown. */
export function claimsOf(word: string): readonly Claim[] {
  return CLAIMS.get(word.toLowerCase().replaceAll(/[‐‑]/g, '-')) ?? [];
}

export function isRegionSize(word: string): boolean {
  return REGION_SIZES.has(word.toLowerCase());
}
