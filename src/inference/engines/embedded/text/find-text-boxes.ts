import { smallestBox, type TiltedBox } from './tilted-box.ts';

/** A stretch of writing, most often a line or a word, on the detector's grid. */
export interface TextBox extends TiltedBox {
  /** Mean probability over its pixels, 0 to 1. */
  readonly score: number;
}

/** The probability map of a text detector, row by row. */
export interface ProbabilityMap {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

// As PaddleOCR sets them for PP-OCRv4's mobile detector (inference.yml, DBPostProcess).
/** A pixel above this belongs to text. */
const PIXEL = 0.3;
/** A stretch whose mean is below this is not text. */
const LEAST_SCORE = 0.6;
/** The network is taught to mark a shrunken core: the box grows by so much of its area over its outline. */
const GROWTH = 1.5;
/** A core thinner than this, in pixels of the grid, is a scratch. */
const LEAST_SIDE = 3;
/** More stretches than this are not examined: a page holds fewer, noise may hold any number. */
const MOST_BOXES = 500;

/**
 * Turns the probability map of a differentiable-binarisation detector into boxes (Liao et al. 2020, "Real-time Scene
 * Text Detection with Differentiable Binarization"): connected pixels, the smallest rectangle around them, and that
 * rectangle grown to the size of the writing.
 *
 * @returns boxes in the order in which a scan from the top meets them
 */
export function findTextBoxes(map: ProbabilityMap): TextBox[] {
  const seen = new Uint8Array(map.values.length);
  const boxes: TextBox[] = [];
  for (let start = 0; start < seen.length && boxes.length < MOST_BOXES; start++) {
    if (seen[start] || map.values[start]! <= PIXEL) continue;
    const box = toTextBox(map, collect(map, seen, start));
    if (box) boxes.push(box);
  }
  return boxes;
}

/** The indices of the pixels that hang together with `start`, neighbours at corners included. */
function collect({ values, width, height }: ProbabilityMap, seen: Uint8Array, start: number): number[] {
  const members = [start];
  seen[start] = 1;
  for (let at = 0; at < members.length; at++) {
    const index = members[at]!;
    const [x, y] = [index % width, Math.floor(index / width)];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const neighbour = v * width + u;
        if (seen[neighbour] || values[neighbour]! <= PIXEL) continue;
        seen[neighbour] = 1;
        members.push(neighbour);
      }
    }
  }
  return members;
}

function toTextBox({ values, width }: ProbabilityMap, members: readonly number[]): TextBox | undefined {
  const score = members.reduce((sum, index) => sum + values[index]!, 0) / members.length;
  if (score < LEAST_SCORE) return undefined;
  // The ends of each row are enough to draw a rectangle around, and far fewer.
  const rows = new Map<number, { first: number; last: number }>();
  for (const index of members) {
    const [x, y] = [index % width, Math.floor(index / width)];
    const row = rows.get(y);
    if (!row) rows.set(y, { first: x, last: x });
    else if (x < row.first) row.first = x;
    else if (x > row.last) row.last = x;
  }
  const core = smallestBox(
    [...rows].flatMap(([y, { first, last }]) => [
      { x: first, y },
      { x: last, y },
    ]),
  );
  if (Math.min(core.width, core.height) < LEAST_SIDE) return undefined;
  const growth = (core.width * core.height * GROWTH) / (core.width + core.height);
  return { ...core, width: core.width + growth, height: core.height + growth, score };
}
