import { describe, expect, test } from 'vitest';
import type { DetectedThing } from '../../../../src/inference/engines/embedded/detector.ts';
import { agree } from '../../../../src/inference/engines/embedded/find-things.ts';

const box = { x: 0.2, y: 0.2, width: 0.4, height: 0.4 };
const found = (label: DetectedThing['label'], confidence: number, at = box): DetectedThing => ({
  label,
  confidence,
  box: at,
});

describe('two looks', () => {
  test('that see the same thing give it once, with their mean score', () => {
    expect(agree([found('dog', 0.6)], [found('dog', 0.4)])).toEqual([{ label: 'dog', confidence: 0.5, box }]);
  });

  test('drop what only one of them sees faintly, and keep what it sees clearly', () => {
    expect(agree([found('dog', 0.5)], [])).toEqual([]);
    expect(agree([found('dog', 0.7)], [])).toHaveLength(1);
  });

  test('that give one animal two names find an animal', () => {
    expect(agree([found('cow', 0.4)], [found('horse', 0.44)])).toEqual([
      { label: 'animal', confidence: 0.42, box },
    ]);
    expect(agree([found('cow', 0.1)], [found('horse', 0.6)])[0]!.label).toBe('horse');
  });

  test('that confuse unlike things keep the likelier', () => {
    expect(agree([found('kite', 0.5)], [found('person', 0.45), found('kite', 0.2)])[0]!.label).toBe('kite');
  });

  test('leave out a part that is taken for a second whole, not a small one beside it', () => {
    const part = { x: 0.25, y: 0.25, width: 0.08, height: 0.08 };
    const beside = { ...part, x: 0.7 };
    const both = [found('bicycle', 0.6), found('bicycle', 0.4, part), found('bicycle', 0.4, beside)];
    expect(agree(both, both).map(thing => thing.box)).toEqual([box, beside]);
  });
});
