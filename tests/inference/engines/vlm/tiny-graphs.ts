// The graphs of models that see the mean colour of a picture and answer from it, in the parts and with the names of
// inputs and outputs that transformers.js expects. A hidden state has VOCABULARY.length + 3 channels: red, green and
// blue of the picture, then the token as a one-hot vector. The key/value cache holds the hidden states of all tokens so
// far, so that an answer goes wrong where the cache does.
import { OnnxGraphBuilder } from '../../../../src/inference/onnx/onnx-proto.ts';
import { COLOURS, transitions, VOCABULARY } from './tiny-vocabulary.ts';

const CHANNELS = COLOURS.length;
export const HIDDEN_SIZE = CHANNELS + VOCABULARY.length;

export type Graph = Uint8Array<ArrayBuffer>;

function integers(...values: number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}

/** `[3, HIDDEN_SIZE]`: puts a colour into the first channels of a hidden state. */
function colourToHidden(graph: OnnxGraphBuilder): void {
  const matrix = new Float32Array(CHANNELS * HIDDEN_SIZE);
  for (let channel = 0; channel < CHANNELS; channel++) matrix[channel * HIDDEN_SIZE + channel] = 1;
  graph.initializer('colour_to_hidden', matrix, [CHANNELS, HIDDEN_SIZE]);
}

/** `[VOCABULARY.length + ballast, HIDDEN_SIZE]`: a token's hidden state, and rows that no token has. */
function tokenToHidden(graph: OnnxGraphBuilder, ballast = 0): void {
  const table = new Float32Array((VOCABULARY.length + ballast) * HIDDEN_SIZE);
  for (let token = 0; token < VOCABULARY.length; token++) table[token * HIDDEN_SIZE + CHANNELS + token] = 1;
  graph.initializer('token_to_hidden', table, [VOCABULARY.length + ballast, HIDDEN_SIZE]);
}

/**
 * `input_ids` to `inputs_embeds`.
 *
 * @param ballastBytes how much larger than needed the graph is
 * @param perLayer also gives `per_layer_inputs`, as Gemma 3n and 4 have them
 */
export function embedTokens(ballastBytes = 0, perLayer = false): Graph {
  const graph = new OnnxGraphBuilder('embed_tokens');
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  tokenToHidden(graph, Math.ceil(ballastBytes / (HIDDEN_SIZE * Float32Array.BYTES_PER_ELEMENT)));
  graph.node('Gather', ['token_to_hidden', 'input_ids'], ['inputs_embeds']);
  const hidden = ['batch_size', 'sequence_length', HIDDEN_SIZE];
  graph.output('inputs_embeds', 'float32', hidden);
  if (perLayer) {
    graph.node('Identity', ['inputs_embeds'], ['per_layer_inputs']);
    graph.output('per_layer_inputs', 'float32', hidden);
  }
  return graph.encode();
}

interface PictureEncoder {
  /** `pixel_values` as the family's processor makes them; the axis that counts pictures or tiles is 0 or 1. */
  readonly layout: 'tiles' | 'batch-of-tiles';
  /** Hidden states for each tile. */
  readonly perTile: number;
  readonly output: 'image_features' | 'last_hidden_state';
  /** True for `[tiles * perTile, hidden]`. */
  readonly flat?: boolean;
}

/** Whole pictures, `[tiles, 3, height, width]` or `[1, tiles, 3, height, width]`, to `[tiles, perTile, hidden]`. */
export function encodePicture({ layout, perTile, output, flat = false }: PictureEncoder): Graph {
  const graph = new OnnxGraphBuilder('vision_encoder');
  const size = ['tiles', CHANNELS, 'height', 'width'];
  graph.input('pixel_values', 'float32', layout === 'tiles' ? size : ['batch_size', ...size]);
  colourToHidden(graph);
  graph.initializer('one_each', integers(-1, 1, CHANNELS), [3]);
  graph.initializer('repeats', integers(1, perTile, 1), [3]);
  graph.node('ReduceMean', ['pixel_values'], ['mean'], { axes: { ints: [-2, -1] }, keepdims: { int: 0 } });
  graph.node('Reshape', ['mean', 'one_each'], ['means']);
  graph.node('MatMul', ['means', 'colour_to_hidden'], ['hidden']);
  graph.node('Tile', ['hidden', 'repeats'], [flat ? 'features' : output]);
  if (flat) {
    graph.initializer('one_row_each', integers(-1, HIDDEN_SIZE), [2]);
    graph.node('Reshape', ['features', 'one_row_each'], [output]);
  }
  graph.output(output, 'float32', flat ? ['features', HIDDEN_SIZE] : ['tiles', perTile, HIDDEN_SIZE]);
  return graph.encode();
}

