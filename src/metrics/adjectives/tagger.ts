import { spellingFeatures } from './features.ts';
import { NO_TAG, type QuantisedRows, scaleFactor, type TaggerModel } from './model.ts';
import { TAGS, type Tag } from './tags.ts';

/** How many written forms are kept worked out. A hostile text of ever new words empties the store, no more. */
const KEPT_FORMS = 6000;
const LONGEST_FORM = 64;
const PAD = 0;
const WINDOW = 3;

/**
 * A part-of-speech tagger for English: a window network over word vectors. What each written form adds to the
 * hidden layer is worked out once and kept, by its place in the window (Devlin et al., 2014, section 4), so that a
 * known word costs additions only; a word that has one tag throughout the training text costs a look-up.
 */
export class Tagger {
  private readonly model: TaggerModel;
  private readonly words: ReadonlyMap<string, number>;
  private readonly features: ReadonlyMap<string, number>;
  private readonly forms = new Map<string, number>();
  private readonly initialForms = new Map<string, number>();
  /** For each kept form: its tag if it has but one, and what it adds, seven places by the hidden units. */
  private readonly fixed = new Uint8Array(KEPT_FORMS);
  private readonly known: (string | null)[] = [null];
  private readonly initial = new Uint8Array(KEPT_FORMS);
  private sums: (Float32Array | null)[] = [null];
  private ids = new Int32Array(256);
  private readonly logits = new Float64Array(TAGS.length);

  /** @throws RangeError when the model's window is another than this code was written for */
  constructor(model: TaggerModel) {
    if (model.window !== WINDOW)
      throw new RangeError(`the tagger's window is ${WINDOW}, not ${model.window}`);
    this.model = model;
    this.words = new Map(model.words.map((word, i) => [word, i]));
    this.features = new Map(model.features.map((feature, i) => [feature, i]));
    this.fixed[PAD] = NO_TAG;
  }

  /**
   * Tags one sentence.
   *
   * @param words its tokens, as `tokenize` splits them
   * @returns one tag a token
   */
  tag(words: readonly string[]): Tag[] {
    const out = new Uint8Array(words.length);
    this.tagInto(words, 0, words.length, out);
    return Array.from(out, index => TAGS[index]!);
  }

  /**
   * Tags the sentence words[from..to) and writes the tags' places in `TAGS` to the same places of `out`.
   */
  tagInto(words: readonly string[], from: number, to: number, out: Uint8Array): void {
    const count = to - from;
    if (this.ids.length < count + 2 * WINDOW) this.ids = new Int32Array(2 * count + 2 * WINDOW);
    if (this.known.length + count >= KEPT_FORMS) this.forget();
    const { ids } = this;
    // A sentence of more new forms than are kept is tagged in parts.
    if (count >= KEPT_FORMS - 1) {
      const half = from + (count >> 1);
      this.tagInto(words, from, half, out);
      this.tagInto(words, half, to, out);
      return;
    }
    ids.fill(PAD, 0, WINDOW);
    for (let i = 0; i < count; i++) {
      const word = words[from + i]!;
      const id = i === 0 ? this.initialForms.get(word) : this.forms.get(word);
      ids[WINDOW + i] = id ?? this.keep(word, i === 0);
    }
    ids.fill(PAD, WINDOW + count, count + 2 * WINDOW);
    for (let i = 0; i < count; i++) {
      const fixed = this.fixed[ids[WINDOW + i]!]!;
      out[from + i] = fixed !== NO_TAG ? fixed : this.classify(i);
    }
  }

  private forget(): void {
    this.forms.clear();
    this.initialForms.clear();
    this.known.length = 1;
    this.sums = [this.sums[PAD] ?? null];
  }

  private keep(word: string, initial: boolean): number {
    const id = this.known.length;
    // The middle of an overlong word says nothing: the features are its ends.
    const short = word.length > LONGEST_FORM ? word.slice(0, 32) + word.slice(-32) : word;
    this.known.push(short);
    this.sums.push(null);
    this.initial[id] = initial ? 1 : 0;
    const row = this.words.get(short.toLowerCase());
    this.fixed[id] = row === undefined ? NO_TAG : this.model.wordTags[row]!;
    if (short === word) (initial ? this.initialForms : this.forms).set(word, id);
    return id;
  }

  /** The likeliest tag of the word at place `i` of the sentence whose forms are in `ids`. */
  private classify(i: number): number {
    const { hidden, windowBias, outWeight, outBias } = this.model;
    const { ids, logits } = this;
    const a = this.sumOf(ids[i]!);
    const b = this.sumOf(ids[i + 1]!);
    const c = this.sumOf(ids[i + 2]!);
    const d = this.sumOf(ids[i + 3]!);
    const e = this.sumOf(ids[i + 4]!);
    const f = this.sumOf(ids[i + 5]!);
    const g = this.sumOf(ids[i + 6]!);
    const tags = logits.length;
    for (let k = 0; k < tags; k++) logits[k] = outBias[k]!;
    for (let u = 0; u < hidden; u++) {
      const sum =
        windowBias[u]! +
        a[u]! +
        b[hidden + u]! +
        c[2 * hidden + u]! +
        d[3 * hidden + u]! +
        e[4 * hidden + u]! +
        f[5 * hidden + u]! +
        g[6 * hidden + u]!;
      if (sum <= 0) continue;
      const from = u * tags;
      for (let k = 0; k < tags; k++) logits[k]! += sum * outWeight[from + k]!;
    }
    let best = 0;
    for (let k = 1; k < tags; k++) if (logits[k]! > logits[best]!) best = k;
    return best;
  }

  private sumOf(id: number): Float32Array {
    return this.sums[id] ?? this.workOut(id);
  }

  /** What a form adds to the hidden layer from each place of the window. */
  private workOut(id: number): Float32Array {
    const { vector, hidden, windowWeight } = this.model;
    const values = this.vectorOf(this.known[id]!, this.initial[id] === 1);
    const places = 2 * WINDOW + 1;
    const sum = new Float32Array(places * hidden);
    for (let place = 0; place < places; place++) {
      const to = place * hidden;
      for (let v = 0; v < vector; v++) {
        const value = values[v]!;
        const from = (place * vector + v) * hidden;
        for (let u = 0; u < hidden; u++) sum[to + u]! += value * windowWeight[from + u]!;
      }
    }
    this.sums[id] = sum;
    return sum;
  }

  private vectorOf(word: string | null, initial: boolean): Float32Array {
    const { model } = this;
    if (word === null) return model.padVector;
    const row = this.words.get(word.toLowerCase());
    const out = new Float32Array(model.vector);
    if (row === undefined) out.set(model.unknownVector);
    else addRow(out, model.wordVectors, row);
    for (const name of spellingFeatures(word, initial)) {
      const feature = this.features.get(name);
      if (feature !== undefined) addRow(out, model.featureVectors, feature);
    }
    return out;
  }
}

function addRow(out: Float32Array, rows: QuantisedRows, row: number): void {
  const factor = scaleFactor(rows.scales[row]!);
  const from = row * out.length;
  for (let v = 0; v < out.length; v++) out[v]! += factor * rows.values[from + v]!;
}
