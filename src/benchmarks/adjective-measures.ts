import { blankQuotes } from '../metrics/adjectives/blank-quotes.ts';
import { measureAdjectives } from '../metrics/adjectives/measure.ts';
import { answeredItems, type ContenderTexts } from './collect-texts.ts';
import { meanOver, percentOver, type Scored } from './scored-items.ts';
import type { Measure } from './scores.ts';

const family = 'adjectives';

/** More adjectives are not better by themselves: only what the pictures bear out is. */
export const ADJECTIVE_MEASURES = [
  {
    key: 'supportedPer100Words',
    label: 'Supported adjectives',
    unit: 'per 100 words',
    better: 'higher',
    family,
  },
  { key: 'contradictedShare', label: 'Contradicted', unit: '%', better: 'lower', family },
  { key: 'supported', label: 'Supported a description', unit: '', better: 'neither', family },
  { key: 'contradicted', label: 'Contradicted a description', unit: '', better: 'neither', family },
  { key: 'uncheckable', label: 'Uncheckable a description', unit: '', better: 'neither', family },
  { key: 'adjectives', label: 'Adjectives a description', unit: '', better: 'neither', family },
  { key: 'adjectivesPer100Words', label: 'Adjectives', unit: 'per 100 words', better: 'neither', family },
  { key: 'adjectivesPerNoun', label: 'Adjectives a noun', unit: '', better: 'neither', family },
  { key: 'distinctShare', label: 'Different adjectives', unit: '%', better: 'neither', family },
  {
    key: 'interpretivePer100Words',
    label: 'Interpretive words',
    unit: 'per 100 words',
    better: 'lower',
    family,
  },
] as const satisfies readonly Measure[];

type AdjectiveKey = (typeof ADJECTIVE_MEASURES)[number]['key'];

const NO_TEXT = 'The contender answered on no image.';
const NOT_GROUNDED =
  'No text was checked against its picture: for recorded predictions the pictures have to be here.';

/** Counts the adjectives of a contender's texts, what they quote left out, and what was checked of them. */
export function scoreAdjectives(texts: ContenderTexts): Record<AdjectiveKey, Scored> {
  const items = answeredItems(texts);
  const figures = items.map(item => {
    const { text, quotes, grounding } = texts.predictions[item]!;
    const { adjectiveCount, distinct, words, per100Words, perNoun, interpretive } = measureAdjectives(
      blankQuotes(text!, quotes ?? []),
    );
    return {
      adjectiveCount,
      distinct,
      words,
      per100Words,
      perNoun,
      interpretive: interpretive.length,
      grounding,
    };
  });
  type Figures = (typeof figures)[number];
  const mean = (of: (figure: Figures) => number | null, note: string | null = null) =>
    meanOver(items, figures.map(of), note, NO_TEXT);
  const grounded = (of: (counts: NonNullable<Figures['grounding']>) => number | null, note: string | null) =>
    meanOver(
      items,
      figures.map(({ grounding }) => grounding && of(grounding)),
      note,
      NOT_GROUNDED,
    );
  const numbers = 'numbers of things included';
  return {
    supportedPer100Words: grounded(
      ({ supportedPer100Words }) => supportedPer100Words,
      'different supported adjectives, mean over descriptions',
    ),
    contradictedShare: percentOver(
      items,
      figures.map(
        ({ grounding }) =>
          grounding && [grounding.contradicted, grounding.contradicted + grounding.supported],
      ),
      'of all claims that could be decided, in those descriptions that have one',
      figures.some(({ grounding }) => grounding) ? 'No claim could be decided.' : NOT_GROUNDED,
    ),
    supported: grounded(({ supported }) => supported, numbers),
    contradicted: grounded(({ contradicted }) => contradicted, numbers),
    uncheckable: grounded(({ uncheckable }) => uncheckable, numbers),
    adjectives: mean(({ adjectiveCount }) => adjectiveCount),
    adjectivesPer100Words: mean(({ per100Words }) => per100Words, 'mean over descriptions with a word'),
    adjectivesPerNoun: mean(({ perNoun }) => perNoun, 'mean over descriptions with a noun'),
    distinctShare: percentOver(
      items,
      figures.map(({ distinct, adjectiveCount }) => [distinct, adjectiveCount]),
      'different within a description, of all adjectives',
      items.length === 0 ? NO_TEXT : 'There is no adjective.',
    ),
    interpretivePer100Words: mean(
      ({ interpretive, words }) => (words === 0 ? null : (100 * interpretive) / words),
      'mean over descriptions with a word',
    ),
  };
}
