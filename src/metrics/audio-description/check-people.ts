import type { TaggedWord } from './tag-sentences.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Words that say a person's sex. A picture does not tell it: "person", "child", "they" describe as well. */
const SEXED = words(`
  man men woman women boy boys girl girls lady ladies gentleman gentlemen guy guys male males female females
  he him his himself she her hers herself
  mother mothers father fathers mom mum dad grandmother grandfather grandma grandpa son sons daughter daughters
  brother brothers sister sisters husband wife girlfriend boyfriend bride groom uncle aunt nephew niece
  businessman businesswoman businessmen policeman policewoman policemen fireman firemen fisherman fishermen
  salesman waitress actress cowgirl schoolboy schoolgirl bridesmaid bridesmaids`);
/** A figure of one of these is no person. */
const DEPICTIONS = words(
  'statue statues sculpture sculptures painting mural portrait drawing sketch doll dolls figurine figurines bust relief cartoon mannequin poster',
);
/** "Women's shoes", "the men's room": kinds of things. */
const SEXED_THINGS = words(
  'room rooms restroom restrooms bathroom toilet toilets clothing shoes bike bikes department store',
);
/** Whom an origin or a disability can be said of. */
const PEOPLE = new Set([
  ...SEXED,
  ...words(`person people child children kid kids baby babies toddler toddlers teenager teenagers adult adults
    family families couple couples crowd player players worker workers student students dancer dancers singer
    cook chef rider riders tourist tourists patient patients citizen citizens passenger passengers elder elders
    infant boyfriend folk individual individuals performer performers musician athlete athletes skier surfer`),
]);
/** Of a person these tell race or origin; of a lantern or an elephant they do not. */
const ORIGINS = words(`
  asian african african-american european caucasian hispanic latino latina latinx arab arabic jewish indian chinese
  japanese korean vietnamese thai filipino mexican american british french german italian russian turkish nigerian
  ethiopian somali pakistani iranian polynesian maori aboriginal inuit indigenous oriental eastern western
  middle-eastern black white brown biracial mixed-race multiracial ethnic`);
/** People themselves. */
const ORIGIN_NOUNS = words(
  'asians caucasians hispanics latinos latinas arabs africans african-americans europeans',
);
/** Before "descent" and the like. */
const LINEAGE = words('descent ethnicity heritage ancestry race origin');
const DISABILITIES = words(`
  blind deaf mute disabled handicapped crippled lame autistic paralyzed paralysed paraplegic quadriplegic retarded
  impaired dyslexic epileptic wheelchair-bound demented`);
const CONDITIONS = words(
  'autism dementia down dyslexia epilepsy disability disabilities blindness deafness handicap',
);

/** Words that say a person's sex. */
export function findSexes(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter((word, i) => {
    if (!SEXED.has(word.lower)) return false;
    if (isPossessive(sentence[i + 1]) && SEXED_THINGS.has(sentence[i + 2]?.lower ?? '')) return false;
    // "Male" and "female" of animals and plants are what can be seen.
    if (/^(?:fe)?males?$/.test(word.lower) && word.tag === 'ADJ')
      return PEOPLE.has(nounAfter(sentence, i) ?? '');
    return !isDepicted(sentence, i);
  });
}

/** Words that say a person's race or origin. */
export function findRaces(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(({ lower, start }, i) => {
    if (ORIGIN_NOUNS.has(lower)) return true;
    if (LINEAGE.has(lower) && i > 0 && ORIGINS.has(sentence[i - 1]!.lower)) return true;
    if (!ORIGINS.has(lower)) return false;
    // "Black-haired", "white-clad": of hair and clothes.
    const hyphenated = sentence[i + 1]?.lower === '-' && sentence[i + 1]!.start === start + lower.length;
    return !hyphenated && PEOPLE.has(nounAfter(sentence, i) ?? '');
  });
}

/** Words that say a person's disability, where the word is of a person. */
export function findDisabilities(sentence: readonly TaggedWord[]): TaggedWord[] {
  return sentence.filter(({ lower }, i) => {
    const before = sentence[i - 1]?.lower;
    if (lower === 'wheelchair') {
      // In a wheelchair can be seen; bound to it cannot.
      const bound = sentence[i + 1]?.lower === '-' && sentence[i + 2]?.lower === 'bound';
      return bound || sentence.slice(Math.max(0, i - 3), i).some(word => word.lower === 'confined');
    }
    if (CONDITIONS.has(lower)) {
      if (lower === 'down')
        return sentence[i + 1]?.lower === 'syndrome' || sentence[i + 2]?.lower === 'syndrome';
      return before === 'with' || before === 'has' || before === 'a';
    }
    if (!DISABILITIES.has(lower)) return false;
    const noun = nounAfter(sentence, i);
    if (noun !== null) return PEOPLE.has(noun);
    // "He is blind": the subject is a person.
    return sentence.slice(0, i).some(word => PEOPLE.has(word.lower) || word.lower === 'they');
  });
}

/** "'s" or "'" after a noun. */
function isPossessive(word: TaggedWord | undefined): boolean {
  return word !== undefined && (word.lower === "'s" || word.lower === "'") && word.tag !== 'AUX';
}

/** "A statue of a young woman", "a doll of two girls": within three words after the figure's "of". */
function isDepicted(sentence: readonly TaggedWord[], i: number): boolean {
  for (let at = i - 1; at >= Math.max(1, i - 4); at--) {
    if (sentence[at]!.lower === 'of') return DEPICTIONS.has(sentence[at - 1]!.lower);
  }
  return false;
}

/** The noun that the adjective at `i` stands before, over other adjectives; null where there is none. */
function nounAfter(sentence: readonly TaggedWord[], i: number): string | null {
  for (let at = i + 1; at < Math.min(sentence.length, i + 5); at++) {
    const { lower, tag } = sentence[at]!;
    if (tag === 'NOUN' || tag === 'PROPN') {
      // "A white tennis player" is of the last noun, "an Asian elephant" of the only one.
      const next = sentence[at + 1];
      if (next && (next.tag === 'NOUN' || next.tag === 'PROPN') && !PEOPLE.has(lower)) continue;
      return lower;
    }
    if (tag !== 'ADJ' && tag !== 'NUM' && lower !== '-' && lower !== ',') return null;
  }
  return null;
}
