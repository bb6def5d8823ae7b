import {
  decode,
  embedTokens,
  encodePatches,
  encodePicture,
  encodeSequence,
  type Graph,
  HIDDEN_SIZE,
  prepareInputsEmbeds,
} from './tiny-graphs.ts';
import { END_TOKEN, tokenId, VOCABULARY } from './tiny-vocabulary.ts';

interface TinyLayout {
  readonly config: object;
  readonly preprocessor?: object;
  readonly processor?: object;
  /** In tokenizer_config.json, or in chat_template.jinja. */
  readonly chatTemplate?: { readonly text: string; readonly file: boolean };
  readonly graphs: Readonly<Record<string, Graph>>;
}

/** Content as a list of parts, in which a picture is `{type: 'image'}`. */
function listTemplate(imageToken: string): string {
  return (
    "{% for message in messages %}{{ '<s>' + message.role + ':' }}{% for part in message.content %}" +
    `{% if part.type == 'image' %}{{ '${imageToken}' }}{% else %}{{ part.text }}{% endif %}{% endfor %}` +
    "{{ '<end_of_utterance>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}"
  );
}

/** Content as a string, in which the picture's place was written by the caller. */
const STRING_TEMPLATE =
  "{% for message in messages %}{{ '<s>' + message.role + ': ' + message.content + '</s>' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";

const SIDE = 32;
const TOKENS = 4;
const shared = { eos_token_id: END_TOKEN, bos_token_id: tokenId('<s>'), pad_token_id: END_TOKEN };
const text = {
  num_hidden_layers: 1,
  num_attention_heads: 1,
  num_key_value_heads: 1,
  hidden_size: HIDDEN_SIZE,
  head_dim: HIDDEN_SIZE,
  max_position_embeddings: 100_000,
  vocab_size: VOCABULARY.length,
};
const normalise = {
  do_convert_rgb: true,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};
const square = {
  ...normalise,
  do_resize: true,
  resample: 2,
  size: { height: SIDE, width: SIDE },
};

/** What the graphs differ in. */
export interface GraphOptions {
  readonly endless: boolean;
  readonly delay: number;
  readonly ballastBytes: number;
  readonly tableFile?: string;
}
export type Make = (options: GraphOptions) => TinyLayout;

const chatGraphs = (vision: Graph, options: GraphOptions & { positions?: boolean; perLayer?: boolean }) => ({
  vision_encoder: vision,
  embed_tokens: embedTokens(options.ballastBytes, options.perLayer),
  decoder_model_merged: decode({ tokens: 'inputs_embeds', picture: 'cache', ...options }),
});
const pictureFeatures = () => encodePicture({ layout: 'tiles', perTile: TOKENS, output: 'image_features' });

function idefics(model_type: string, architecture: string): Make {
  return options => ({
    config: {
      ...shared,
      model_type,
      architectures: [architecture],
      image_token_id: tokenId('<image>'),
      text_config: { ...text, model_type: 'llama' },
    },
    preprocessor: {
      ...normalise,
      processor_class: 'Idefics3Processor',
      image_processor_type: 'Idefics3ImageProcessor',
      do_resize: true,
      resample: 1,
      do_image_splitting: true,
      size: { longest_edge: 2 * SIDE },
      max_image_size: { longest_edge: SIDE },
    },
    processor: { processor_class: 'Idefics3Processor', image_seq_len: TOKENS },
    chatTemplate: { text: listTemplate('<image>'), file: false },
    graphs: chatGraphs(
      encodePicture({ layout: 'batch-of-tiles', perTile: TOKENS, output: 'image_features' }),
      options,
    ),
  });
}

/** Qwen2-VL has its text settings at the top, its successors in `text_config`. */
function qwen(model_type: string, architecture: string, processor_class: string, patch_size: number): Make {
  return options => ({
    config: {
      ...shared,
      ...text,
      model_type,
      architectures: [architecture],
      text_config: { ...text, model_type: `${model_type}_text`, layer_types: ['full_attention'] },
      image_token_id: tokenId('<|image_pad|>'),
      vision_start_token_id: tokenId('<|vision_start|>'),
      vision_end_token_id: tokenId('<|vision_end|>'),
      video_token_id: VOCABULARY.length,
      vision_config: { spatial_merge_size: 2 },
    },
    preprocessor: {
      ...normalise,
      processor_class,
      image_processor_type: 'Qwen2VLImageProcessor',
      do_resize: true,
      resample: 3,
      patch_size,
      merge_size: 2,
      temporal_patch_size: 2,
      min_pixels: (4 * patch_size) ** 2,
      max_pixels: (8 * patch_size) ** 2,
    },
    chatTemplate: { text: listTemplate('<|vision_start|><|image_pad|><|vision_end|>'), file: false },
    graphs: chatGraphs(
      encodePatches({ order: 'channels-first', merged: 4, flat: true, perChannel: 2 * patch_size ** 2 }),
      { ...options, positions: true },
    ),
  });
}

