import type { CaptionSample } from './score-captions.ts';

/** One text as a language model sees it. */
export interface EncodedText {
  /** Token ids with the model's special tokens, cut at the model's longest input. */
  readonly ids: readonly number[];
  /** One vector a token, one after the other: `ids.length * dimension` numbers of any length (not normalised). */
  readonly vectors: Float32Array;
}

/** A language model that gives each token a vector in its context. */
export interface TokenEncoder {
  /** As results state it: name, layer, precision. */
  readonly description: string;
  /** The ids that open and close a text ([CLS] and [SEP], <s> and </s>): they weigh nothing. */
  readonly boundaryIds: ReadonlySet<number>;
  tokenize(text: string): readonly number[];
  /** @returns one for each text, in order */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<EncodedText[]>;
}

export interface BertScoreSettings {
  readonly encoder: TokenEncoder;
  /** Weigh tokens by how rare they are in the references. */
  readonly idf: boolean;
  /** The score of unrelated captions for this model and layer, of which results are rescaled to 0. */
  readonly baseline?: { readonly precision: number; readonly recall: number; readonly f1: number };
}

export interface BertScores {
  /** For each image the best over its references; each of the three is taken on its own, as bert_score does. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly f1: Float64Array;
  readonly note: string;
}

/** Images whose vectors are in memory at once. */
const IMAGES_AT_ONCE = 64;

/**
 * BERTScore (Zhang et al. 2020, section 3) as bert_score computes it: greedy matching by cosine, special tokens as
 * targets but without weight, optional idf and baseline rescaling (section 3 and appendix).
 *
 * @returns -1 to 1 in theory, mostly 0.8 to 1 unless rescaled
 * @throws what the encoder throws; the signal's reason when aborted
 */
export async function scoreBertScore(
  samples: readonly CaptionSample[],
  { encoder, idf, baseline }: BertScoreSettings,
  signal?: AbortSignal,
): Promise<BertScores> {
  const weigh = idf
    ? inverseDocumentFrequencies(samples, encoder)
    : (id: number) => (encoder.boundaryIds.has(id) ? 0 : 1);
  const precision = new Float64Array(samples.length);
  const recall = new Float64Array(samples.length);
  const f1 = new Float64Array(samples.length);
  for (let from = 0; from < samples.length; from += IMAGES_AT_ONCE) {
    const chunk = samples.slice(from, from + IMAGES_AT_ONCE);
    const texts = [...new Set(chunk.flatMap(({ candidate, references }) => [candidate, ...references]))];
    const encoded = new Map<string, WeighedText>();
    for (const [i, text] of (await encoder.encode(texts, signal)).entries())
      encoded.set(texts[i]!, weighText(text, weigh));
    chunk.forEach(({ candidate, references }, i) => {
      const scores = references.map(reference =>
        matchGreedily(encoded.get(candidate)!, encoded.get(reference)!),
      );
      precision[from + i] = rescale(Math.max(...scores.map(score => score.precision)), baseline?.precision);
      recall[from + i] = rescale(Math.max(...scores.map(score => score.recall)), baseline?.recall);
      f1[from + i] = rescale(Math.max(...scores.map(score => score.f1)), baseline?.f1);
    });
  }
  const note = `${encoder.description}, ${idf ? 'idf from these references' : 'no idf'}, ${baseline ? 'rescaled with a baseline' : 'not rescaled'}`;
  return { precision, recall, f1, note };
}

interface WeighedText {
  readonly length: number;
  /** Unit vectors, one after the other. */
  readonly vectors: Float32Array;
  /** Their sum is 1; or all 0 where the text holds nothing but boundaries. */
  readonly weights: Float64Array;
}

function weighText({ ids, vectors }: EncodedText, weigh: (id: number) => number): WeighedText {
  const dimension = vectors.length / ids.length;
  const unit = new Float32Array(vectors.length);
  for (let i = 0; i < ids.length; i++) {
    let square = 0;
    for (let k = i * dimension; k < (i + 1) * dimension; k++) square += vectors[k]! ** 2;
    for (let k = i * dimension; k < (i + 1) * dimension; k++) unit[k] = vectors[k]! / Math.sqrt(square || 1);
  }
  const weights = Float64Array.from(ids, weigh);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { length: ids.length, vectors: unit, weights: weights.map(weight => (sum > 0 ? weight / sum : 0)) };
}

function matchGreedily(candidate: WeighedText, reference: WeighedText) {
  const dimension = candidate.vectors.length / candidate.length;
  const bestOfCandidate = new Float64Array(candidate.length).fill(-1);
  const bestOfReference = new Float64Array(reference.length).fill(-1);
  for (let i = 0; i < candidate.length; i++) {
    for (let j = 0; j < reference.length; j++) {
      let cosine = 0;
      for (let k = 0; k < dimension; k++) {
        cosine += candidate.vectors[i * dimension + k]! * reference.vectors[j * dimension + k]!;
      }
      if (cosine > bestOfCandidate[i]!) bestOfCandidate[i] = cosine;
      if (cosine > bestOfReference[j]!) bestOfReference[j] = cosine;
    }
  }
  const precision = weightedSum(bestOfCandidate, candidate.weights);
  const recall = weightedSum(bestOfReference, reference.weights);
  const sum = precision + recall;
  // An empty side has no precision or recall: bert_score gives such a pair 0, and so does this.
  const empty =
    candidate.weights.every(weight => weight === 0) || reference.weights.every(weight => weight === 0);
  if (empty) return { precision: 0, recall: 0, f1: 0 };
  return { precision, recall, f1: sum === 0 ? 0 : (2 * precision * recall) / sum };
}

function weightedSum(values: Float64Array, weights: Float64Array): number {
  return values.reduce((total, value, i) => total + value * weights[i]!, 0);
}

function rescale(score: number, baseline: number | undefined): number {
  return baseline === undefined ? score : (score - baseline) / (1 - baseline);
}

/** log((references + 1) / (references that hold the token + 1)), each reference caption being a document. */
function inverseDocumentFrequencies(
  samples: readonly CaptionSample[],
  encoder: TokenEncoder,
): (id: number) => number {
  const frequency = new Map<number, number>();
  let documents = 0;
  for (const { references } of samples) {
    for (const reference of references) {
      documents++;
      for (const id of new Set(encoder.tokenize(reference))) frequency.set(id, (frequency.get(id) ?? 0) + 1);
    }
  }
  return id => Math.log((documents + 1) / ((frequency.get(id) ?? 0) + 1));
}
