import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { NarratorError } from '../errors.ts';
import type { EncodedText, TokenEncoder } from '../metrics/captions/bertscore.ts';

/** An encoder that cannot be loaded, or lacks the layer asked for. */
export class TextEncoderError extends NarratorError {}

export interface TextEncoderOptions {
  /** A model of the Hugging Face Hub, or a folder with config.json, tokenizer.json and onnx/model.onnx. */
  readonly model: string;
  /** Which hidden layer's vectors: 0 the embeddings, 1 the first layer, … Absent: the last one. */
  readonly layer?: number;
  /** Weights: `fp32` unless said otherwise, since smaller ones change the scores. */
  readonly dtype?: 'fp32' | 'fp16' | 'q8';
}

const TEXTS_AT_ONCE = 32;

/**
 * Loads a text encoder with transformers.js, which is imported only now: it takes a second and 100 MB.
 *
 * @throws TextEncoderError where there is no such model, or no network to fetch it by
 */
export async function loadTextEncoder({
  model: name,
  layer,
  dtype = 'fp32',
}: TextEncoderOptions): Promise<TokenEncoder> {
  const { AutoModel, AutoTokenizer, Tensor } = await import('@huggingface/transformers');
  // The library reads an absolute path as it is; anything else is a name of the Hub.
  const source = existsSync(name) ? resolve(name) : name;
  let tokenizer: PreTrainedTokenizer;
  let model: PreTrainedModel;
  try {
    tokenizer = await AutoTokenizer.from_pretrained(source);
    model = await AutoModel.from_pretrained(source, { dtype, device: 'cpu' });
  } catch (cause) {
    throw new TextEncoderError(
      'text-encoder',
      `The text encoder ${name} cannot be loaded (${(cause as Error).message}). Check its name and the network, or give a folder with config.json, tokenizer.json and onnx/model.onnx.`,
      { cause },
    );
  }
  const tokenize = (text: string): number[] => tokenizer.encode(text.trim());
  const longest = Math.min(tokenizer.model_max_length ?? 512, 512);
  const cut = (ids: number[]) => (ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ids.at(-1)!]);
  // What surrounds no text at all.
  const boundaryIds = new Set(tokenize(''));

  /** Texts of about one length, so that little of the batch is padding. */
  async function encodeBatch(batch: readonly number[][]): Promise<EncodedText[]> {
    const length = Math.max(...batch.map(ids => ids.length));
    const shape = [batch.length, length];
    const values = (of: (ids: number[], at: number) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(batch.flatMap(ids => Array.from({ length }, (_, at) => BigInt(of(ids, at))))),
        shape,
      );
    const outputs: Record<string, Tensor> = await model.forward({
      input_ids: values((ids, at) => ids[at] ?? tokenizer.pad_token_id ?? 0),
      attention_mask: values((ids, at) => (at < ids.length ? 1 : 0)),
      token_type_ids: values(() => 0),
    });
    const output = outputs[layer === undefined ? 'last_hidden_state' : `hidden_states.${layer}`];
    if (!output) {
      throw new TextEncoderError(
        'text-encoder',
        `The text encoder ${name} does not give ${layer === undefined ? 'its last layer' : `layer ${layer}`}; its outputs are ${Object.keys(outputs).join(', ')}. Export it with that layer as an output, or leave the layer out.`,
      );
    }
    const dimension = output.dims[2]!;
    const vectors = output.data as Float32Array;
    return batch.map((ids, i) => ({
      ids,
      vectors: vectors.slice(i * length * dimension, (i * length + ids.length) * dimension),
    }));
  }

  return {
    description: `${name}, ${layer === undefined ? 'last layer' : `layer ${layer}`}, ${dtype}`,
    boundaryIds,
    tokenize: text => cut(tokenize(text)),
    async encode(texts, signal) {
      const order = texts
        .map((text, i) => ({ i, ids: cut(tokenize(text)) }))
        .toSorted((a, b) => a.ids.length - b.ids.length);
      const encoded: EncodedText[] = new Array(texts.length);
      for (let from = 0; from < order.length; from += TEXTS_AT_ONCE) {
        signal?.throwIfAborted();
        const part = order.slice(from, from + TEXTS_AT_ONCE);
        const results = await encodeBatch(part.map(({ ids }) => ids));
        part.forEach(({ i }, k) => {
          encoded[i] = results[k]!;
        });
      }
      return encoded;
    },
  };
}
