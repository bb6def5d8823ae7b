import type { DensityTotals } from '../../store/store.ts';
import { durationOf } from './render-description.ts';
import type { Block } from './reply.ts';

/** Mean figures as facts; what was not measured says so. */
export function densityFacts(totals: DensityTotals): Extract<Block, { type: 'facts' }> {
  const { descriptions, adjectives, words, adjectivesPer100Words, supportedPer100Words } = totals;
  const { contradictedShare, medianEngineMs } = totals;
  return {
    type: 'facts',
    facts: [
      { name: 'Descriptions', value: descriptions.toLocaleString('en') },
      { name: 'Adjectives a description', value: fixed(adjectives) },
      { name: 'Words a description', value: fixed(words) },
      { name: 'Adjectives per 100 words', value: fixed(adjectivesPer100Words) },
      { name: 'Supported by the picture per 100 words', value: fixed(supportedPer100Words) },
      {
        name: 'Contradicted, of those that could be checked',
        value: contradictedShare === null ? 'not measured' : `${(100 * contradictedShare).toFixed(1)} %`,
      },
      { name: 'Median time', value: medianEngineMs === null ? 'not measured' : durationOf(medianEngineMs) },
    ],
  };
}

function fixed(value: number | null): string {
  return value === null ? 'not measured' : value.toFixed(1);
}
