import type { CorpusScore } from '../statistics.ts';
import { Counter, MAX_ORDER, NGramTable } from './ngram-table.ts';
import type { TokenizedSample } from './vocabulary.ts';

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
export function scoreBleu(samples: readonly TokenizedSample[]): BleuScores {
  const rows = new Float64Array(samples.length * WIDTH);
  const table = new NGramTable();
  const most = new Counter();
  const inReference = new Counter();
  samples.forEach((sample, image) => {
    const row = rows.subarray(image * WIDTH, (image + 1) * WIDTH);
    const references = sample.references.map(reference => table.ngrams(reference));
    const candidate = table.ngrams(sample.candidate);
    for (let n = 0; n < MAX_ORDER; n++) {
      for (const reference of references) {
        const ids = reference[n]!;
        for (const id of ids) {
          inReference.set(id, inReference.get(id) + 1);
          if (inReference.get(id) > most.get(id)) most.set(id, inReference.get(id));
        }
        inReference.clear(ids);
      }
      let matched = 0;
      for (const id of candidate[n]!) {
        const left = most.get(id);
        if (left > 0) {
          matched++;
          most.set(id, left - 1);
        }
      }
      for (const reference of references) most.clear(reference[n]!);
      row[n] = matched;
      row[MAX_ORDER + n] = candidate[n]!.length;
    }
    row[LENGTH] = sample.candidate.length;
    row[LENGTH + 1] = closestLength(sample);
  });

  const orders = Array.from({ length: MAX_ORDER }, (_, n) => n + 1);
  return {
    corpus: orders.map(order => ({ width: WIDTH, rows, combine: sums => combineRow(sums, order) })),
    perImage: orders.map(order =>
      Float64Array.from(samples, (_, image) => combineRow(rows, order, image * WIDTH)),
    ),
  };
}

function closestLength({ candidate, references }: TokenizedSample): number {
  let closest = Number.POSITIVE_INFINITY;
  for (const { length } of references) {
    const difference = Math.abs(length - candidate.length) - Math.abs(closest - candidate.length);
    if (difference < 0 || (difference === 0 && length < closest)) closest = length;
  }
  return closest;
}
