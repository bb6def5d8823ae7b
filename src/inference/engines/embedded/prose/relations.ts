import type { Box } from '../../engine.ts';
import type { Group } from './groups.ts';

export type Relation = 'in front of' | 'beside' | 'above';

/**
 * How two things lie to each other in the picture, or undefined where nothing simple fits. Of two that
 * overlap, the one that reaches further down stands nearer to the camera (they share a ground).
 */
function relationOf(one: Box, other: Box): Relation | undefined {
  const overlapX = overlap(one.x, one.x + one.width, other.x, other.x + other.width);
  const overlapY = overlap(one.y, one.y + one.height, other.y, other.y + other.height);
  const smaller = Math.min(one.width * one.height, other.width * other.height);
  if (overlapX > 0 && overlapY > 0 && (overlapX * overlapY) / smaller > 0.2) {
    return one.y + one.height > other.y + other.height + 0.02 ? 'in front of' : undefined;
  }
  const narrower = Math.min(one.width, other.width);
  if (overlapX > narrower * 0.5) {
    return one.y + one.height < other.y + other.height * 0.3 ? 'above' : undefined;
  }
  const gap = Math.max(one.x, other.x) - Math.min(one.x + one.width, other.x + other.width);
  const level = overlapY > 0.4 * Math.min(one.height, other.height);
  return level && gap < 0.15 ? 'beside' : undefined;
}

/** Where something is, as a phrase: "on the left", "in the centre", "near the top". */
export function placeOf(box: Box, scattered: boolean): string {
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const side = x < 0.38 ? 'on the left' : x > 0.62 ? 'on the right' : undefined;
  const height = y < 0.3 ? 'near the top' : y > 0.75 ? 'near the bottom' : undefined;
  if (scattered && box.width > 0.7) return height ?? 'across the scene';
  if (side && height) return `${side}, ${height}`;
  return side ?? height ?? 'in the centre';
}

/** Where `box` is seen from `from`: "to the left", "to the right", "higher up", "lower down". */
export function directionFrom(from: Box, box: Box): string {
  const dx = box.x + box.width / 2 - (from.x + from.width / 2);
  const dy = box.y + box.height / 2 - (from.y + from.height / 2);
  if (Math.abs(dx) < 0.12 && Math.abs(dy) < 0.12) return 'nearby';
  if (Math.abs(dx) >= Math.abs(dy) * 0.8) return dx < 0 ? 'to the left' : 'to the right';
  return dy < 0 ? 'further up' : 'further down';
}

/** The first relation, in either direction, between the most striking group and another. */
export function findRelation(groups: readonly Group[]) {
  const [main, ...rest] = groups;
  if (!main) return undefined;
  for (const other of rest.slice(0, 2)) {
    for (const [subject, object] of [
      [main, other],
      [other, main],
    ] as const) {
      const relation = relationOf(subject.box, object.box);
      // Of a scattered group only that it is above something can be said.
      const single = subject.things.length + object.things.length === 2;
      if (relation === 'above' || (relation && single)) return { subject, relation, object };
    }
  }
  return undefined;
}

function overlap(a0: number, a1: number, b0: number, b1: number): number {
  return Math.max(0, Math.min(a1, b1) - Math.max(a0, b0));
}