interface PatchEncoder {
  /** How a patch's numbers are laid out: each channel's in a row, or the channels in turns. */
  readonly order: 'channels-first' | 'channels-last';
  /** How many patches become one hidden state. */
  readonly merged: number;
  /** True where a picture's patches lie one after the other without a batch axis. */
  readonly flat: boolean;
  /** Numbers in a patch for each channel. */
  readonly perChannel: number;
}

/** Patches, `[patches, numbers]` or `[tiles, patches, numbers]`, to a hidden state for each group of patches. */
export function encodePatches({ order, merged, flat, perChannel }: PatchEncoder): Graph {
  const graph = new OnnxGraphBuilder('vision_encoder');
  const numbers = CHANNELS * perChannel;
  graph.input('pixel_values', 'float32', flat ? ['patches', numbers] : ['tiles', 'patches', numbers]);
  colourToHidden(graph);
  const shape = order === 'channels-first' ? [CHANNELS, perChannel] : [perChannel, CHANNELS];
  graph.initializer('patch_shape', integers(-1, merged, ...shape), [4]);
  const axis = order === 'channels-first' ? 3 : 2;
  graph.node('Reshape', ['pixel_values', 'patch_shape'], ['patches']);
  graph.node('ReduceMean', ['patches'], ['means'], { axes: { ints: [1, axis] }, keepdims: { int: 0 } });
  graph.node('MatMul', ['means', 'colour_to_hidden'], ['image_features']);
  graph.output('image_features', 'float32', ['features', HIDDEN_SIZE]);
  return graph.encode();
}

/** Phi-3-vision's `input_ids`, in which the picture's are negative, and `image_features`, to `inputs_embeds`. */
export function prepareInputsEmbeds(): Graph {
  const graph = new OnnxGraphBuilder('prepare_inputs_embeds');
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.input('image_features', 'float32', ['features', HIDDEN_SIZE]);
  tokenToHidden(graph);
  graph.initializer('zero', integers(0), [1]);
  graph.initializer('features_axis', integers(0), [1]);
  graph.initializer('last_axis', integers(-1), [1]);
  graph.node('Max', ['input_ids', 'zero'], ['word_ids']);
  graph.node('Gather', ['token_to_hidden', 'word_ids'], ['words']);
  graph.node('Less', ['input_ids', 'zero'], ['is_picture']);
  graph.node('Unsqueeze', ['is_picture', 'last_axis'], ['is_picture_column']);
  // There are none after the first step, and the sum of nothing is 0.
  graph.node('ReduceSum', ['image_features', 'features_axis'], ['picture'], { keepdims: { int: 0 } });
  graph.node('Where', ['is_picture_column', 'picture', 'words'], ['inputs_embeds']);
  graph.output('inputs_embeds', 'float32', ['batch_size', 'sequence_length', HIDDEN_SIZE]);
  return graph.encode();
}

/** Florence-2's encoder, which reads the picture's and the task's hidden states: passes them on. */
export function encodeSequence(): Graph {
  const graph = new OnnxGraphBuilder('encoder_model');
  graph.input('inputs_embeds', 'float32', ['batch_size', 'sequence_length', HIDDEN_SIZE]);
  graph.input('attention_mask', 'int64', ['batch_size', 'sequence_length']);
  graph.node('Identity', ['inputs_embeds'], ['last_hidden_state']);
  graph.output('last_hidden_state', 'float32', ['batch_size', 'sequence_length', HIDDEN_SIZE]);
  return graph.encode();
}

interface DecoderOptions {
  /** Where the tokens come from, and where the picture does. */
  readonly tokens: 'input_ids' | 'inputs_embeds';
  readonly picture: 'cache' | 'encoder';
  /** How the cache's entries are named: `past_key_values.0.<prefix>key`. */
  readonly cachePrefix?: string;
  /** True for a decoder that is given a position in time, height and width for each token, and ignores it. */
  readonly positions?: boolean;
  /** True for a decoder that takes `per_layer_inputs`, and ignores them. */
  readonly perLayer?: boolean;
  readonly endless: boolean;
  /** The file that has the table of transitions (see `transitions`), where it is not in the graph. */
  readonly tableFile?: string;
  /** Multiplications of the cache that change nothing, to take as long as a larger model. */
  readonly delay?: number;
}

