import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { BenchmarkDataset, BenchmarkItem } from '../dataset.ts';

export interface SampleOptions {
  /** How many items; null for all. As many as there are where the set has fewer. */
  readonly images: number | null;
  /** Any whole number: the same seed, the same items. */
  readonly seed: number;
}

/**
 * Items drawn without replacement, each as likely as the others, in the set's own order. Nothing is held meanwhile:
 * each item is decided upon as it comes (selection sampling: Knuth, The Art of Computer Programming, vol. 2, 3.4.2,
 * algorithm S).
 *
 * @throws RangeError where `images` is no whole number above 0
 */
export async function* sampleItems(
  dataset: BenchmarkDataset,
  { images, seed }: SampleOptions,
  signal?: AbortSignal,
): AsyncGenerator<BenchmarkItem, void> {
  if (images === null || images >= dataset.count) {
    yield* dataset.items(signal);
    return;
  }
  if (!Number.isSafeInteger(images) || images < 1)
    throw new RangeError('images has to be a whole number above 0');
  const random = xoroshiro128plus(seed);
  let wanted = images;
  let left = dataset.count;
  for await (const item of dataset.items(signal)) {
    if (uniformInt(random, 0, left - 1) < wanted) {
      wanted--;
      yield item;
      if (wanted === 0) return;
    }
    left--;
  }
}
