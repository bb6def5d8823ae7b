import {
  MOST,
  NO_TAG,
  type QuantisedRows,
  scaleFactor,
  type TaggerModel,
} from '../../src/metrics/adjectives/model.ts';
import { TAGS, type Tag } from '../../src/metrics/adjectives/tags.ts';
import { UNKNOWN, type Vocabulary } from './lexicon.ts';
import type { Network } from './network.ts';

/** A word that is met this often, and this share of the time with one tag, always gets that tag. */
const CERTAIN_COUNT = 20;
const CERTAIN_SHARE = 0.998;

/**
 * Turns a trained network into what tagging needs. All that is known of a word as such (its embedding, its lexicon
 * features, its own row) becomes one vector, so that neither WordNet nor the embeddings are needed any more.
 *
 * @param tagCounts for each lower-case word of the training text how often it had each tag
 */
export function buildModel(
  network: Network,
  vocabulary: Vocabulary,
  tagCounts: ReadonlyMap<string, ReadonlyMap<Tag, number>>,
): TaggerModel {
  const { vector, hidden, window } = network.shape;
  const { project, window: windowWeight, windowBias, out, outBias, direct, directBias } = network.weights();
  const words = vocabulary.lexicon.list();
  const row = (id: number) => network.table.subarray(id * vector, (id + 1) * vector);
  const sum = (ids: readonly number[]) => {
    const total = new Float32Array(vector);
    for (const id of ids) for (let v = 0; v < vector; v++) total[v]! += row(id)[v]!;
    return total;
  };
  const wordVectors = words.map(word => {
    const own = vocabulary.id(`=${word}`);
    const ids = vocabulary.idsOf(vocabulary.lexicon.features(word));
    const total = sum(own === undefined ? ids : [...ids, own]);
    const embedding = vocabulary.lexicon.embedding(word);
    for (const [e, value] of (embedding ?? []).entries())
      for (let v = 0; v < vector; v++) total[v]! += value * project.data[e * vector + v]!;
    return total;
  });
  const spelling = vocabulary.spelling();
  const unknown = vocabulary.id(UNKNOWN);
  return {
    vector,
    hidden,
    window,
    words,
    wordVectors: quantise(wordVectors),
    wordTags: Uint8Array.from(words, word => certainTag(tagCounts.get(word))),
    features: spelling.map(([name]) => name),
    featureVectors: quantise(spelling.map(([, id]) => row(id))),
    padVector: row(0).slice(),
    unknownVector: unknown === undefined ? new Float32Array(vector) : row(unknown).slice(),
    windowWeight: windowWeight.data.slice(),
    windowBias: windowBias.data.slice(),
    outWeight: firstColumns(out.data, out.columns),
    outBias: outBias.data.slice(0, TAGS.length),
    directWeight: firstColumns(direct.data, direct.columns),
    directBias: directBias.data.slice(0, TAGS.length),
  };
}

function firstColumns(data: Float32Array, columns: number): Float32Array {
  const rows = data.length / columns;
  return Float32Array.from({ length: rows * TAGS.length }, (_, i) => {
    return data[Math.floor(i / TAGS.length) * columns + (i % TAGS.length)]!;
  });
}

function certainTag(counts: ReadonlyMap<Tag, number> | undefined): number {
  let total = 0;
  for (const count of counts?.values() ?? []) total += count;
  if (total < CERTAIN_COUNT) return NO_TAG;
  for (const [tag, count] of counts!) if (count >= CERTAIN_SHARE * total) return TAGS.indexOf(tag);
  return NO_TAG;
}

/** How many eighths of a power of two below the scale that holds a row's largest value are tried. */
const SCALES = 14;

/** Rows in four bits a number, each at the scale that loses least: it pays to clip a value far above the others. */
function quantise(rows: readonly Float32Array[]): QuantisedRows {
  const width = rows[0]?.length ?? 0;
  const pairs = new Uint8Array((rows.length * width) / 2);
  const scales = new Uint8Array(rows.length);
  for (const [r, row] of rows.entries()) {
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const widest = Math.ceil((Math.log2(largest / MOST) + 24) * 8);
    let least = Infinity;
    for (let scale = widest; scale >= Math.max(0, widest - SCALES); scale--) {
      const factor = scaleFactor(scale);
      const loss = row.reduce((sum, value) => sum + (value - factor * steps(value, factor)) ** 2, 0);
      if (loss >= least) continue;
      least = loss;
      scales[r] = scale;
    }
    const factor = scaleFactor(scales[r]!);
    const half = (v: number) => steps(row[v]!, factor) + 8;
    for (let v = 0; v < width; v += 2) pairs[(r * width + v) / 2] = half(v) | (half(v + 1) << 4);
  }
  return { pairs, scales };
}

/** The number of steps of `factor` that comes nearest to the value. */
function steps(value: number, factor: number): number {
  return Math.max(-MOST, Math.min(MOST, Math.round(value / factor)));
}
