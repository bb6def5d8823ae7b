import type { Matrix } from './matrix.ts';

/** Exponentials in proportion, adding up to 1. */
export function softmax(logits: Float32Array): Float32Array {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  const out = new Float32Array(logits.length);
  let sum = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = Math.exp(logits[k]! - most);
    sum += out[k]!;
  }
  for (let k = 0; k < out.length; k++) out[k]! /= sum;
  return out;
}

/** Lays the rows around each row side by side (the image-to-column of a one-dimensional convolution). */
export function spread(
  from: Float32Array,
  rows: number,
  width: number,
  window: number,
  to: Float32Array,
): void {
  const all = (2 * window + 1) * width;
  for (let row = 0; row < rows; row++)
    for (let k = -window; k <= window; k++) {
      const at = row * all + (k + window) * width;
      const source = row + k;
      if (source < 0 || source >= rows) to.fill(0, at, at + width);
      else for (let d = 0; d < width; d++) to[at + d] = from[source * width + d]!;
    }
}

/** Adds what `spread` laid side by side back onto the rows it came from. */
export function gather(
  from: Float32Array,
  rows: number,
  width: number,
  window: number,
  to: Float32Array,
): void {
  const all = (2 * window + 1) * width;
  for (let row = 0; row < rows; row++)
    for (let k = -window; k <= window; k++) {
      const target = row + k;
      if (target < 0 || target >= rows) continue;
      const at = row * all + (k + window) * width;
      for (let d = 0; d < width; d++) to[target * width + d]! += from[at + d]!;
    }
}

/** Adds up the rows, as the gradient of a bias needs. */
export function addRows(from: Matrix, to: Float32Array): void {
  const { rows, columns, data } = from;
  for (let row = 0; row < rows; row++) for (let d = 0; d < columns; d++) to[d]! += data[row * columns + d]!;
}
