import type { TokenizedSample } from './vocabulary.ts';

/** The longest n-gram that BLEU and CIDEr-D count. */
export const MAX_ORDER = 4;

/** The n-grams of one caption. */
export interface CaptionNgrams {
  /** In tokens. */
  readonly length: number;
  /** For each order, 1 first, the numbers of its n-grams from left to right, with repeats. */
  readonly orders: readonly Int32Array[];
}

/** The n-grams of a set of captions, as numbers from 0 to `size - 1`. */
export interface NgramIndex {
  readonly size: number;
  readonly images: readonly {
    readonly candidate: CaptionNgrams;
    readonly references: readonly CaptionNgrams[];
  }[];
}

/** Numbers the n-grams of all captions. */
export function indexNgrams(samples: readonly TokenizedSample[]): NgramIndex {
  let tokens = 0;
  for (const { candidate, references } of samples) {
    tokens += candidate.length;
    for (const { length } of references) tokens += length;
  }
  // A guess that saves most of the growing: of up to four n-grams a token, many repeat.
  const table = new NgramTable(2 * tokens);
  const images = samples.map(({ candidate, references }) => ({
    candidate: table.number(candidate),
    references: references.map(reference => table.number(reference)),
  }));
  return { size: table.size, images };
}

/**
 * Gives each n-gram a small whole number: 0, 1, 2, … An n-gram is the number of its first n - 1 tokens and its last
 * token.
 *
 * Open addressing in typed arrays: a Map holds at most 2^24 entries, which the n-grams of 40,000 long captions
 * exceed, and takes several times the memory and the time.
 */
class NgramTable {
  #prefixes: Int32Array;
  #tokens: Int32Array;
  /** One more than the n-gram's number; 0 where the slot is free. */
  #numbers: Int32Array;
  #size = 0;

  /** @param slots how many to begin with; it grows when half are taken */
  constructor(slots: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, slots)));
    this.#prefixes = new Int32Array(capacity);
    this.#tokens = new Int32Array(capacity);
    this.#numbers = new Int32Array(capacity);
  }

  /** How many n-grams have a number. */
  get size(): number {
    return this.#size;
  }

  number(tokens: readonly number[]): CaptionNgrams {
    const { length } = tokens;
    const orders: Int32Array[] = [];
    for (let n = 0; n < MAX_ORDER; n++) orders.push(new Int32Array(Math.max(0, length - n)));
    for (let start = 0; start < length; start++) {
      let prefix = -1;
      for (let n = 0; n < MAX_ORDER && start + n < length; n++) {
        prefix = this.#intern(prefix, tokens[start + n]!);
        orders[n]![start] = prefix;
      }
    }
    return { length, orders };
  }

  #intern(prefix: number, token: number): number {
    const numbers = this.#numbers;
    const mask = numbers.length - 1;
    let slot = hash(prefix, token) & mask;
    for (let number = numbers[slot]!; number !== 0; number = numbers[slot]!) {
      if (this.#prefixes[slot] === prefix && this.#tokens[slot] === token) return number - 1;
      slot = (slot + 1) & mask;
    }
    this.#prefixes[slot] = prefix;
    this.#tokens[slot] = token;
    this.#size++;
    numbers[slot] = this.#size;
    if (this.#size * 2 > numbers.length) this.#grow();
    return this.#size - 1;
  }

  #grow(): void {
    const old = { prefixes: this.#prefixes, tokens: this.#tokens, numbers: this.#numbers };
    const capacity = old.numbers.length * 2;
    const mask = capacity - 1;
    this.#prefixes = new Int32Array(capacity);
    this.#tokens = new Int32Array(capacity);
    this.#numbers = new Int32Array(capacity);
    for (let i = 0; i < old.numbers.length; i++) {
      if (old.numbers[i] === 0) continue;
      let slot = hash(old.prefixes[i]!, old.tokens[i]!) & mask;
      while (this.#numbers[slot] !== 0) slot = (slot + 1) & mask;
      this.#prefixes[slot] = old.prefixes[i]!;
      this.#tokens[slot] = old.tokens[i]!;
      this.#numbers[slot] = old.numbers[i]!;
    }
  }
}

/** MurmurHash3's finaliser over both numbers. */
function hash(prefix: number, token: number): number {
  let mixed = Math.imul(prefix, 0x9e3779b1) ^ token;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
