import {
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

/** Rows as signed bytes, each with the smallest scale that holds its largest value. */
function quantise(rows: readonly Float32Array[]): QuantisedRows {
  const width = rows[0]?.length ?? 0;
  const values = new Int8Array(rows.length * width);
  const scales = new Uint8Array(rows.length);
  for (const [r, row] of rows.entries()) {
    const most = row.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-6);
    scales[r] = Math.ceil((Math.log2(most / 127) + 24) * 8);
    const factor = scaleFactor(scales[r]!);
    for (let v = 0; v < width; v++) values[r * width + v] = Math.round(row[v]! / factor);
  }
  return { values, scales };
}
