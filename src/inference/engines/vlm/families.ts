import { ModelError } from '../../model-error.ts';
import type { Style } from '../engine.ts';

/** How a family is asked for a description. */
type Question =
  /**
   * The model's own chat template with one picture and the prompt. `imageToken` is the text that stands for the
   * picture in a filled-in template: itself, or the setting in tokenizer_config.json that names it.
   */
  | { readonly kind: 'chat'; readonly imageToken: string | { readonly setting: 'boi_token' | 'image_token' } }
  /** One of the fixed tasks that the model was trained on; our prompt is not used. */
  | { readonly kind: 'task'; readonly tasks: Readonly<Record<Style, string>> }
  /** The model takes a picture and no words; our prompt is not used. */
  | { readonly kind: 'picture' };

/** What differs from family to family in how transformers.js is called. */
export interface Family {
  /** As lists and messages name it. */
  readonly name: string;
  readonly model: 'AutoModelForImageTextToText' | 'AutoModelForVision2Seq' | 'AutoModelForCausalLM';
  readonly processor: ProcessorClass;
  /** The order of the processor's arguments, which is not the same in all of them. */
  readonly order: 'text-image' | 'image-text' | 'image';
  readonly question: Question;
  /** How the decoded words become a text, where more is needed than decoding. */
  readonly answer?: 'florence2';
}

type ProcessorClass =
  | 'AutoProcessor'
  | 'Florence2Processor'
  | 'Gemma3Processor'
  | 'Gemma3nProcessor'
  | 'Gemma4Processor'
  | 'Idefics3Processor'
  | 'Lfm2VlProcessor'
  | 'LlavaProcessor'
  | 'PaliGemmaProcessor'
  | 'Phi3VProcessor'
  | 'PixtralProcessor'
  | 'Qwen2VLProcessor'
  | 'Qwen2_5_VLProcessor'
  | 'Qwen3VLProcessor';

const imageTextToText = { model: 'AutoModelForImageTextToText' } as const;

function chat(
  name: string,
  processor: ProcessorClass,
  order: Family['order'],
  imageToken: Extract<Question, { kind: 'chat' }>['imageToken'],
): Family {
  return { name, ...imageTextToText, processor, order, question: { kind: 'chat', imageToken } };
}

const qwen = (name: string, processor: ProcessorClass) =>
  chat(name, processor, 'text-image', '<|image_pad|>');

/**
 * The families, by `model_type` of config.json. The order of arguments and the image tokens are those of
 * src/models/<type>/processing_<type>.js in @huggingface/transformers 4.3.1; the tasks are those of the model cards
 * (Florence-2: Xiao et al. 2023, table 15; PaliGemma: "caption en" as for COCO, "describe en" in more detail).
 */
export const FAMILIES: Readonly<Record<string, Family>> = {
  idefics3: chat('Idefics3', 'Idefics3Processor', 'text-image', '<image>'),
  smolvlm: chat('SmolVLM', 'Idefics3Processor', 'text-image', '<image>'),
  qwen2_vl: qwen('Qwen2-VL', 'Qwen2VLProcessor'),
  qwen2_5_vl: qwen('Qwen2.5-VL', 'Qwen2_5_VLProcessor'),
  qwen3_vl: qwen('Qwen3-VL', 'Qwen3VLProcessor'),
  qwen3_vl_moe: qwen('Qwen3-VL MoE', 'Qwen3VLProcessor'),
  qwen3_5: qwen('Qwen3.5', 'Qwen3VLProcessor'),
  qwen3_5_moe: qwen('Qwen3.5 MoE', 'Qwen3VLProcessor'),
  gemma3: chat('Gemma 3', 'Gemma3Processor', 'text-image', { setting: 'boi_token' }),
  gemma3n: chat('Gemma 3n', 'Gemma3nProcessor', 'text-image', { setting: 'image_token' }),
  gemma4: chat('Gemma 4', 'Gemma4Processor', 'text-image', { setting: 'image_token' }),
  lfm2_vl: chat('LFM2-VL', 'Lfm2VlProcessor', 'image-text', '<image>'),
  llava: chat('LLaVA', 'LlavaProcessor', 'image-text', '<image>'),
  mistral3: chat('Mistral 3', 'PixtralProcessor', 'image-text', '[IMG]'),
  phi3_v: {
    ...chat('Phi-3-vision', 'Phi3VProcessor', 'text-image', '<|image_1|>'),
    model: 'AutoModelForCausalLM',
  },
  paligemma: {
    name: 'PaliGemma',
    ...imageTextToText,
    processor: 'PaliGemmaProcessor',
    order: 'image-text',
    question: {
      kind: 'task',
      tasks: {
        vivid: '<image>describe en',
        brief: '<image>caption en',
        alt: '<image>caption en',
      },
    },
  },
  florence2: {
    name: 'Florence-2',
    ...imageTextToText,
    processor: 'Florence2Processor',
    order: 'image-text',
    question: {
      kind: 'task',
      tasks: { vivid: '<MORE_DETAILED_CAPTION>', brief: '<DETAILED_CAPTION>', alt: '<CAPTION>' },
    },
    answer: 'florence2',
  },
  'vision-encoder-decoder': {
    name: 'ViT-GPT2 and the like',
    model: 'AutoModelForVision2Seq',
    processor: 'AutoProcessor',
    order: 'image',
    question: { kind: 'picture' },
  },
};

/**
 * The family of a model.
 *
 * @param type `model_type` of its config.json
 * @param model how messages name the model
 * @throws ModelError `model-unsupported`, naming the families that there are
 */
export function familyOf(type: string, model: string): Family {
  const family = Object.hasOwn(FAMILIES, type) ? FAMILIES[type] : undefined;
  if (family) return family;
  const names = Object.values(FAMILIES).map(({ name }) => name);
  throw new ModelError(
    'model-unsupported',
    `${model} is of the family "${type.slice(0, 60)}", which is not supported.`,
    `Choose a model of one of these: ${names.join(', ')}.`,
  );
}
