import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COCO_LABELS } from '../../../../src/inference/engines/embedded/coco-labels.ts';
import { describeScene } from '../../../../src/inference/engines/embedded/prose/describe-scene.ts';
import { STYLES } from '../../../../src/inference/engines/engine.ts';
import type { RegionKind } from '../../../../src/inference/scene/find-regions.ts';
import type { ColourShare } from '../../../../src/inference/scene/measure-colours.ts';
import type { MeasuredThing, Scene } from '../../../../src/inference/scene/measure-scene.ts';
import { COLOUR_FAMILIES, COLOUR_NAMES } from '../../../../src/inference/scene/palette.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const box = fc
  .tuple(share, share, share, share)
  .map(([x, y, w, h]) => ({ x, y, width: (1 - x) * w + 1e-3, height: (1 - y) * h + 1e-3 }));
const colours: fc.Arbitrary<ColourShare[]> = fc
  .array(
    fc.record({
      name: fc.constantFrom(...COLOUR_NAMES),
      share,
      lightness: share,
      chroma: fc.double({ min: 0, max: 0.3, noNaN: true }),
    }),
    { maxLength: 5 },
  )
  .map(list =>
    list.map(colour => ({
      ...colour,
      excess: colour.share,
      hex: '#123456',
      family: COLOUR_FAMILIES[colour.name],
    })),
  );
const small = fc.double({ min: 0, max: 0.3, noNaN: true });
const thing: fc.Arbitrary<MeasuredThing> = fc
  .record({
    label: fc.constantFrom(...COCO_LABELS, 'animal', 'vehicle'),
    confidence: fc.double({ min: 0.28, max: 1, noNaN: true }),
    box,
    colours,
    lightness: share,
    lightnessSpread: small,
    texture: small,
  })
  .map(measured => ({ ...measured, share: measured.box.width * measured.box.height }));
const region = fc.record({
  kind: fc.constantFrom<RegionKind>(
    'sky',
    'foliage',
    'grass',
    'water',
    'sand',
    'ground',
    'snow',
    'background',
  ),
  confidence: share,
  share,
  box,
  cells: fc.constant([]),
  texture: fc.double({ min: 0, max: 0.1, noNaN: true }),
  unevenness: fc.double({ min: 0, max: 0.1, noNaN: true }),
  colours,
  lightness: share,
});
const scene: fc.Arbitrary<Scene> = fc.record(
  {
    aspect: fc.double({ min: 0.2, max: 5, noNaN: true }),
    light: fc.record({
      lightness: share,
      darkest: share,
      lightest: share,
      contrast: share,
      white: fc.constant(1),
      chroma: fc.double({ min: 0, max: 0.2, noNaN: true }),
      topChroma: fc.double({ min: 0, max: 0.3, noNaN: true }),
      warmth: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      tone: fc.constantFrom('none' as const, 'grey' as const, 'sepia' as const, 'tinted' as const),
      sharpness: share,
    }),
    colours,
    things: fc.array(thing, { maxLength: 12 }),
    regions: fc.uniqueArray(region, { maxLength: 5, selector: ({ kind }) => kind }),
    shape: thing.map(measured => ({ ...measured, label: 'shape' })),
  },
  { requiredKeys: ['aspect', 'light', 'colours', 'things', 'regions'] },
);
const style = fc.constantFrom(...STYLES);
const seed = fc.stringMatching(/^[0-9a-f]{64}$/);

describe('any scene', () => {
  test('gives well-formed English, whose adjectives all have evidence at their place and stand once', () => {
    fc.assert(
      fc.property(scene, style, seed, (measured, how, digest) => {
        const { text, evidence } = describeScene(measured, how, digest);
        expect(text).toMatch(/^[A-Z].*\.$/);
        expect(text).not.toMatch(/ {2}| [.,]|\.\.|undefined|NaN/);
        expect(text).not.toMatch(/\ba [aeio]|\ban [bcdfgjklmnpqrstvwxyz]/i);
        for (const sentence of text.split(/(?<=\.) /)) expect(sentence).toMatch(/^[A-Z].*\.$/);
        for (const { word, start, end, strength } of evidence) {
          expect(text.slice(start, end)).toBe(word);
          expect(strength).toBeGreaterThan(0);
          expect(strength).toBeLessThanOrEqual(1);
        }
        const words = evidence.map(({ word }) => word.toLowerCase());
        expect(new Set(words).size).toBe(words.length);
        if (how === 'alt') expect(text.match(/\. /)).toBeNull();
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  test('gives the same text every time', () => {
    fc.assert(
      fc.property(scene, style, seed, (measured, how, digest) => {
        expect(describeScene(measured, how, digest)).toEqual(describeScene(measured, how, digest));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('says nothing of who people are, and calls nobody by a colour', () => {
    fc.assert(
      fc.property(scene, style, seed, (measured, how, digest) => {
        const { text, evidence } = describeScene(measured, how, digest);
        expect(text).not.toMatch(/\b(wom[ae]n|m[ae]n|girl|boy|child|young|old|happy|sad|angry)\b/i);
        for (const { noun, measure } of evidence) {
          if (noun === 'person' || noun === 'people') expect(measure).not.toBe('colour');
        }
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  test('gets no hue where the picture has one tone', () => {
    const toned = scene.map(measured => ({
      ...measured,
      light: { ...measured.light, tone: 'grey' as const },
    }));
    fc.assert(
      fc.property(toned, style, seed, (measured, how, digest) => {
        // Things and regions are measured without a hue in such a picture; what is left is the text about it all.
        const bare = { ...measured, things: [], regions: [], shape: undefined };
        const { evidence } = describeScene(bare, how, digest);
        expect(evidence.filter(({ measure }) => measure === 'colour')).toEqual([]);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('the sentence shapes', () => {
  const [measured] = fc.sample(scene, { seed: 3, numRuns: 1 });
  const horse: MeasuredThing = {
    label: 'horse',
    confidence: 0.8,
    box: { x: 0.4, y: 0.4, width: 0.2, height: 0.3 },
    share: 0.06,
    colours: [],
    lightness: 0.5,
    lightnessSpread: 0.1,
    texture: 0.02,
  };

  test('differ from picture to picture', () => {
    const bare = { ...measured!, things: [horse], regions: [] };
    const texts = ['000000', '000001', '000002'].map(digest => describeScene(bare, 'brief', digest).text);
    expect(new Set(texts)).toEqual(
      new Set(['A horse is in the centre.', 'In the centre is a horse.', 'A horse appears in the centre.']),
    );
  });

  test('say plainly that nothing could be named', () => {
    const empty = { ...measured!, things: [], regions: [], shape: undefined };
    expect(describeScene(empty, 'brief', '0').text).toBe(
      'No object in the scene could be named with confidence.',
    );
    expect(describeScene(empty, 'alt', '0').text).toBe('A scene without an object that could be named.');
  });

  test('hedge what is uncertain', () => {
    const doubtful = { ...measured!, things: [{ ...horse, confidence: 0.3 }], regions: [] };
    expect(describeScene(doubtful, 'brief', '0').text).toMatch(/what may be a horse/i);
    const sure = { ...measured!, things: [horse], regions: [] };
    expect(describeScene(sure, 'brief', '0').text).not.toMatch(/may be/);
  });
});
