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
  /\b(?:we|you|one|viewers?|the viewer) (?:can |could |may |might |will )?(?:clearly |also |just |barely )?(?:see|sees|notice|notices|observe|observes|spot|spots|glimpse|make out)\b/giu,
  /\b(?:can|could|may|might) (?:also |clearly |barely |just )?be (?:seen|observed|noticed|glimpsed|made out)\b/giu,
  /\b(?:is|are) (?:also |clearly |barely |just )?(?:seen|visible to (?:us|you|the viewer))\b/giu,
  /\b(?:in front of|before|behind|facing|towards?|at|around|near) (?:us|the viewers?|the audience|the observer)\b/giu,
  /\b(?:the|a) (?:viewer|observer|onlooker)(?:['’]s)?\b/giu,
  /\bour (?:eyes?|view|attention|gaze|left|right)\b/giu,
  /\b(?:draws|drawing|catches|catching) (?:the|your|one['’]s) (?:eye|attention|gaze)\b/giu,
];
const PICTURE = [
  // "Image of", "close-up photo of": of this picture. A photo on a wall has a place, which is looked at below.
  /(?:^|[.!?]\s+)(?:this is |here is |it is )?(?:an?|the|this)? ?(?:[\p{L}-]{1,20} ){0,4}(?:image|picture|photo|photograph|snapshot|shot|close-up|closeup|screenshot|view) (?:of|showing|depicting|featuring|capturing|with)\b/giu,
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
const SEEMS = words('look looks looking seem seems appear appears feel feels feeling');

/** "I", "we", "you". A letter I that numbers something is no person: it is tagged otherwise. */
export function findPersons(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(
    ({ lower, tag, text }) =>
      FIRST_AND_SECOND.has(lower) &&
      (tag === 'PRON' || tag === 'DET' || lower.includes("'")) &&
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
    if (!FEELINGS_OF_THINGS_TOO.has(lower)) return true;
    const after = sentence.slice(i + 1, i + 3).find(word => word.tag === 'NOUN');
    if (after) return BEINGS.has(after.lower);
    return (
      (SEEMS.has(before) && sentence.slice(0, i).some(word => BEINGS.has(word.lower))) ||
      (sentence[i - 1]?.tag === 'AUX' && BEINGS.has(sentence[i - 2]?.lower ?? ''))
    );
  });
}

/** Adjectives that judge; a feeling is for {@link findEmotions}. */
export function findOpinions(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(
    ({ lower, tag }) => isInterpretive(lower) && (tag === 'ADJ' || tag === 'VERB') && !FEELINGS.has(lower),
  );
}

/** "We see", "can be seen", "in front of us". */
export function findViewers(text: string): Stretch[] {
  return findAll(text, VIEWER);
}

/** "Image of", "the picture shows". */
export function findPictures(text: string): Stretch[] {
  return findAll(text, PICTURE);
}

/** The stretches that any pattern finds, those inside others left out, in order. */
function findAll(text: string, patterns: readonly RegExp[]): Stretch[] {
  const found = patterns
    .flatMap(pattern => [...text.matchAll(pattern)])
    .map(({ 0: match, index }) => {
      // A pattern that looks at the sentence's start takes its full stop along.
      const lead = /^[.!?\s]*/u.exec(match)![0].length;
      return { start: index + lead, end: index + match.length };
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
  return found.filter(
    ({ start, end }, i) => !found.some((other, k) => k < i && other.start <= start && other.end >= end),
  );
}

function isAdjective(word: TaggedWord | undefined): boolean {
  return word?.tag === 'ADJ' || word?.tag === 'DET';
}
