import { describe, expect, it } from 'vitest';
import { isInterpretive } from '../../../src/metrics/adjectives/interpretive.ts';

describe('isInterpretive', () => {
  it.each(['stunning', 'Serene', 'MAJESTIC', 'beautiful', 'unforgettable', 'eye-catching'])(
    '%s judges',
    word => {
      expect(isInterpretive(word)).toBe(true);
    },
  );

  // What a viewer can check against the picture, and words that only look like judgements.
  it.each(['bright', 'tall', 'crowded', 'smiling', 'modern', 'single', 'fine', 'reflective', 'cool', ''])(
    '%j does not',
    word => {
      expect(isInterpretive(word)).toBe(false);
    },
  );
});
