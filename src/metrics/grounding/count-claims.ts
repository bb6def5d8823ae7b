import type { MeasuredThing } from '../../inference/scene/measure-scene.ts';
import type { Claim } from './attribute-words.ts';
import { decide, type Finding, type Verdict } from './verdict.ts';

/** A number that a text gives of things: "two brown dogs". */
export interface NumberClaim {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly noun: string;
  readonly count: number;
  /** Other words stand between: "two brown dogs" leaves room for dogs of another colour. */
  readonly qualified: boolean;
}

const UP_TO_TWELVE = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety hundred'.split(' ');
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...UP_TO_TWELVE.map((word, at): [string, number] => [word, at + 1]),
  ...TENS.map((word, at): [string, number] => [word, (at + 2) * 10]),
]);
/** "A pair of dogs". A dozen is seldom counted. */
const COLLECTIVES: ReadonlyMap<string, number> = new Map([
  ['pair', 2],
  ['couple', 2],
  ['trio', 3],
]);
/** Pairs that are one thing, and things never counted one by one. */
const NOT_COUNTED = new Set(['scissors', 'skis', 'broccoli', 'tennis', 'light']);
/** A noun after one of these belongs to another phrase. */
const BREAKS = new Set(
  'a an the of in on at by with and or is are was were to from that which who as than for its his her their other more'.split(
    ' ',
  ),
);
/** How many words may stand between a number and its noun. */
const REACH = 4;

/**
 * Finds the numbers that a text gives of things. Numerals are no adjectives, but a false one misleads as much.
 *
 * @param isThing whether a noun (as written) names things that can be counted
 */
export function findNumbers(text: string, isThing: (noun: string) => boolean): NumberClaim[] {
  const words = [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s\p{L}\p{N}]/gu)].map(match => ({
    text: match[0],
    lower: match[0].toLowerCase(),
    start: match.index,
  }));
  const claims: NumberClaim[] = [];
  for (const [at, { text: word, lower, start }] of words.entries()) {
    const collective = words[at + 1]?.lower === 'of' ? COLLECTIVES.get(lower) : undefined;
    const count = collective ?? NUMBERS.get(lower) ?? (/^\d{1,2}$/.test(lower) ? Number(lower) : undefined);
    if (count === undefined || count === 0) continue;
    const from = at + (collective === undefined ? 1 : 2);
    for (let i = from; i < Math.min(words.length, from + REACH); i++) {
      const { text: noun, lower: candidate } = words[i]!;
      if (BREAKS.has(candidate) || /^[^\p{L}]/u.test(candidate)) break;
      if (!isThing(noun) || NOT_COUNTED.has(candidate)) continue;
      // "Two horse riders": a thing's name before another noun is not what is counted.
      const next = words[i + 1]?.text;
      if (next && isThing(next)) continue;
      claims.push({ word, start, end: start + word.length, noun, count, qualified: i > from });
      break;
    }
  }
  return claims;
}

/** A thing of less than this share of the largest one's size is in the background, and seldom counted. */
const PROMINENT = 0.25;
const SURE = 0.45;
/** So sure of one thing, a detector would have seen another like it. */
const VERY_SURE = 0.6;

interface Count {
  /** All that were found, and those that a viewer would count. */
  readonly all: number;
  readonly prominent: number;
  /** Of the prominent ones, those that were surely found. */
  readonly sure: number;
  readonly surest: number;
}

function countThings(things: readonly MeasuredThing[]): Count {
  const largest = Math.max(...things.map(({ share }) => share));
  const prominent = things.filter(({ share }) => share >= PROMINENT * largest);
  return {
    all: things.length,
    prominent: prominent.length,
    sure: prominent.filter(({ confidence }) => confidence >= SURE).length,
    surest: Math.max(...prominent.map(({ confidence }) => confidence)),
  };
}

/**
 * Checks a number against the things found. A detector misses things and people leave out those far off, so a
 * number is borne out between the prominent things and all of them, and contradicted only well outside.
 *
 * @param things those that the noun may mean; at least one
 * @param loose true where the noun or its adjectives may mean only some of them
 */
export function checkNumber(claimed: number, things: readonly MeasuredThing[], loose: boolean): Finding {
  const { all, prominent, sure, surest } = countThings(things);
  const near = claimed > 4 ? Math.floor(claimed * 0.25) : 0;
  // "Two people" of fifteen, most of them far off, is as likely true as an oversight.
  const fits = claimed >= prominent - near && claimed <= all + near && all <= 2 * claimed;
  const tooMany = claimed >= 2 * all + 1 || (all === 1 && surest >= VERY_SURE);
  // "One" may be one of several; "two" of five is an oversight that nobody makes.
  const tooFew = !loose && claimed > 1 && sure >= 2 * claimed;
  return {
    measure: 'count',
    expected: String(claimed),
    measured: sentenceFor(all, prominent),
    verdict: decide(fits, (claimed > all && tooMany) || tooFew),
  };
}

/** Checks "single", "few", "several" and "many" against the things found. */
export function checkQuantity(
  sense: Extract<Claim, { measure: 'count' }>['sense'],
  things: readonly MeasuredThing[],
): Finding {
  const { all, prominent, sure, surest } = countThings(things);
  const alone = all === 1 && surest >= SURE;
  const verdicts: Record<typeof sense, [expected: string, Verdict]> = {
    single: ['one', decide(all === 1, sure >= 2)],
    few: ['two to five', decide(all >= 2 && prominent <= 5, alone || sure >= 10)],
    several: ['three or more', decide(all >= 3, alone)],
    many: ['six or more', decide(all >= 6, alone || (all === 2 && sure === 2))],
  };
  const [expected, verdict] = verdicts[sense];
  return { measure: 'count', expected, measured: sentenceFor(all, prominent), verdict };
}

function sentenceFor(all: number, prominent: number): string {
  return prominent === all ? `${all} found` : `${all} found, ${prominent} of them prominent`;
}
