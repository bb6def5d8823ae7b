import { expect, it } from 'vitest';
import type { DetectedThing } from '../../../../src/inference/engines/embedded/detector.ts';
import { overlapOf, suppress } from '../../../../src/inference/engines/embedded/suppress.ts';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const thing = (
  label: DetectedThing['label'],
  confidence: number,
  ...place: Parameters<typeof box>
): DetectedThing => {
  return { label, confidence, box: box(...place) };
};

it('measures overlap as the shared part of all that is covered', () => {
  expect(overlapOf(box(0, 0, 1, 1), box(0, 0, 1, 1))).toBe(1);
  expect(overlapOf(box(0, 0, 0.4, 1), box(0.2, 0, 0.4, 1))).toBeCloseTo(1 / 3);
  expect(overlapOf(box(0, 0, 0.2, 1), box(0.2, 0, 0.2, 1))).toBe(0);
  expect(overlapOf(box(0, 0, 0.1, 0.1), box(0.5, 0.5, 0.1, 0.1))).toBe(0);
});

it('keeps the most certain of boxes that are one thing, whichever comes first', () => {
  const [weak, strong] = [thing('dog', 0.4, 0, 0, 0.5, 0.5), thing('dog', 0.6, 0.05, 0, 0.5, 0.5)];
  expect(suppress([weak, strong])).toEqual([strong]);
  expect(suppress([strong, weak])).toEqual([strong]);
});

it('keeps two of a kind side by side', () => {
  const pair = [thing('dog', 0.6, 0, 0, 0.5, 0.5), thing('dog', 0.4, 0.3, 0, 0.5, 0.5)];
  expect(suppress(pair)).toEqual(pair);
});

it('keeps things of two kinds that overlap, and one of two names for the same place', () => {
  const horse = thing('horse', 0.6, 0, 0, 0.5, 0.5);
  const rider = thing('person', 0.5, 0, 0, 0.5, 0.3);
  const cow = thing('cow', 0.4, 0.01, 0, 0.5, 0.5);
  expect(suppress([horse, rider, cow])).toEqual([horse, rider]);
});
