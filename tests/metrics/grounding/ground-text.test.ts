import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Scene } from '../../../src/inference/scene/measure-scene.ts';
import { isInterpretive } from '../../../src/metrics/adjectives/interpretive.ts';
import { type Grounding, groundText } from '../../../src/metrics/grounding/ground-text.ts';
import { analyseMarked, readMarks } from './marked-text.ts';
import { type Drawing, renderScene } from './rendered-scenes.ts';

/** A large red disc on the left, two small green blocks on the right, on white. */
const DRAWING: Drawing = {
  background: 'white',
  shapes: [
    { kind: 'disc', paint: 'red', x: 0.3, y: 0.5, radius: 0.35 },
    { kind: 'block', paint: 'green', x: 0.75, y: 0.3, radius: 0.08 },
    { kind: 'block', paint: 'green', x: 0.75, y: 0.7, radius: 0.08 },
  ],
};
let scene: Scene;
let greyScene: Scene;
/** The disc renamed to a person. */
let personScene: Scene;

beforeAll(async () => {
  scene = await renderScene(DRAWING);
  greyScene = await renderScene({ ...DRAWING, grey: true });
  personScene = {
    ...scene,
    things: scene.things.map(thing => (thing.label === 'disc' ? { ...thing, label: 'person' } : thing)),
  };
});

function ground(marked: string, of: Scene = scene, references: readonly string[] = []): Grounding {
  const texts = [marked, ...references].map(readMarks);
  return groundText(texts[0]!.text, of, {
    analyse: analyseMarked(...texts),
    isInterpretive,
    references: texts.slice(1).map(({ text }) => text),
    synonyms: word => (word === 'scarlet' ? ['vermilion'] : []),
  });
}

const verdicts = (marked: string, of?: Scene) =>
  ground(marked, of).pairs.map(({ word, verdict }) => `${word} ${verdict}`);

describe('colours', () => {
  it('go with their noun: the colour of another thing is a false one', () => {
    expect(verdicts('A {red|disc} disc and {green|blocks} blocks.')).toEqual([
      'red supported',
      'green supported',
    ]);
    expect(verdicts('A {green|disc} disc and {red|blocks} blocks.')).toEqual([
      'green contradicted',
      'red contradicted',
    ]);
  });

  it.each([
    ['crimson', 'supported'],
    ['reddish', 'supported'],
    ['red-coloured', 'supported'],
    ['Red', 'supported'],
    // Near colours are neither: light moves a hue.
    ['orange', 'uncheckable'],
    ['pink', 'uncheckable'],
    ['blue', 'contradicted'],
    ['navy-blue', 'contradicted'],
    ['emerald', 'contradicted'],
    ['blue-grey', 'contradicted'],
    ['red-and-green', 'uncheckable'],
    ['red-and-blue', 'contradicted'],
    ['light-red', 'uncheckable'],
  ])('%s of a red disc is %s', (word, verdict) => {
    expect(verdicts(`A {${word}|disc} disc.`)).toEqual([`${word} ${verdict}`]);
  });

  it('of a small part are not contradicted beside the main one, but are alone', () => {
    expect(verdicts('A {red|disc} and {white|disc} disc.')[1]).toBe('white uncheckable');
    // The control: no colour beside it is borne out.
    expect(verdicts('A {blue|disc} and {purple|disc} disc.')).toEqual([
      'blue contradicted',
      'purple contradicted',
    ]);
  });

  it('a shade before a colour is about the colour', () => {
    const [dark, red] = ground('A {dark|disc} {red|disc} disc.').pairs;
    expect(dark).toMatchObject({ word: 'dark', measure: 'colour', verdict: 'supported' });
    expect(red).toMatchObject({ word: 'red', verdict: 'supported' });
  });

  it('of things that the scene does not know are false only where the hue is nowhere', () => {
    expect(verdicts('A {blue|barn} barn by a {red|fence} fence, a {white|gate} gate.')).toEqual([
      'blue contradicted',
      'red uncheckable',
      'white uncheckable',
    ]);
    expect(verdicts('A {blue|mood} mood.')).toEqual(['blue uncheckable']);
  });

  it('are false of anything in a grey picture, lightness is not', () => {
    expect(verdicts('A {red|disc} disc before a {green|house} house.', greyScene)).toEqual([
      'red contradicted',
      'green contradicted',
    ]);
    expect(verdicts('A {monochrome|picture} picture, {colourful|picture}.', greyScene)).toEqual([
      'monochrome supported',
      'colourful contradicted',
    ]);
  });

  it('are never judged of people, only of what they wear', () => {
    expect(
      verdicts(
        'A {blue|man} man, a {dark|woman} woman with {pale|skin} skin and {blue|eyes} eyes.',
        personScene,
      ),
    ).toEqual(['blue uncheckable', 'dark uncheckable', 'pale uncheckable', 'blue uncheckable']);
    expect(verdicts('A person in a {red|coat} coat and a {blue|hat} hat.', personScene)).toEqual([
      'red supported',
      'blue contradicted',
    ]);
    // Colours that skin has tell nothing of clothing.
    expect(verdicts('A person in a {brown|coat} coat.', personScene)).toEqual(['brown uncheckable']);
  });
});

