import { readFileSync } from 'node:fs';
import { NarratorError } from '../../errors.ts';
import { TAGS } from './tags.ts';

/** The shapes and tables of a trained tagger, as `npm run train:tagger` writes them. */
export interface TaggerModel {
  /** Dimensions of a word's vector, and units of the hidden layer. */
  readonly vector: number;
  readonly hidden: number;
  /** Words seen to each side. */
  readonly window: number;
  /** Lower-case words with their vectors (one row each) and the tag that a word always has, or `NO_TAG`. */
  readonly words: readonly string[];
  readonly wordVectors: QuantisedRows;
  readonly wordTags: Uint8Array;
  /** Features of the spelling (see features.ts) with their vectors. */
  readonly features: readonly string[];
  readonly featureVectors: QuantisedRows;
  /** The vector of no word (before and after a sentence) and what a word that is not listed has in its place. */
  readonly padVector: Float32Array;
  readonly unknownVector: Float32Array;
  /** (2·window+1)·vector rows by `hidden` columns, then `hidden` rows by one column a tag. */
  readonly windowWeight: Float32Array;
  readonly windowBias: Float32Array;
  readonly outWeight: Float32Array;
  readonly outBias: Float32Array;
  /** The direct part: (2·window+1)·vector rows by one column a tag. */
  readonly directWeight: Float32Array;
  readonly directBias: Float32Array;
}

/**
 * Rows of an even width in four bits a number, two numbers a byte with the first in the lower half. A half byte h in
 * row r stands for `(h - 8) · 2^(scale[r]/8 - 24)`; `MOST` is the largest h - 8.
 */
export interface QuantisedRows {
  readonly pairs: Uint8Array;
  readonly scales: Uint8Array;
}

/** The most steps of its scale that a number of `QuantisedRows` is away from 0, upwards and downwards. */
export const MOST = 7;

export const NO_TAG = 255;
const MAGIC = 'VNTAG003';

/** The factor that a row's scale byte stands for. */
export function scaleFactor(scale: number): number {
  return 2 ** (scale / 8 - 24);
}

/** Adds the numbers of a row to `out`, which is as wide as the rows are. */
export function addRow(out: Float32Array, { pairs, scales }: QuantisedRows, row: number): void {
  const factor = scaleFactor(scales[row]!);
  let at = (row * out.length) / 2;
  for (let v = 0; v < out.length; v += 2) {
    const pair = pairs[at++]!;
    out[v]! += factor * ((pair & 15) - 8);
    out[v + 1]! += factor * ((pair >> 4) - 8);
  }
}

/** @returns the bytes that `decodeModel` reads back, little-endian, some 75 bytes a word; tables of weights at half precision */
export function encodeModel(model: TaggerModel): Uint8Array {
  const encoder = new TextEncoder();
  const words = encoder.encode(model.words.join('\n'));
  const features = encoder.encode(model.features.join('\n'));
  const { vector, hidden, window } = model;
  const header = new Uint32Array([
    vector,
    hidden,
    window,
    words.length,
    model.words.length,
    features.length,
    model.features.length,
  ]);
  const parts: ArrayBufferView[] = [
    encoder.encode(MAGIC),
    header,
    model.padVector,
    model.unknownVector,
    Float16Array.from(model.windowWeight),
    model.windowBias,
    Float16Array.from(model.outWeight),
    model.outBias,
    Float16Array.from(model.directWeight),
    model.directBias,
    model.wordVectors.pairs,
    model.wordVectors.scales,
    model.wordTags,
    model.featureVectors.pairs,
    model.featureVectors.scales,
    words,
    features,
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** @throws NarratorError `tagger-model` when the bytes are not such a model or are cut short */
export function decodeModel(file: Uint8Array): TaggerModel {
  const bytes = file.slice();
  const decoder = new TextDecoder();
  if (decoder.decode(bytes.subarray(0, 8)) !== MAGIC) throw faulty('it does not begin as one');
  let at = 8;
  const take = (size: number) => {
    if (at + size > bytes.length) throw faulty('it is cut short');
    at += size;
    return at - size;
  };
  const floats = (count: number) => new Float32Array(bytes.buffer, take(count * 4), count);
  const halves = (count: number) => Float32Array.from(new Float16Array(bytes.buffer, take(count * 2), count));
  const octets = (count: number) => new Uint8Array(bytes.buffer, take(count), count);
  const rows = (count: number): QuantisedRows => ({
    pairs: octets((count * vector) / 2),
    scales: octets(count),
  });
  const [vector, hidden, window, wordBytes, wordCount, featureBytes, featureCount] = new Uint32Array(
    bytes.buffer,
    take(28),
    7,
  ) as unknown as [number, number, number, number, number, number, number];
  const model = {
    vector,
    hidden,
    window,
    padVector: floats(vector),
    unknownVector: floats(vector),
    windowWeight: halves((2 * window + 1) * vector * hidden),
    windowBias: floats(hidden),
    outWeight: halves(hidden * TAGS.length),
    outBias: floats(TAGS.length),
    directWeight: halves((2 * window + 1) * vector * TAGS.length),
    directBias: floats(TAGS.length),
    wordVectors: rows(wordCount),
    wordTags: octets(wordCount),
    featureVectors: rows(featureCount),
    words: decoder.decode(octets(wordBytes)).split('\n'),
    features: decoder.decode(octets(featureBytes)).split('\n'),
  };
  if (model.words.length !== wordCount || model.features.length !== featureCount)
    throw faulty('its lists are torn');
  return model;
}

function faulty(why: string): NarratorError {
  return new NarratorError(
    'tagger-model',
    `The tagger's weights cannot be used: ${why}. Restore the file from the repository, or make it anew with \`npm run train:tagger\`.`,
  );
}

/** Reads the committed weights. */
export function readModel(): TaggerModel {
  return decodeModel(readFileSync(new URL('tagger-weights.bin', import.meta.url)));
}
