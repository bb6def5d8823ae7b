import type { MeasuredThing, Scene } from '../../../scene/measure-scene.ts';
import type { Box } from '../../engine.ts';
import { attributesOfClothing, attributesOfGroup, attributesOfThing } from './attributes.ts';
import { inWords, nounOf } from './lexicon.ts';
import { indefinite, type Phrase, type Wording } from './phrase.ts';

/** Things of one kind, spoken of together. */
export interface Group {
  readonly label: string;
  readonly things: readonly MeasuredThing[];
  /** Around all of them. */
  readonly box: Box;
  readonly confidence: number;
  /** Share of the picture that their boxes take. */
  readonly area: number;
  readonly salience: number;
}

/** Below this confidence a thing is hedged: "what may be a …". */
const SURE = 0.34;
/** More than this many of a kind are "about" so many: a detector misses some of a crowd. */
const COUNTED = 4;

/** Gathers things of one kind, the most striking kind first. */
export function groupThings(things: readonly MeasuredThing[]): Group[] {
  const kinds = new Map<string, MeasuredThing[]>();
  for (const thing of things) kinds.set(thing.label, [...(kinds.get(thing.label) ?? []), thing]);
  return [...kinds]
    .map(([label, members]) => ({
      label,
      things: members,
      box: around(members.map(({ box }) => box)),
      confidence: Math.max(...members.map(({ confidence }) => confidence)),
      area: members.reduce((sum, { share }) => sum + share, 0),
      salience: members.reduce((sum, { share, confidence }) => sum + Math.sqrt(share) * confidence, 0),
    }))
    .sort((one, other) => other.salience - one.salience);
}

/** The noun phrase for a group: "a large brown horse", "two people", "what may be a small boat". */
export function nounPhrase({ label, things, confidence }: Group, scene: Scene, wording: Wording): Phrase {
  const noun = nounOf(label);
  const hedge = confidence < SURE ? ['what may be '] : [];
  if (things.length > 1) {
    const count = things.length > COUNTED ? `about ${inWords(things.length)}` : inWords(things.length);
    const adjectives = wording.choose(attributesOfGroup(things), noun.plural);
    return [...hedge, `${count} `, ...spaced(adjectives), noun.plural];
  }
  const [thing] = things;
  const adjectives = wording.choose(attributesOfThing(thing!, scene), headOf(noun.singular));
  const bare = [...spaced(adjectives), noun.singular];
  const clothing = label === 'person' ? wording.choose(attributesOfClothing(thing!, scene), 'clothing') : [];
  const dressed = clothing.length > 0 ? [' in ', ...clothing, ' clothing'] : [];
  return [...hedge, ...(noun.mass ? bare : indefinite(bare)), ...dressed];
}

/** Whether a verb after the group is in the plural. */
export function isPlural({ things }: Group): boolean {
  return things.length > 1;
}

/** Adjectives with a space before the noun that follows. */
export function spaced(adjectives: Phrase): Phrase {
  return adjectives.length > 0 ? [...adjectives, ' '] : [];
}

/** "plant in a pot" is about the plant. */
function headOf(noun: string): string {
  return noun.split(' ')[0] === 'plant' || noun.startsWith('pair') ? noun.split(' ')[0]! : noun;
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map(box => box.x));
  const y = Math.min(...boxes.map(box => box.y));
  const right = Math.max(...boxes.map(box => box.x + box.width));
  const bottom = Math.max(...boxes.map(box => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
