import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const list = (words: string) => words.split(/\s+/);
const PEOPLE =
  list(`man woman boy girl child person skier surfer chef farmer dog cat horse bird elephant giraffe bear
  zebra sheep cow couple group crowd player rider student baby guy lady toddler`);
const ADJECTIVES =
  list(`young old small large red blue green white black brown yellow wooden shiny tall wet dirty
  colorful grassy sandy snowy busy empty modern vintage rusty bright dark stone metal plastic striped fluffy sleepy
  happy tiny huge narrow wide crowded quiet`);
const VERBS =
  list(`standing sitting walking riding holding eating watching playing jumping running lying looking
  posing carrying throwing catching flying swimming sleeping waiting leaning grazing smiling pulling pushing`);
const THINGS =
  list(`bench table car truck bus train boat kite frisbee ball umbrella sandwich pizza cake laptop phone
  book clock chair couch bed lamp window door tree fence sign hydrant skateboard surfboard bicycle motorcycle bag
  suitcase bottle cup plate bowl vase flower toy camera hat jacket racket bat glove`);
const PLACES =
  list(`street beach field park kitchen bathroom bedroom room court road sidewalk river lake mountain
  forest station airport market harbor bridge garden yard stadium office restaurant shop hill snow water sky`);
const PREPOSITIONS = [
  'on',
  'in',
  'near',
  'next to',
  'in front of',
  'behind',
  'under',
  'beside',
  'on top of',
  'by',
];
const TAILS = [
  '',
  ' on a sunny day',
  ' at night',
  ' while others watch',
  ', looking at the camera',
  ' together',
];

/**
 * Captions of pretended images, for timing only: each image has a scene, and each caption tells part of it in other
 * words. The same number, the same captions.
 *
 * @param count images
 */
export function* synthesizeCaptions(count: number) {
  const random = xoroshiro128plus(20261125);
  // The square makes early words commoner, as in real captions.
  const pick = <T>(words: readonly T[]): T => {
    const share = uniformInt(random, 0, 999_999) / 1_000_000;
    return words[Math.floor(share ** 2 * words.length)]!;
  };
  for (let imageId = 1; imageId <= count; imageId++) {
    const scene = {
      who: pick(PEOPLE),
      adjective: pick(ADJECTIVES),
      verb: pick(VERBS),
      what: pick(THINGS),
      where: pick(PLACES),
    };
    const vary = <T>(word: T, words: readonly T[]) => (uniformInt(random, 0, 3) === 0 ? pick(words) : word);
    const caption = () => {
      const who = vary(scene.who, PEOPLE);
      const what = vary(scene.what, THINGS);
      const adjective = uniformInt(random, 0, 1) ? ` ${vary(scene.adjective, ADJECTIVES)}` : '';
      const verb = uniformInt(random, 0, 1) ? vary(scene.verb, VERBS) : `is ${vary(scene.verb, VERBS)}`;
      const where = vary(scene.where, PLACES);
      const place = uniformInt(random, 0, 2) ? ` ${pick(PREPOSITIONS)} the ${where}` : '';
      return `A${adjective} ${who} ${verb} ${pick(PREPOSITIONS)} a ${pick(ADJECTIVES)} ${what}${place}${pick(TAILS)}.`;
    };
    yield { imageId: String(imageId), candidate: caption(), references: Array.from({ length: 5 }, caption) };
  }
}
