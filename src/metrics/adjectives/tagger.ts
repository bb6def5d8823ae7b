import { spellingFeatures } from './features.ts';
import { addRow, NO_TAG, type TaggerModel } from './model.ts';
import { TAGS, type Tag } from './tags.ts';

/** Words seen to each side, and places of the window. */
const WINDOW = 3;
const PLACES = 2 * WINDOW + 1;
/** How many written forms are kept worked out (some 12 MB). A hostile text of ever new words empties the store. */
const KEPT_FORMS = 12_000;
/** How many pairs of a form and a place have their share of the hidden layer kept (some 20 MB when full). */
const KEPT_SHARES = 25_000;
const LONGEST_FORM = 64;
/** A sentence of more words is tagged in parts. */
const LONGEST_SENTENCE = 2000;
const PAD = 0;
const COUNT = TAGS.length;
/** The direct part decides alone where its best tag leads by this much (chosen on EWT dev). */
const CLEAR_LEAD = 1.5;
/** The hidden layer chooses among the tags that the direct part puts at most this far behind its best. */
const CANDIDATE_LEAD = 5;
/** The word alone decides where its best tag leads by this much, whatever is around it (chosen likewise). */
const OWN_LEAD = 8;

/**
 * A part-of-speech tagger for English: a window network over word vectors, see scripts/tagger/network.ts.
 *
 * It is fast because most of the work is done once a written form and kept: what the form adds to the logits and to
 * the hidden layer from each place of the window (Devlin et al., 2014, section 4). A word with one tag throughout
 * the training text costs a look-up, a word that the direct part is sure of a few additions, and only the others
 * go through the hidden layer.
 */
export class Tagger {
  private readonly model: TaggerModel;
  private readonly words: ReadonlyMap<string, number>;
  private readonly features: ReadonlyMap<string, number>;
  private readonly forms = new Map<string, number>();
  private readonly initialForms = new Map<string, number>();
  private readonly fixed = new Uint8Array(KEPT_FORMS);
  private readonly vectors: Float32Array[] = [];
  /** Form by place by tag. */
  private readonly direct = new Float32Array(KEPT_FORMS * PLACES * COUNT);
  /** Form by place: the row in `shares`, 0 where it is not yet worked out. */
  private readonly shareOf = new Int32Array(KEPT_FORMS * PLACES);
  private shares: Float32Array;
  private shareCount = 1;
  private ids = new Int32Array(256);
  private readonly logits = new Float64Array(COUNT);
  private readonly units: Float32Array;
  /** Tag by hidden unit. */
  private readonly outWeight: Float32Array;