describe('sizes, places and numbers', () => {
  it.each([
    ['A {large|disc} disc on the {left|disc} side.', ['large supported', 'left supported']],
    ['A {tiny|disc} disc, {right|disc}.', ['tiny contradicted', 'right contradicted']],
    ['{Several|discs} discs.', ['Several contradicted']],
    ['A {single|disc} disc, a {single|block} block.', ['single supported', 'single contradicted']],
    [
      '{#two} blocks, {#!seven} blocks, {#2} {green|blocks} blocks.',
      ['two supported', 'seven contradicted', '2 supported', 'green supported'],
    ],
    // One of two may be meant, and numbers of things that are not there, or of no things, make no claim.
    ['One block. Three cats. Two of the blocks. In 1990 a disc.', ['One uncheckable']],
    ['A pair of blocks.', ['pair supported']],
    ['{Large|mood} moods and a {wooden|disc} disc.', ['Large uncheckable', 'wooden uncheckable']],
  ])('%s', (marked, expected) => {
    expect(verdicts(marked)).toEqual(expected);
  });
});

describe('references', () => {
  it('bear out what pixels cannot, and only for the same thing', () => {
    const pairs = ground('A {wooden|disc} disc and a {wooden|block} block.', scene, [
      'There is a {wooden|disc} disc.',
    ]).pairs;
    expect(pairs).toMatchObject([
      { verdict: 'supported', source: 'reference' },
      { verdict: 'uncheckable', source: null },
    ]);
  });

  it.each([
    ['a {fluffy|puppy} puppy', 'a {fluffy|dog} dog', true],
    ['a {tall|man} man', 'a {tall|woman} woman', false],
    ['a {scarlet|kite} kite', 'a {vermilion|kite} kite', true],
    ['a {scarlet|kite} kite', 'a {crimson|kite} kite', true],
    ['a {big|cat} cat', 'a {large|cat} cat', true],
    ['a {big|cat} cat', 'a {small|cat} cat', false],
    ['a {beautiful|cat} cat', 'a {beautiful|cat} cat', false],
  ])('"%s" by "%s": %s', (text, reference, supported) => {
    // The scene holds none of these things: green and blue aside, nothing is known of them.
    const verdict = ground(text, scene, [reference]).pairs[0]!.verdict;
    expect(verdict === 'supported').toBe(supported);
  });
});

describe('figures', () => {
  it('count pairs, and different supported adjectives by the words', () => {
    const grounding = ground(
      'The {beautiful|disc} {large|disc} {red|disc} disc, {blue|disc}. {#two} {wooden|blocks} blocks.',
    );
    expect(grounding).toMatchObject({
      supported: 3,
      contradicted: 1,
      uncheckable: 2,
      interpretive: 1,
      words: 9,
      contradictedShare: 1 / 4,
      interpretiveShare: 1 / 5,
    });
    // "Two" is no adjective.
    expect(grounding.supportedPer100Words).toBeCloseTo((100 * 2) / 9);
    expect(grounding.supported + grounding.contradicted + grounding.uncheckable).toBe(grounding.pairs.length);
  });

  it('are null where nothing can be computed', () => {
    expect(ground('')).toMatchObject({
      pairs: [],
      supportedPer100Words: null,
      contradictedShare: null,
      interpretiveShare: null,
    });
    expect(ground('A disc.')).toMatchObject({ supportedPer100Words: 0, contradictedShare: null });
  });

  it('are numbers or null for any text', () => {
    const word = fc.constantFrom(
      ...'red tiny bright blue-grey calm left cool dark light single wooden low black-and-white vivid'.split(
        ' ',
      ),
    );
    const noun = fc.constantFrom(
      ...'disc blocks sky image light colours contrast edges person coat skin mood dog water thing'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, noun)), fc.string(), (pairs, tail) => {
        const marked = pairs.map(([adjective, of]) => `a {${adjective}|${of}} ${of}`).join(', ');
        const grounding = ground(`${marked} ${tail.replaceAll(/[{}]/g, '')}`);
        const { supportedPer100Words, contradictedShare, interpretiveShare } = grounding;
        for (const figure of [supportedPer100Words, contradictedShare, interpretiveShare])
          expect(figure === null || (figure >= 0 && Number.isFinite(figure))).toBe(true);
        for (const pair of grounding.pairs) expect(pair.measured ?? '').not.toMatch(/NaN|undefined|Infinity/);
      }),
    );
  });
});

describe('the padding control', () => {
  const PLAIN = 'A {large|disc} {red|disc} disc stands on the left of {green|blocks} blocks.';

  it('praise lowers the headline and raises the interpretive share', () => {
    const stuffed = ground(
      'A {beautiful|disc}, {stunning|disc}, {amazing|disc} {large|disc} {red|disc} disc stands on the left of {gorgeous|blocks}, {breathtaking|blocks} {green|blocks} blocks.',
    );
    const plain = ground(PLAIN);
    expect(stuffed.supportedPer100Words!).toBeLessThan(plain.supportedPer100Words!);
    expect(stuffed.interpretiveShare!).toBeGreaterThan(plain.interpretiveShare!);
  });

  it('the same claim again, in other words, adds nothing', () => {
    const repeated = ground(
      'A {large|disc}, {big|disc} {red|disc} {red|disc} disc stands on the left of {green|blocks} blocks.',
    );
    expect(repeated.supportedPer100Words!).toBeLessThan(ground(PLAIN).supportedPer100Words!);
  });

  it('false colours lower the headline', () => {
    const untrue = ground('A {large|disc} {blue|disc} disc stands on the left of {purple|blocks} blocks.');
    expect(untrue.supportedPer100Words!).toBeLessThan(ground(PLAIN).supportedPer100Words!);
    expect(untrue.contradictedShare!).toBeGreaterThan(0.5);
  });

  it('a further true claim raises the headline: it can go up', () => {
    const more = ground(
      'A {large|disc} {red|disc} disc stands left of {small|blocks} {green|blocks} blocks.',
    );
    expect(more.supportedPer100Words!).toBeGreaterThan(ground(PLAIN).supportedPer100Words!);
  });
});
