/** The longest n-gram that BLEU and CIDEr-D count. */
export const MAX_ORDER = 4;

/** Token ids stay below this, so that (prefix, token) is one exact double. */
const TOKEN_LIMIT = 2 ** 24;
const EMPTY = -1;

/**
 * Gives each n-gram a small whole number. An n-gram is the id of its first n - 1 tokens and its last token.
 *
 * Open addressing in typed arrays: a Map holds at most 2^24 entries, which the n-grams of 40,000 long captions
 * exceed, and takes several times the memory.
 */
export class NGramTable {
  #keys = new Float64Array(1 << 10).fill(EMPTY);
  #values = new Int32Array(1 << 10);
  #size = 0;

  /** How many n-grams have an id: 0, 1, … `size - 1`. */
  get size(): number {
    return this.#size;
  }

  /**
   * Lists the n-grams of a caption, order 1 to {@link MAX_ORDER}.
   *
   * @param tokens token ids
   * @returns for each order, the ids of its n-grams from left to right, with repeats
   */
  ngrams(tokens: readonly number[]): number[][] {
    const orders: number[][] = Array.from({ length: MAX_ORDER }, () => []);
    for (let start = 0; start < tokens.length; start++) {
      let prefix = 0;
      for (let n = 0; n < MAX_ORDER && start + n < tokens.length; n++) {
        const id = this.#intern(prefix * TOKEN_LIMIT + tokens[start + n]!);
        orders[n]!.push(id);
        prefix = id + 1;
      }
    }
    return orders;
  }

  #intern(key: number): number {
    let slot = slotOf(key, this.#keys.length);
    while (this.#keys[slot] !== EMPTY) {
      if (this.#keys[slot] === key) return this.#values[slot]!;
      slot = (slot + 1) & (this.#keys.length - 1);
    }
    this.#keys[slot] = key;
    this.#values[slot] = this.#size;
    this.#size++;
    if (this.#size * 2 > this.#keys.length) this.#grow();
    return this.#size - 1;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    const capacity = keys.length * 2;
    this.#keys = new Float64Array(capacity).fill(EMPTY);
    this.#values = new Int32Array(capacity);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key === EMPTY) continue;
      let slot = slotOf(key, capacity);
      while (this.#keys[slot] !== EMPTY) slot = (slot + 1) & (capacity - 1);
      this.#keys[slot] = key;
      this.#values[slot] = values[i]!;
    }
  }
}

/** Mixes both halves of the key (Steele et al. 2014's finaliser, 32 bits). `capacity` is a power of two. */
function slotOf(key: number, capacity: number): number {
  let hash = (key | 0) ^ Math.imul((key / 2 ** 32) | 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}

/** Counts per n-gram that are set back to zero in time proportional to what was counted. */
export class Counter {
  #counts = new Int32Array(1 << 10);

  get(id: number): number {
    return this.#counts[id] ?? 0;
  }

  set(id: number, count: number): void {
    if (id >= this.#counts.length) {
      const grown = new Int32Array(2 ** Math.ceil(Math.log2(id + 1)));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[id] = count;
  }

  clear(ids: readonly number[]): void {
    for (const id of ids) this.set(id, 0);
  }
}
