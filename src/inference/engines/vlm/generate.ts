import type { BaseStreamer, Processor, Tensor, TextStreamer } from '@huggingface/transformers';
import type { DecodedImage } from '../../image/decoded-image.ts';
import { contextLength } from '../../models/model-config.ts';
import type { Words } from './ask.ts';
import type { LoadedModel } from './load-model.ts';

export interface GenerateOptions {
  readonly words: Words | undefined;
  readonly maxTokens: number;
  /** 0 takes the most likely token each time: the same picture gives the same text. */
  readonly temperature: number;
  /** Told all that was written so far, as the model wrote it. */
  readonly onText?: (textSoFar: string) => void;
  /** Looked at between tokens only: a single step of the network cannot be stopped. */
  readonly signal?: AbortSignal;
}

export interface Generated {
  /** As the model wrote it. */
  readonly text: string;
  /** False where the model was stopped before its end. */
  readonly finished: boolean;
  /** Tokens of the prompt with the picture's; absent for a model that takes no words. */
  readonly inputTokens?: number;
  readonly outputTokens: number;
  /** For the whole generation, the prompt included. */
  readonly milliseconds: number;
}

type Inputs = Record<string, Tensor>;

async function prepareInputs(
  { transformers, family, processor }: LoadedModel,
  { pixels, width, height }: DecodedImage,
  words: Words | undefined,
): Promise<Inputs> {
  // Never RawImage.read: it would fetch a URL or open a file without our limits.
  const image = new transformers.RawImage(pixels, width, height, 3);
  if (!words || family.order === 'image') return await processor(image);
  // Florence-2 looks its tasks up by exactly this text; the others keep a list of pictures for each text.
  return family.order === 'text-image'
    ? await processor(words.text, [image])
    : await processor(image, words.text);
}

/**
 * Has a model write about a picture. The pixels are left as they are.
 *
 * @throws the signal's reason when aborted; whatever transformers.js throws
 */
export async function generate(
  loaded: LoadedModel,
  image: DecodedImage,
  { words, maxTokens, temperature, onText, signal }: GenerateOptions,
): Promise<Generated> {
  const { transformers, family, config, model, processor, tokenizer } = loaded;
  const inputs = await prepareInputs(loaded, image, words);
  signal?.throwIfAborted();
  const inputTokens = inputs.input_ids?.dims.at(-1);
  const room = (contextLength(config) ?? Number.POSITIVE_INFINITY) - (inputTokens ?? 1);
  const limit = Math.max(1, Math.min(maxTokens, room));

  const stopping = new transformers.InterruptableStoppingCriteria();
  const interrupt = () => stopping.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  // Only what is new is collected and decoded, whether the family's output repeats the prompt or not.
  const tokens: bigint[] = [];
  const streamer = onText
    ? streamText(loaded, tokens, onText)
    : collectTokens(loaded, added => tokens.push(...added));
  const start = performance.now();
  try {
    await model.generate({
      ...inputs,
      max_new_tokens: limit,
      // The model's own settings would sample, or search with several beams.
      do_sample: temperature > 0,
      ...(temperature > 0 ? { temperature } : {}),
      num_beams: 1,
      // Its type asks for the library's own class; its code calls put and end only.
      streamer: streamer as TextStreamer,
      stopping_criteria: stopping,
    });
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  signal?.throwIfAborted();
  const milliseconds = performance.now() - start;
  const finished = tokens.length < limit;
  const decoded = tokenizer.decode(tokens, { skip_special_tokens: family.answer !== 'florence2' });
  const text =
    family.answer === 'florence2' && words?.task
      ? (processor as Processor & FlorenceProcessor).post_process_generation(decoded, words.task, [
          image.width,
          image.height,
        ])[words.task]!
      : decoded;
  return {
    text,
    finished,
    ...(inputTokens === undefined ? {} : { inputTokens }),
    outputTokens: tokens.length,
    milliseconds,
  };
}

/** Collects what is generated. The first tokens that a streamer is given are the prompt's. */
function collectTokens({ transformers }: LoadedModel, onTokens: (added: bigint[]) => void): BaseStreamer {
  class Collector extends transformers.BaseStreamer {
    #isPrompt = true;

    override put(value: bigint[][]): void {
      if (!this.#isPrompt) onTokens(value[0]!);
      this.#isPrompt = false;
    }

    override end(): void {}
  }
  return new Collector();
}

/** Collects what is generated, and decodes it on the way: a cost that grows with the square of the length. */
function streamText(
  { transformers, tokenizer }: LoadedModel,
  tokens: bigint[],
  onText: (textSoFar: string) => void,
): BaseStreamer {
  let textSoFar = '';
  return new transformers.TextStreamer(tokenizer, {
    skip_prompt: true,
    skip_special_tokens: true,
    token_callback_function: added => tokens.push(...added.map(BigInt)),
    callback_function: added => {
      textSoFar += added;
      onText(textSoFar);
    },
  });
}

interface FlorenceProcessor {
  post_process_generation(text: string, task: string, size: [number, number]): Record<string, string>;
}
