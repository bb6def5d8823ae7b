import type { Box } from '../engine.ts';
import type { DetectedThing } from './detector.ts';

/** The overlap of two boxes as a share of all that they cover together (intersection over union). */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** Two boxes of one label that overlap more than this are one thing. */
const SAME_LABEL_OVERLAP = 0.45;
/** Boxes of two labels must lie this closely on each other: a rider and the horse overlap, and are two. */
const OTHER_LABEL_OVERLAP = 0.75;

/** Greedy non-maximum suppression: of things that are one, the most certain stays. The most certain comes first. */
export function suppress(things: readonly DetectedThing[]): DetectedThing[] {
  const kept: DetectedThing[] = [];
  for (const thing of [...things].sort((a, b) => b.confidence - a.confidence)) {
    const isNew = kept.every(
      other =>
        overlapOf(thing.box, other.box) <=
        (thing.label === other.label ? SAME_LABEL_OVERLAP : OTHER_LABEL_OVERLAP),
    );
    if (isNew) kept.push(thing);
  }
  return kept;
}