  /** @throws RangeError when the model's window is another than this code was written for */
  constructor(model: TaggerModel) {
    if (model.window !== WINDOW)
      throw new RangeError(`the tagger's window is ${WINDOW}, not ${model.window}`);
    this.model = model;
    this.words = new Map(model.words.map((word, i) => [word, i]));
    this.features = new Map(model.features.map((feature, i) => [feature, i]));
    this.shares = new Float32Array(1024 * model.hidden);
    this.units = new Float32Array(model.hidden);
    this.outWeight = Float32Array.from(
      { length: model.outWeight.length },
      (_, i) => model.outWeight[(i % model.hidden) * COUNT + Math.floor(i / model.hidden)]!,
    );
    this.forget();
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

  /** Tags the sentence words[from..to) and writes the tags' places in `TAGS` to the same places of `out`. */
  tagInto(words: readonly string[], from: number, to: number, out: Uint8Array): void {
    const count = to - from;
    if (count > LONGEST_SENTENCE) {
      const half = from + (count >> 1);
      this.tagInto(words, from, half, out);
      this.tagInto(words, half, to, out);
      return;
    }
    if (this.vectors.length + count >= KEPT_FORMS || this.shareCount + count * PLACES >= KEPT_SHARES)
      this.forget();
    if (this.ids.length < count + 2 * WINDOW) this.ids = new Int32Array(2 * count + 2 * WINDOW);
    const { ids } = this;
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
    this.vectors.length = 0;
    this.shareOf.fill(0);
    this.shareCount = 1;
    this.fixed[PAD] = NO_TAG;
    this.addForm(this.model.padVector);
  }

  private keep(word: string, initial: boolean): number {
    // The middle of an overlong word says nothing: the features are its ends.
    const short = word.length > LONGEST_FORM ? word.slice(0, 32) + word.slice(-32) : word;
    const lower = short.toLowerCase();
    const row = this.words.get(lower);
    const id = this.addForm(this.vectorOf(short, row, initial));
    // A word in capitals may be another: US, IT.
    const ordinary = short.slice(1) === lower.slice(1);
    const certain = row === undefined || !ordinary ? NO_TAG : this.model.wordTags[row]!;
    this.fixed[id] = certain !== NO_TAG ? certain : this.ownTag(id);
    if (short === word) {
      // A copy: a slice of 13 characters or more would keep the whole text that it was cut from in memory.
      const key = Buffer.from(word, 'utf16le').toString('utf16le');
      (initial ? this.initialForms : this.forms).set(key, id);
    }
    return id;
  }

  /** The tag that a form has whatever is around it, or `NO_TAG`. */
  private ownTag(id: number): number {
    const { direct } = this;
    const { directBias } = this.model;
    const from = (id * PLACES + WINDOW) * COUNT;
    let best = 0;
    let most = -Infinity;
    let second = -Infinity;
    for (let k = 0; k < COUNT; k++) {
      const logit = directBias[k]! + direct[from + k]!;
      if (logit > most) {
        second = most;
        most = logit;
        best = k;
      } else if (logit > second) second = logit;
    }
    return most - second >= OWN_LEAD ? best : NO_TAG;
  }

  private addForm(vector: Float32Array): number {
    const { directWeight } = this.model;
    const id = this.vectors.push(vector) - 1;
    const { direct } = this;
    direct.fill(0, id * PLACES * COUNT, (id + 1) * PLACES * COUNT);
    for (let place = 0; place < PLACES; place++) {
      const to = (id * PLACES + place) * COUNT;
      for (let v = 0; v < vector.length; v++) {
        const value = vector[v]!;
        const from = (place * vector.length + v) * COUNT;
        for (let k = 0; k < COUNT; k++) direct[to + k]! += value * directWeight[from + k]!;
      }
    }
    return id;
  }

  /** The likeliest tag of the word at place `i` of the sentence whose forms are in `ids`. */
  private classify(i: number): number {
    const { ids, direct, logits } = this;
    const { directBias } = this.model;
    const step = PLACES * COUNT;
    const a = ids[i]! * step;
    const b = ids[i + 1]! * step + COUNT;
    const c = ids[i + 2]! * step + 2 * COUNT;
    const d = ids[i + 3]! * step + 3 * COUNT;
    const e = ids[i + 4]! * step + 4 * COUNT;
    const f = ids[i + 5]! * step + 5 * COUNT;
    const g = ids[i + 6]! * step + 6 * COUNT;
    let best = 0;
    let most = -Infinity;
    let second = -Infinity;
    for (let k = 0; k < COUNT; k++) {
      const logit =
        directBias[k]! +
        direct[a + k]! +
        direct[b + k]! +
        direct[c + k]! +
        direct[d + k]! +
        direct[e + k]! +
        direct[f + k]! +
        direct[g + k]!;
      logits[k] = logit;
      if (logit > most) {
        second = most;
        most = logit;
        best = k;
      } else if (logit > second) second = logit;
    }
    return most - second >= CLEAR_LEAD ? best : this.classifyDeep(i, most - CANDIDATE_LEAD);
  }

  /** The likeliest, through the hidden layer, of the tags whose direct logit is at least `least`. */
  private classifyDeep(i: number, least: number): number {
    const { ids, logits, units, outWeight } = this;
    const { hidden, windowBias, outBias } = this.model;
    const a = this.shareAt(ids[i]!, 0);
    const b = this.shareAt(ids[i + 1]!, 1);
    const c = this.shareAt(ids[i + 2]!, 2);
    const d = this.shareAt(ids[i + 3]!, 3);
    const e = this.shareAt(ids[i + 4]!, 4);
    const f = this.shareAt(ids[i + 5]!, 5);
    const g = this.shareAt(ids[i + 6]!, 6);
    const { shares } = this;
    for (let u = 0; u < hidden; u++) {
      const sum =
        windowBias[u]! +
        shares[a + u]! +
        shares[b + u]! +
        shares[c + u]! +
        shares[d + u]! +
        shares[e + u]! +
        shares[f + u]! +
        shares[g + u]!;
      units[u] = Math.max(sum, 0);
    }
    let best = 0;
    let most = -Infinity;
    for (let k = 0; k < COUNT; k++) {
      if (logits[k]! < least) continue;
      let logit = outBias[k]!;
      const from = k * hidden;
      for (let u = 0; u < hidden; u++) logit += units[u]! * outWeight[from + u]!;
      if (logit > most) {
        most = logit;
        best = k;
      }
    }
    return best;
  }

  /** Where in `shares` stands what a form at a place of the window adds to the hidden layer. */
  private shareAt(id: number, place: number): number {
    const { hidden } = this.model;
    const row = this.shareOf[id * PLACES + place]!;
    return (row !== 0 ? row : this.workOut(id, place)) * hidden;
  }

  private workOut(id: number, place: number): number {
    const { vector, hidden, windowWeight } = this.model;
    const row = this.shareCount++;
    if ((row + 1) * hidden > this.shares.length) {
      const larger = new Float32Array(2 * this.shares.length);
      larger.set(this.shares);
      this.shares = larger;
    }
    const { shares } = this;
    const values = this.vectors[id]!;
    const to = row * hidden;
    shares.fill(0, to, to + hidden);
    for (let v = 0; v < vector; v++) {
      const value = values[v]!;
      const from = (place * vector + v) * hidden;
      for (let u = 0; u < hidden; u++) shares[to + u]! += value * windowWeight[from + u]!;
    }
    this.shareOf[id * PLACES + place] = row;
    return row;
  }

  private vectorOf(word: string, row: number | undefined, initial: boolean): Float32Array {
    const { model } = this;
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