/** A decoder with a key/value cache: the last token and the colour of what went before decide the next token. */
export function decode(options: DecoderOptions): Graph {
  const {
    tokens,
    picture,
    cachePrefix = '',
    positions = false,
    perLayer = false,
    endless,
    tableFile,
    delay = 0,
  } = options;
  const graph = new OnnxGraphBuilder('decoder_model_merged');
  const cache = (name: string) => `0.${cachePrefix}${name}`;
  const cacheShape = (length: string) => ['batch_size', 1, length, HIDDEN_SIZE];
  if (tokens === 'input_ids') {
    graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
    tokenToHidden(graph);
    graph.node('Gather', ['token_to_hidden', 'input_ids'], ['inputs_embeds']);
  } else {
    graph.input('inputs_embeds', 'float32', ['batch_size', 'sequence_length', HIDDEN_SIZE]);
    graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  }
  if (positions) graph.input('position_ids', 'int64', [3, 'batch_size', 'sequence_length']);
  if (perLayer) graph.input('per_layer_inputs', 'float32', ['batch_size', 'sequence_length', HIDDEN_SIZE]);
  if (picture === 'encoder') {
    graph.input('encoder_hidden_states', 'float32', ['batch_size', 'encoder_length', HIDDEN_SIZE]);
  }
  graph.initializer('one', integers(1), [1]);
  graph.node('Unsqueeze', ['inputs_embeds', 'one'], ['heads']);
  for (const name of ['key', 'value']) {
    const past = `past_key_values.${cache(name)}`;
    const present = `present.${cache(name)}`;
    graph.input(past, 'float32', cacheShape('past_sequence_length'));
    graph.node('Concat', [past, 'heads'], [present], { axis: { int: 2 } });
    graph.output(present, 'float32', cacheShape('total_sequence_length'));
  }

  // The colour that was seen: the sum over all hidden states, in which tokens have none.
  let seen = picture === 'cache' ? `present.${cache('value')}` : 'encoder_hidden_states';
  if (delay > 0) {
    const identity = new Float32Array(HIDDEN_SIZE * HIDDEN_SIZE);
    for (let channel = 0; channel < HIDDEN_SIZE; channel++) identity[channel * HIDDEN_SIZE + channel] = 1;
    graph.initializer('identity', identity, [HIDDEN_SIZE, HIDDEN_SIZE]);
    for (let step = 0; step < delay; step++) {
      graph.node('MatMul', [seen, 'identity'], [`seen_${step}`]);
      seen = `seen_${step}`;
    }
  }
  graph.initializer('hidden_shape', integers(-1, HIDDEN_SIZE), [2]);
  graph.initializer('from_colour', integers(0), [1]);
  graph.initializer('to_colour', integers(CHANNELS), [1]);
  graph.initializer('to_token', integers(HIDDEN_SIZE), [1]);
  graph.node('Reshape', [seen, 'hidden_shape'], ['history']);
  graph.node('Slice', ['history', 'from_colour', 'to_colour', 'one'], ['colours']);
  graph.node('ReduceMean', ['colours'], ['colour'], { axes: { ints: [0] }, keepdims: { int: 0 } });
  graph.node('ArgMax', ['colour'], ['which'], { axis: { int: 0 }, keepdims: { int: 0 } });

  const size = VOCABULARY.length;
  if (tableFile === undefined) {
    graph.initializer('transitions', transitions(endless), [CHANNELS, size, size]);
  } else {
    graph.externalInitializer('transitions', [CHANNELS, size, size], tableFile);
  }
  graph.node('Gather', ['transitions', 'which'], ['table']);
  graph.initializer('hidden_axis', integers(2), [1]);
  graph.node('Slice', ['inputs_embeds', 'to_colour', 'to_token', 'hidden_axis'], ['one_hot']);
  graph.node('MatMul', ['one_hot', 'table'], ['logits']);
  graph.output('logits', 'float32', ['batch_size', 'sequence_length', size]);
  return graph.encode();
}
