import type { CorpusScore } from '../statistics.ts';
import { type CaptionNgrams, MAX_ORDER, type NgramIndex } from './ngram-index.ts';

// pycocoevalcap's constants: they keep the quotient of an empty caption defined.
const SMALL = 1e-9;
const TINY = 1e-15;

/** A row: clipped matches for each order, candidate n-grams for each order, candidate length, reference length. */
const WIDTH = 2 * MAX_ORDER + 2;
const LENGTH = 2 * MAX_ORDER;

/** The score of order 1 to `order` from (sums of) rows. */
function combineRow(row: Float64Array, order: number, offset = 0): number {
  let product = 1;
  for (let n = 0; n < order; n++) {
    product *= (row[offset + n]! + TINY) / (row[offset + MAX_ORDER + n]! + SMALL);
  }
  const ratio = (row[offset + LENGTH]! + TINY) / (row[offset + LENGTH + 1]! + SMALL);
  return product ** (1 / order) * (ratio < 1 ? Math.exp(1 - 1 / ratio) : 1);
}

export interface BleuScores {
  /** BLEU-1 to BLEU-4 of the corpus; they share their rows. */
  readonly corpus: readonly CorpusScore[];
  /** For BLEU-1 to BLEU-4, the score of each image. Their mean is not the corpus score. */
  readonly perImage: readonly Float64Array[];
}

/**
 * BLEU-1 to BLEU-4 (Papineni et al. 2002), the reference length being the one closest to the candidate's (the
 * shorter of two equally close), as coco-caption computes them. A score without any match of some order is about
 * 1e-4 of the lower orders' and not exactly 0, as there.
 *
 * @returns scores from 0 to 1
 */
export function scoreBleu({ images, size }: NgramIndex): BleuScores {
  const rows = new Float64Array(images.length * WIDTH);
  const most = new Int32Array(size);
  const counts = new Int32Array(size);
  images.forEach(({ candidate, references }, image) => {
    const row = rows.subarray(image * WIDTH, (image + 1) * WIDTH);
    for (let n = 0; n < MAX_ORDER; n++) {
      row[n] = countMatches(
        candidate.orders[n]!,
        references.map(({ orders }) => orders[n]!),
        most,
        counts,
      );
      row[MAX_ORDER + n] = candidate.orders[n]!.length;
    }
    row[LENGTH] = candidate.length;
    row[LENGTH + 1] = closestLength(candidate, references);
  });

  const orders = Array.from({ length: MAX_ORDER }, (_, n) => n + 1);
  return {
    corpus: orders.map(order => ({ width: WIDTH, rows, combine: sums => combineRow(sums, order) })),
    perImage: orders.map(order =>
      Float64Array.from(images, (_, image) => combineRow(rows, order, image * WIDTH)),
    ),
  };
}

/**
 * How many n-grams of the candidate stand in the references, each at most as often as in the reference that has it
 * most. `most` and `counts` hold zeros for all n-grams before and after.
 */
function countMatches(
  candidate: Int32Array,
  references: readonly Int32Array[],
  most: Int32Array,
  counts: Int32Array,
): number {
  // Counted loops: `for … of` over typed arrays takes three times as long until it is compiled.
  for (const reference of references) {
    for (let i = 0; i < reference.length; i++) {
      const count = counts[reference[i]!]! + 1;
      counts[reference[i]!] = count;
      if (count > most[reference[i]!]!) most[reference[i]!] = count;
    }
    for (let i = 0; i < reference.length; i++) counts[reference[i]!] = 0;
  }
  let matched = 0;
  for (let i = 0; i < candidate.length; i++) {
    const left = most[candidate[i]!]!;
    if (left === 0) continue;
    matched++;
    most[candidate[i]!] = left - 1;
  }
  for (const reference of references) {
    for (let i = 0; i < reference.length; i++) most[reference[i]!] = 0;
  }
  return matched;
}

function closestLength(candidate: CaptionNgrams, references: readonly CaptionNgrams[]): number {
  let closest = Number.POSITIVE_INFINITY;
  for (const { length } of references) {
    const difference = Math.abs(length - candidate.length) - Math.abs(closest - candidate.length);
    if (difference < 0 || (difference === 0 && length < closest)) closest = length;
  }
  return closest;
}
