import { describe, expect, test } from 'vitest';
import { loadTagger } from '../../../../src/metrics/adjectives/load.ts';
import { type PosTagger, SceneGraphParser } from '../../../../src/metrics/captions/spice/scene-graph.ts';
import { scoreSpice } from '../../../../src/metrics/captions/spice/spice.ts';
import { openWordNet } from '../../../../src/metrics/captions/wordnet.ts';

const wordNet = openWordNet();
const parser = new SceneGraphParser(words => loadTagger().tag(words), wordNet);
const parse = (caption: string) =>
  parser
    .parse(caption)
    .map(tuple => `(${tuple.join(', ')})`)
    .sort();
const tuples = (text: string) => text.split(' ; ').sort();
const spice = (candidate: string, ...references: string[]) =>
  scoreSpice([{ imageId: '1', candidate, references }], parser, wordNet)[0];

describe('the captions of Anderson et al. 2016', () => {
  test('section 3: the tuples that it works out', () => {
    expect(parse('A young girl standing on top of a tennis court')).toEqual(
      tuples(
        '(girl) ; (court) ; (girl, young) ; (girl, standing) ; (court, tennis) ; (girl, on top of, court)',
      ),
    );
  });

  test('section 1: shared n-grams without a shared thing score 0', () => {
    expect(
      spice('A young girl standing on top of a tennis court', 'A giraffe standing on top of a green field'),
    ).toBe(0);
  });

  test('section 1: the same scene in other words is read as such', () => {
    expect(parse('A shiny metal pot filled with some diced veggies')).toEqual(
      tuples(
        '(pot) ; (pot, shiny) ; (pot, metal) ; (pot, filled) ; (veggie) ; (veggie, diced) ; (pot, with, veggie)',
      ),
    );
    const score = spice(
      'A shiny metal pot filled with some diced veggies',
      'The pan on the stove has chopped vegetables in it',
    );
    expect(score).toBeGreaterThan(0);
  });
});

describe('the rules', () => {
  test.each([
    [
      'A man riding a wave on a surfboard.',
      '(man) ; (wave) ; (surfboard) ; (man, riding, wave) ; (man, on, surfboard)',
    ],
    ['A group of people with umbrellas', '(people) ; (umbrella) ; (people, with, umbrella)'],
    ['The bed is red.', '(bed) ; (bed, red)'],
    ["A man's hat", '(man) ; (hat) ; (man, have, hat)'],
    ['A cat and a dog on a sofa', '(cat) ; (dog) ; (sofa) ; (cat, on, sofa) ; (dog, on, sofa)'],
    ['A black and white dog.', '(dog) ; (dog, black) ; (dog, white)'],
    [
      'A table with a cup and a plate',
      '(table) ; (cup) ; (plate) ; (table, with, cup) ; (table, with, plate)',
    ],
    ['A man sits. A woman smiles.', '(man) ; (man, sits) ; (woman) ; (woman, smiles)'],
    ['Three parked cars', '(car) ; (car, three) ; (car, parked)'],
  ])('%s', (caption, expected) => {
    expect(parse(caption)).toEqual(tuples(expected));
  });

  test('nothing is read out of nothing', () => {
    for (const caption of ['', '...', 'of the and', '🙂', ', , ,', "'s"]) expect(parse(caption)).toEqual([]);
  });

  test('the parts of speech come from the tagger that it is given', () => {
    const onlyNouns: PosTagger = words => words.map(() => 'NOUN');
    expect(new SceneGraphParser(onlyNouns, wordNet).parse('young girl')).toEqual([
      ['girl'],
      ['girl', 'young'],
    ]);
  });
});

test('forms of a word and of a number are one', () => {
  expect(parse('two women are sitting at a white table')).toEqual(
    tuples('(woman) ; (woman, two) ; (woman, sitting) ; (table) ; (table, white) ; (woman, at, table)'),
  );
  expect(spice('2 women sit at a white table', 'two women are sitting at a white table')).toBe(1);
});

test('synonyms match, and each tuple once', () => {
  expect(spice('a couch', 'a sofa')).toBe(1);
  // Two tuples that mean one are one.
  expect(spice('a couch and a sofa', 'a sofa')).toBe(1);
  expect(spice('a couch', 'a horse')).toBe(0);
});

test('an image whose references name no thing is not scored; an empty candidate scores 0', () => {
  expect(spice('a dog', 'of the')).toBeNull();
  expect(spice('', 'a dog')).toBe(0);
});
