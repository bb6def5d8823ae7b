import { Counter, MAX_ORDER, NGramTable } from './ngram-table.ts';
import type { TokenizedSample } from './vocabulary.ts';

/** Width of the length penalty, and the factor that CIDEr-D is published with. */
const SIGMA = 6;
const SCALE = 10;

interface Vector {
  /** For each order: n-gram ids without repeats, and their weights term frequency x idf. */
  readonly ids: readonly number[][];
  readonly weights: readonly number[][];
  readonly norms: readonly number[];
  /** In bigrams: pycocoevalcap counts them where the paper counts words. */
  readonly length: number;
}

/**
 * CIDEr-D (Vedantam et al. 2015, section 4) as pycocoevalcap's `Cider` computes it: n-grams to order 4 without
 * stemming, clipped, with the Gaussian length penalty, times 10. Document frequencies come from these references.
 *
 * @param samples at least two: with one image each idf is log(1 / 1) = 0 and the score says nothing
 * @returns for each image, 0 to 10; the corpus score is their mean
 * @throws RangeError for fewer than two samples
 */
export function scoreCider(samples: readonly TokenizedSample[]): Float64Array {
  if (samples.length < 2) throw new RangeError('CIDEr-D needs at least two images');
  const table = new NGramTable();
  const documentFrequency = countDocuments(samples, table);
  const logCount = Math.log(samples.length);
  const counter = new Counter();

  function vectorOf(tokens: readonly number[]): Vector {
    const ngrams = table.ngrams(tokens);
    const ids: number[][] = [];
    const weights: number[][] = [];
    const norms: number[] = [];
    for (const all of ngrams) {
      for (const id of all) counter.set(id, counter.get(id) + 1);
      const distinct: number[] = [];
      const weight: number[] = [];
      let square = 0;
      for (const id of all) {
        const frequency = counter.get(id);
        if (frequency === 0) continue;
        counter.set(id, 0);
        const value = frequency * (logCount - Math.log(Math.max(1, documentFrequency.get(id))));
        distinct.push(id);
        weight.push(value);
        square += value ** 2;
      }
      ids.push(distinct);
      weights.push(weight);
      norms.push(Math.sqrt(square));
    }
    return { ids, weights, norms, length: ngrams[1]!.length };
  }

  const place = new Counter();
  return Float64Array.from(samples, ({ candidate, references }) => {
    const hypothesis = vectorOf(candidate);
    let total = 0;
    for (let n = 0; n < MAX_ORDER; n++) hypothesis.ids[n]!.forEach((id, i) => place.set(id, i + 1));
    for (const tokens of references) {
      const reference = vectorOf(tokens);
      const penalty = Math.exp(-((hypothesis.length - reference.length) ** 2) / (2 * SIGMA ** 2));
      for (let n = 0; n < MAX_ORDER; n++) {
        const norm = hypothesis.norms[n]! * reference.norms[n]!;
        if (norm === 0) continue;
        let product = 0;
        reference.ids[n]!.forEach((id, i) => {
          const at = place.get(id);
          if (at === 0) return;
          const weight = reference.weights[n]![i]!;
          product += Math.min(hypothesis.weights[n]![at - 1]!, weight) * weight;
        });
        total += (product / norm) * penalty;
      }
    }
    for (const ids of hypothesis.ids) place.clear(ids);
    return (SCALE * total) / MAX_ORDER / references.length;
  });
}

/** In how many images' references each n-gram stands. */
function countDocuments(samples: readonly TokenizedSample[], table: NGramTable): Counter {
  const frequency = new Counter();
  const lastImage = new Counter();
  samples.forEach(({ references }, image) => {
    for (const reference of references) {
      for (const ids of table.ngrams(reference)) {
        for (const id of ids) {
          if (lastImage.get(id) === image + 1) continue;
          lastImage.set(id, image + 1);
          frequency.set(id, frequency.get(id) + 1);
        }
      }
    }
  });
  return frequency;
}
