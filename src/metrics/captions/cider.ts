import { type CaptionNgrams, MAX_ORDER, type NgramIndex } from './ngram-index.ts';

/** Width of the length penalty, and the factor that CIDEr-D is published with. */
const SIGMA = 6;
const SCALE = 10;

/**
 * CIDEr-D (Vedantam et al. 2015, section 4) as pycocoevalcap's `Cider` computes it: n-grams to order 4 without
 * stemming, clipped, with the Gaussian length penalty, times 10. Document frequencies come from these references.
 *
 * @param index of at least two images: with one each idf is log(1 / 1) = 0 and the score says nothing
 * @returns for each image, 0 to 10; the corpus score is their mean
 * @throws RangeError for fewer than two images
 */
export function scoreCider(index: NgramIndex): Float64Array {
  const { images, size } = index;
  if (images.length < 2) throw new RangeError('CIDEr-D needs at least two images');
  const idf = inverseDocumentFrequencies(index);
  const counts = new Int32Array(size);
  const candidateWeights = new Float64Array(size);

  /** Weighs the n-grams of one order; returns the vector's norm and its clipped product with the candidate's. */
  function weigh(ngrams: Int32Array, isCandidate: boolean): { norm: number; product: number } {
    // Counted loops: `for … of` over typed arrays takes three times as long until it is compiled.
    for (let i = 0; i < ngrams.length; i++) counts[ngrams[i]!]!++;
    let square = 0;
    let product = 0;
    for (let i = 0; i < ngrams.length; i++) {
      const ngram = ngrams[i]!;
      const count = counts[ngram]!;
      if (count === 0) continue;
      counts[ngram] = 0;
      const weight = count * idf[ngram]!;
      square += weight * weight;
      if (isCandidate) candidateWeights[ngram] = weight;
      else product += Math.min(candidateWeights[ngram]!, weight) * weight;
    }
    return { norm: Math.sqrt(square), product };
  }

  return Float64Array.from(images, ({ candidate, references }) => {
    let total = 0;
    for (let n = 0; n < MAX_ORDER; n++) {
      const { norm } = weigh(candidate.orders[n]!, true);
      for (const reference of references) {
        const other = weigh(reference.orders[n]!, false);
        if (norm === 0 || other.norm === 0) continue;
        total += (other.product / (norm * other.norm)) * lengthPenalty(candidate, reference);
      }
      for (const ngram of candidate.orders[n]!) candidateWeights[ngram] = 0;
    }
    return (SCALE * total) / MAX_ORDER / references.length;
  });
}

/** pycocoevalcap measures length in bigrams where the paper counts words. */
function lengthPenalty(candidate: CaptionNgrams, reference: CaptionNgrams): number {
  const difference = candidate.orders[1]!.length - reference.orders[1]!.length;
  return Math.exp(-(difference ** 2) / (2 * SIGMA ** 2));
}

/** log(images / images in whose references the n-gram stands); an n-gram in none counts as being in one. */
function inverseDocumentFrequencies({ images, size }: NgramIndex): Float64Array {
  const frequency = new Int32Array(size);
  const lastImage = new Int32Array(size).fill(-1);
  images.forEach(({ references }, image) => {
    for (const { orders } of references) {
      for (const ngrams of orders) {
        for (let i = 0; i < ngrams.length; i++) {
          const ngram = ngrams[i]!;
          if (lastImage[ngram] === image) continue;
          lastImage[ngram] = image;
          frequency[ngram]!++;
        }
      }
    }
  });
  const idf = new Float64Array(size);
  const logCount = Math.log(images.length);
  for (let ngram = 0; ngram < size; ngram++) idf[ngram] = logCount - Math.log(Math.max(1, frequency[ngram]!));
  return idf;
}
