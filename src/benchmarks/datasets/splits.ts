import { DatasetError } from './dataset-error.ts';
import type { DatasetSource } from './dataset-source.ts';

/** Where a file is one split, or the set has none: only that one can be asked for. */
export function requireOwnSplit({ path, split }: Pick<DatasetSource, 'path' | 'split'>, own: string): void {
  if (split === null || split === own) return;
  throw new DatasetError(
    'dataset-split',
    own === 'all'
      ? `${path} is not divided into splits, and so has no split ${split}. Leave --split out.`
      : `${path} is the split ${own}, not ${split}. Leave --split out, or give the file of ${split}.`,
  );
}

/** Counts the rows of each split of a file that holds several, and says which are wanted. */
export class SplitFilter {
  readonly #wanted: string;
  readonly #counts = new Map<string, number>();

  /** @param wanted a split's name, or `all` */
  constructor(wanted: string) {
    this.#wanted = wanted;
  }

  accepts(split: string): boolean {
    // Bounded: a file in which each row is a split of its own is no data set.
    if (this.#counts.size < 100 || this.#counts.has(split))
      this.#counts.set(split, (this.#counts.get(split) ?? 0) + 1);
    return this.#wanted === 'all' || split === this.#wanted;
  }

  /** `train 29,000, val 1,014, test 1,000` */
  describe(): string {
    return [...this.#counts].map(([split, rows]) => `${split} ${rows.toLocaleString('en')}`).join(', ');
  }

  /** @throws DatasetError `dataset-split` where the file has rows, but none of the split */
  requireFound(path: string): void {
    if (this.#counts.size === 0 || this.#wanted === 'all' || this.#counts.has(this.#wanted)) return;
    throw new DatasetError(
      'dataset-split',
      `${path} has no split ${this.#wanted}. It holds: ${this.describe()}. Choose one with --split, or --split all.`,
    );
  }
}

/** What stands beside scores on a set of which copies are divided differently. */
export function describeSplit(file: string, split: string, filter: SplitFilter): string {
  return `Scores are on the split ${split} of ${file}, which holds ${filter.describe()} images.`;
}
