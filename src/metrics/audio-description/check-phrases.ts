import { isInterpretive } from '../adjectives/interpretive.ts';
import type { TaggedWord } from './tag-sentences.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** A stretch of the text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const FIRST_AND_SECOND = words(
  "i me my mine myself we us our ours ourselves you your yours yourself i'm we're you're let's",
);
/** ITC 2000, 3.9: they tell what cannot be seen, or that it can. */
const ADVERBS = words('characteristically clearly instinctively arguably suitably');

// Bounded gaps only: linear time on any text.
const VIEWER = [
  /\b(?:we|you|one|viewers?|the viewer) (?:can |cannot |can['’]t |could |may |might |will )?(?:clearly |also |just |barely )?(?:see|sees|notice|notices|observe|observes|spot|spots|glimpse|make out)\b/giu,
  /\b(?:can|could|may|might) (?:also |clearly |barely |just )?be (?:seen|observed|noticed|glimpsed|made out)\b/giu,
  /\b(?:is|are) (?:also |clearly |barely |just )?(?:seen|visible to (?:us|you|the viewer))\b/giu,
  /\b(?:in front of|before|behind|facing|towards?|at|around|near) (?:us|the viewers?|the audience|the observer)\b/giu,
  /\b(?:the|a) (?:viewer|observer|onlooker)(?:['’]s)?\b/giu,
  /\bour (?:eyes?|view|attention|gaze|left|right)\b/giu,
  /\b(?:draws|drawing|catches|catching) (?:the|your|one['’]s) (?:eye|attention|gaze)\b/giu,
];
const PICTURE = [
  /\b(?:the|this) (?:[\p{L}-]{1,20} ){0,2}(?:image|picture|photo|photograph|scene|shot|frame|snapshot|composition|screenshot) (?:is |also )?(?:shows?|showing|depicts?|depicting|features?|featuring|captures?|capturing|portrays?|displays?|presents?|contains?|includes?|illustrates?|conveys?|has been taken|was taken|is taken|taken)\b/giu,
  /\b(?:in|of|throughout|within) (?:the|this) (?:image|picture|photo|photograph|snapshot|shot|frame|screenshot)\b/giu,
  /\b(?:the|this) (?:image|photo|photograph|picture) (?:is|appears|has|seems)\b/giu,
];

const FEELINGS = words(`
  afraid agitated alarmed amazed amused angry annoyed anxious apprehensive ashamed astonished awestruck bewildered
  bored calm carefree cheerful content contented curious dejected delighted depressed desperate determined
  disappointed disgusted distressed eager elated embarrassed enthusiastic envious excited exhilarated fearful
  frightened frustrated furious glad gleeful gloomy grateful grief-stricken happy heartbroken hopeful horrified
  hopeless impatient indifferent irritated jealous jolly jovial joyful joyous jubilant lonely lonesome lovesick
  mad melancholic melancholy merry miserable moody mournful nervous nostalgic overjoyed overwhelmed panicked peaceful
  pensive perplexed pleased proud puzzled relieved remorseful resentful sad satisfied scared serene shocked shy
  sorrowful startled stressed surprised suspicious tense terrified thankful thoughtful thrilled triumphant troubled
  unhappy upset weary wistful worried`);
/** These describe things and weather too: they count before a person's noun or after "looks", not for a sea. */
const FEELINGS_OF_THINGS_TOO = words(
  'calm peaceful serene content gloomy moody mad tense curious weary melancholy nostalgic jolly lonely',
);
const FEELING_NOUNS = words(`
  admiration amazement anger anguish anticipation anxiety awe boredom concern confusion curiosity delight despair
  disappointment disbelief disgust embarrassment excitement exhilaration fear fright frustration gratitude grief
  happiness horror joy loneliness longing misery nervousness nostalgia panic pride rage regret relief sadness shame
  shock sorrow surprise terror wonder worry enthusiasm contentment`);
const FEELING_ADVERBS = words(`
  angrily anxiously apprehensively cheerfully contentedly curiously eagerly enthusiastically excitedly fearfully
  furiously gladly gleefully gloomily gratefully happily impatiently joyfully joyously lovingly merrily miserably
  mournfully nervously nostalgically peacefully pensively proudly sadly serenely shyly sorrowfully thoughtfully wearily
  wistfully worriedly affectionately lazily`);
const FEELING_VERBS = words(
  'enjoy enjoys enjoying enjoyed love loves hate hates fear fears rejoice rejoices mourn mourns worry worries',
);
const BEINGS = words(`
  man men woman women boy boys girl girls person people child children kid kids baby toddler family couple crowd lady
  guy fans audience group onlookers spectators passengers dog dogs cat cats puppy kitten horse player players he she
  they who owner students team bride groom friends mother father animal animals face faces expression expressions
  eyes smile`);
/** A cheerful colour is an opinion, and nobody's feeling. */
const LOOKS = words(
  'color colors colour colours shade shades tone tones hue hues pattern patterns decor atmosphere mood scene',
);
const SEEMS = words('look looks looking seem seems appear appears feel feels feeling');

/** "I", "we", "you". A letter I that numbers something is no person: it is tagged otherwise. */
export function findPersons(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(
    ({ lower, tag, text }, i) =>
      FIRST_AND_SECOND.has(lower) &&
      (tag === 'PRON' || tag === 'DET' || lower.includes("'")) &&
      // Interstate I-95.
      !(lower === 'i' && sentence[i + 1]?.lower === '-') &&
      // "US" is a country.
      text !== 'US',
  );
}

export function findAdverbs(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(({ lower }) => ADVERBS.has(lower));
}

export function isFeeling(word: string): boolean {
  return FEELINGS.has(word);
}

/** Feelings that are read into people and animals; a smile or a frown is none. */
export function findEmotions(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(({ lower, tag, text, start }, i) => {
    if (FEELING_ADVERBS.has(lower)) return true;
    if (FEELING_VERBS.has(lower)) return tag === 'VERB';
    const before = sentence[i - 1]?.lower ?? '';
    if (FEELING_NOUNS.has(lower) && tag === 'NOUN') {
      // "The Wonder", "a shock absorber" are none; "in awe", "with joy", "full of pride" are.
      return ['in', 'with', 'of', 'from', 'out'].includes(before) || isAdjective(sentence[i - 1]);
    }
    if (!FEELINGS.has(lower) || tag === 'NOUN' || tag === 'PROPN') return false;
    // "Happy Meal": a name.
    if (i > 0 && text !== lower && sentence[i + 1]?.tag === 'PROPN') return false;
    // "Self-satisfied" is; "happy-face balloon" is not.
    if (sentence[i + 1]?.lower === '-' && sentence[i + 1]!.start === start + lower.length) return false;
    if (sentence.slice(i + 1, i + 3).some(word => LOOKS.has(word.lower))) return false;
    if (!FEELINGS_OF_THINGS_TOO.has(lower)) return true;
    const after = sentence.slice(i + 1, i + 3).find(word => word.tag === 'NOUN');
    if (after) return BEINGS.has(after.lower);
    return (
      (SEEMS.has(before) && sentence.slice(0, i).some(word => BEINGS.has(word.lower))) ||
      (sentence[i - 1]?.tag === 'AUX' && BEINGS.has(sentence[i - 2]?.lower ?? ''))
    );
  });
}

/** Adjectives that judge; what {@link findEmotions} finds is not told twice. */
export function findOpinions(sentence: readonly TaggedWord[]): TaggedWord[] {
  const emotions = findEmotions(sentence);
  return sentence.filter(
    word =>
      isInterpretive(word.lower) && (word.tag === 'ADJ' || word.tag === 'VERB') && !emotions.includes(word),
  );
}

/** "We see", "can be seen", "in front of us". */
export function findViewers(text: string): Stretch[] {
  return merge(matchAll(text, VIEWER));
}

/** "Image of" where a sentence begins, "the picture shows". A framed picture that hangs somewhere is a thing. */
export function findPictures(text: string, sentences: readonly (readonly TaggedWord[])[]): Stretch[] {
  const openings = sentences.map(findOpening).filter(opening => opening !== null);
  return merge([...openings, ...matchAll(text, PICTURE)]);
}

const PICTURE_NOUNS = words('image picture photo photograph snapshot shot closeup close-up screenshot view');
const OF = words('of showing depicting featuring capturing');
const RELATIVES = words('who which that where as while');

/** A sentence that begins by naming the picture: "a close-up photo of a bee". */
function findOpening(sentence: readonly TaggedWord[]): Stretch | null {
  const announced = /^(?:this|here|it|that)$/.test(sentence[0]?.lower ?? '') && sentence[1]?.tag === 'AUX';
  const from = announced ? 2 : 0;
  for (let i = from; i < Math.min(sentence.length - 1, from + 8); i++) {
    const { lower, tag } = sentence[i]!;
    const isCloseUp = lower === 'up' && sentence[i - 1]?.lower === '-' && sentence[i - 2]?.lower === 'close';
    if ((PICTURE_NOUNS.has(lower) || isCloseUp) && OF.has(sentence[i + 1]!.lower)) {
      // "A framed picture of a boat hangs …": then it is a thing in the picture.
      const rest = sentence.slice(i + 2);
      const acts = rest.some(
        (word, k) =>
          (word.tag === 'AUX' || (word.tag === 'VERB' && word.lower.endsWith('s'))) &&
          !rest.slice(0, k).some(other => RELATIVES.has(other.lower)),
      );
      return announced || !acts ? { start: sentence[from]!.start, end: sentence[i + 1]!.end } : null;
    }
    if (tag === 'VERB' || tag === 'AUX' || tag === 'PRON' || tag === 'ADP') return null;
  }
  return null;
}

function matchAll(text: string, patterns: readonly RegExp[]): Stretch[] {
  return patterns.flatMap(pattern =>
    [...text.matchAll(pattern)].map(({ 0: match, index }) => ({ start: index, end: index + match.length })),
  );
}

/** Stretches in order, those inside others left out. */
function merge(stretches: Stretch[]): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: Stretch[] = [];
  for (const stretch of sorted) if (!kept.length || kept.at(-1)!.end < stretch.end) kept.push(stretch);
  return kept;
}

function isAdjective(word: TaggedWord | undefined): boolean {
  return word?.tag === 'ADJ' || word?.tag === 'DET';
}