/** Models of a few hundred kilobytes in the Hub's layout, one for each family that can be made here. */
export const MAKERS = {
  smolvlm: idefics('smolvlm', 'SmolVLMForConditionalGeneration'),
  idefics3: idefics('idefics3', 'Idefics3ForConditionalGeneration'),
  llava: options => ({
    config: {
      ...shared,
      model_type: 'llava',
      architectures: ['LlavaForConditionalGeneration'],
      image_token_index: tokenId('<image>'),
      text_config: { ...text, model_type: 'qwen2' },
    },
    preprocessor: {
      ...normalise,
      processor_class: 'LlavaProcessor',
      image_processor_type: 'CLIPImageProcessor',
      do_resize: true,
      resample: 3,
      size: { shortest_edge: SIDE },
      do_center_crop: true,
      crop_size: { height: SIDE, width: SIDE },
    },
    processor: {
      processor_class: 'LlavaProcessor',
      image_token: '<image>',
      patch_size: SIDE / 2,
      num_additional_image_tokens: 0,
    },
    chatTemplate: { text: STRING_TEMPLATE, file: false },
    graphs: chatGraphs(pictureFeatures(), options),
  }),
  qwen2_vl: qwen('qwen2_vl', 'Qwen2VLForConditionalGeneration', 'Qwen2VLProcessor', 14),
  qwen2_5_vl: qwen('qwen2_5_vl', 'Qwen2_5_VLForConditionalGeneration', 'Qwen2_5_VLProcessor', 14),
  qwen3_vl: qwen('qwen3_vl', 'Qwen3VLForConditionalGeneration', 'Qwen3VLProcessor', 16),
  qwen3_vl_moe: qwen('qwen3_vl_moe', 'Qwen3VLMoeForConditionalGeneration', 'Qwen3VLProcessor', 16),
  qwen3_5: qwen('qwen3_5', 'Qwen3_5ForConditionalGeneration', 'Qwen3VLProcessor', 16),
  qwen3_5_moe: qwen('qwen3_5_moe', 'Qwen3_5MoeForConditionalGeneration', 'Qwen3VLProcessor', 16),
  gemma3: options => ({
    config: {
      ...shared,
      model_type: 'gemma3',
      architectures: ['Gemma3ForConditionalGeneration'],
      image_token_index: tokenId('<image_soft_token>'),
      text_config: { ...text, model_type: 'gemma3_text' },
    },
    preprocessor: {
      ...square,
      processor_class: 'Gemma3Processor',
      image_processor_type: 'Gemma3ImageProcessor',
    },
    processor: { processor_class: 'Gemma3Processor', image_seq_length: TOKENS },
    chatTemplate: { text: listTemplate('<start_of_image>'), file: true },
    graphs: chatGraphs(pictureFeatures(), options),
  }),
  gemma4: options => ({
    config: {
      ...shared,
      model_type: 'gemma4',
      architectures: ['Gemma4ForConditionalGeneration'],
      image_token_id: tokenId('<image_soft_token>'),
      text_config: { ...text, model_type: 'gemma4_text' },
    },
    processor: {
      processor_class: 'Gemma4Processor',
      image_processor: {
        image_processor_type: 'Gemma4ImageProcessor',
        patch_size: 8,
        max_soft_tokens: TOKENS,
        pooling_kernel_size: 2,
      },
    },
    chatTemplate: { text: listTemplate('<image_soft_token>'), file: true },
    graphs: {
      ...chatGraphs(encodePatches({ order: 'channels-last', merged: 4, flat: false, perChannel: 8 * 8 }), {
        ...options,
        perLayer: true,
      }),
      // Loaded though no sound is given to it.
      audio_encoder: encodeSequence(),
    },
  }),
  mistral3: options => ({
    config: {
      ...shared,
      model_type: 'mistral3',
      architectures: ['Mistral3ForConditionalGeneration'],
      image_token_index: tokenId('[IMG]'),
      text_config: { ...text, model_type: 'mistral' },
    },
    preprocessor: {
      ...normalise,
      processor_class: 'PixtralProcessor',
      image_processor_type: 'PixtralImageProcessor',
      do_resize: true,
      resample: 3,
      size: { longest_edge: SIDE },
      patch_size: SIDE / 4,
      spatial_merge_size: 2,
    },
    processor: {
      processor_class: 'PixtralProcessor',
      image_token: '[IMG]',
      image_break_token: '[IMG_BREAK]',
      image_end_token: '[IMG_END]',
      patch_size: SIDE / 4,
      spatial_merge_size: 2,
    },
    chatTemplate: { text: listTemplate('[IMG]'), file: true },
    graphs: chatGraphs(pictureFeatures(), options),
  }),
  gemma3n: options => ({
    config: {
      ...shared,
      model_type: 'gemma3n',
      architectures: ['Gemma3nForConditionalGeneration'],
      image_token_id: tokenId('<image_soft_token>'),
      text_config: { ...text, model_type: 'gemma3n_text' },
    },
    preprocessor: {
      ...square,
      processor_class: 'Gemma3nProcessor',
      image_processor_type: 'SiglipImageProcessor',
      // Made though no sound is given to it.
      feature_extractor_type: 'Gemma3nAudioFeatureExtractor',
      ...{ fft_length: 1024, feature_size: 128, frame_length: 512, sampling_rate: 16000 },
      ...{ min_frequency: 125, max_frequency: 7600 },
    },
    processor: { processor_class: 'Gemma3nProcessor', image_seq_length: TOKENS, audio_seq_length: TOKENS },
    chatTemplate: { text: listTemplate('<image_soft_token>'), file: true },
    graphs: {
      ...chatGraphs(pictureFeatures(), { ...options, perLayer: true }),
      audio_encoder: encodeSequence(),
    },
  }),
  phi3_v: options => ({
    config: {
      ...shared,
      ...text,
      model_type: 'phi3_v',
      architectures: ['Phi3VForCausalLM'],
    },
    preprocessor: {
      ...normalise,
      processor_class: 'Phi3VProcessor',
      image_processor_type: 'Phi3VImageProcessor',
      num_crops: 4,
      num_img_tokens: TOKENS,
    },
    chatTemplate: { text: STRING_TEMPLATE, file: false },
    graphs: {
      vision_encoder: encodePicture({
        layout: 'batch-of-tiles',
        perTile: 1,
        output: 'image_features',
        flat: true,
      }),
      prepare_inputs_embeds: prepareInputsEmbeds(),
      model: decode({ tokens: 'inputs_embeds', picture: 'cache', ...options }),
    },
  }),
  lfm2_vl: options => ({
    config: {
      ...shared,
      model_type: 'lfm2_vl',
      architectures: ['Lfm2VlForConditionalGeneration'],
      image_token_id: tokenId('<image>'),
      text_config: { ...text, model_type: 'lfm2', layer_types: ['full_attention'] },
    },
    preprocessor: {
      ...square,
      processor_class: 'Lfm2VlProcessor',
      image_processor_type: 'Lfm2VlImageProcessor',
      do_image_splitting: false,
      encoder_patch_size: 8,
      downsample_factor: 2,
      min_image_tokens: TOKENS,
      max_image_tokens: TOKENS,
    },
    chatTemplate: { text: listTemplate('<image>'), file: true },
    graphs: chatGraphs(
      encodePatches({ order: 'channels-last', merged: 4, flat: false, perChannel: 8 * 8 }),
      options,
    ),
  }),
  paligemma: options => ({
    config: {
      ...shared,
      model_type: 'paligemma',
      architectures: ['PaliGemmaForConditionalGeneration'],
      image_token_index: tokenId('<image>'),
      text_config: { ...text, model_type: 'gemma' },
    },
    preprocessor: {
      ...square,
      processor_class: 'PaliGemmaProcessor',
      image_processor_type: 'SiglipImageProcessor',
      image_seq_length: TOKENS,
    },
    graphs: chatGraphs(pictureFeatures(), options),
  }),
  florence2: ({ endless, delay }) => ({
    config: {
      ...shared,
      model_type: 'florence2',
      architectures: ['Florence2ForConditionalGeneration'],
      is_encoder_decoder: true,
      decoder_start_token_id: tokenId('<s>'),
      text_config: {
        model_type: 'florence2_language',
        decoder_layers: 1,
        decoder_attention_heads: 1,
        encoder_layers: 1,
        encoder_attention_heads: 1,
        d_model: HIDDEN_SIZE,
      },
    },
    preprocessor: {
      ...square,
      processor_class: 'Florence2Processor',
      image_processor_type: 'CLIPImageProcessor',
      tasks_answer_post_processing_type: { '<CAPTION>': 'pure_text', '<MORE_DETAILED_CAPTION>': 'pure_text' },
      task_prompts_without_inputs: {
        '<CAPTION>': 'What does the image describe?',
        '<MORE_DETAILED_CAPTION>': 'Describe with a paragraph what is shown in the image.',
      },
      task_prompts_with_input: {},
    },
    graphs: {
      vision_encoder: pictureFeatures(),
      embed_tokens: embedTokens(),
      encoder_model: encodeSequence(),
      decoder_model_merged: decode({
        tokens: 'inputs_embeds',
        picture: 'encoder',
        cachePrefix: 'decoder.',
        endless,
        delay,
      }),
    },
  }),
  'vision-encoder-decoder': ({ endless, delay }) => ({
    config: {
      ...shared,
      model_type: 'vision-encoder-decoder',
      architectures: ['VisionEncoderDecoderModel'],
      is_encoder_decoder: true,
      decoder_start_token_id: tokenId('<s>'),
      encoder: { model_type: 'vit' },
      decoder: { model_type: 'gpt2', n_layer: 1, n_head: 1, n_embd: HIDDEN_SIZE },
    },
    preprocessor: { ...square, image_processor_type: 'ViTImageProcessor' },
    graphs: {
      encoder_model: encodePicture({ layout: 'tiles', perTile: TOKENS, output: 'last_hidden_state' }),
      decoder_model_merged: decode({ tokens: 'input_ids', picture: 'encoder', endless, delay }),
    },
  }),
} satisfies Record<string, Make>;
