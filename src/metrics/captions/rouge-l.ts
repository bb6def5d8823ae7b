import type { TokenizedSample } from './vocabulary.ts';

/** Weight of recall, as coco-caption sets it. */
const BETA = 1.2;

/** Length of the longest common subsequence. Time is the product of the lengths, memory the shorter one. */
function longestCommonSubsequence(a: readonly number[], b: readonly number[]): number {
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  const lengths = new Int32Array(short.length + 1);
  for (const token of long) {
    let diagonal = 0;
    for (let j = 0; j < short.length; j++) {
      const above = lengths[j + 1]!;
      lengths[j + 1] = token === short[j] ? diagonal + 1 : Math.max(above, lengths[j]!);
      diagonal = above;
    }
  }
  return lengths[short.length]!;
}

/**
 * ROUGE-L (Lin 2004, section 3) as coco-caption computes it: the best precision and the best recall over the
 * references, which need not come from the same one, joined with beta 1.2.
 *
 * @returns for each image, 0 to 1
 */
export function scoreRougeL(samples: readonly TokenizedSample[]): Float64Array {
  return Float64Array.from(samples, ({ candidate, references }) => {
    let precision = 0;
    let recall = 0;
    for (const reference of references) {
      const common = longestCommonSubsequence(candidate, reference);
      precision = Math.max(precision, common / Math.max(1, candidate.length));
      recall = Math.max(recall, common / Math.max(1, reference.length));
    }
    if (precision === 0 || recall === 0) return 0;
    return ((1 + BETA ** 2) * precision * recall) / (recall + BETA ** 2 * precision);
  });
}
