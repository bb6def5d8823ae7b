/** Tokens as small whole numbers, so that n-grams are counted and compared without building strings. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #words: string[] = [];

  get size(): number {
    return this.#words.length;
  }

  /** The id of `word`, given on first sight: 0, 1, 2, … */
  id(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.length;
    this.#ids.set(word, id);
    this.#words.push(word);
    return id;
  }

  /** The word with this id. */
  word(id: number): string {
    return this.#words[id]!;
  }
}

/** One image: its candidate and its references as token ids of one {@link Vocabulary}. */
export interface TokenizedSample {
  readonly candidate: readonly number[];
  /** At least one. */
  readonly references: readonly (readonly number[])[];
}
