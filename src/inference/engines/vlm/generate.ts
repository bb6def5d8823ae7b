import type { Processor, Tensor, TextStreamer } from '@huggingface/transformers';
import type { DecodedImage } from '../../image/decoded-image.ts';
import { ModelError } from '../../model-error.ts';
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
 * @throws ModelError; the signal's reason when aborted; whatever transformers.js throws
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
  const context = contextLength(config) ?? Number.POSITIVE_INFINITY;
  const room = context - (inputTokens ?? 1);
  if (room < 1) throw tooLong(inputTokens!, context);
  const limit = Math.min(maxTokens, room);

  const stopping = new transformers.InterruptableStoppingCriteria();
  const interrupt = () => stopping.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  const streamer = createTokenStream(loaded, onText);
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
      streamer: streamer as unknown as TextStreamer,
      stopping_criteria: stopping,
    });
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  signal?.throwIfAborted();
  const milliseconds = performance.now() - start;
  // Only what is new is decoded, whether the family's output repeats the prompt or not.
  const { tokens } = streamer;
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

function tooLong(inputTokens: number, context: number): ModelError {
  return new ModelError(
    'model-unsupported',
    `The picture and the prompt take ${inputTokens} tokens, and the model keeps ${context} in mind.`,
    'Choose a model with a longer context.',
  );
}

/** What `generate` of transformers.js tells of each token. */
interface TokenStream {
  /** All that was generated so far. */
  readonly tokens: bigint[];
  put(value: bigint[][]): void;
  end(): void;
}

/**
 * Collects what is generated and, where someone listens, decodes it on the way. The library's own TextStreamer decodes
 * the whole paragraph for each token; here it is the last few tokens, whatever the length. A token's text depends on
 * the one before it (blanks, halves of a character), so that each is decoded with those of the step before.
 */
function createTokenStream({ tokenizer }: LoadedModel, onText?: (textSoFar: string) => void): TokenStream {
  const tokens: bigint[] = [];
  let isPrompt = true;
  let textSoFar = '';
  let [before, told] = [0, 0];
  const decode = (from: number, to: number) =>
    to > from ? tokenizer.decode(tokens.slice(from, to), { skip_special_tokens: true }) : '';
  return {
    tokens,
    put([added]) {
      // The first that a streamer is given is the prompt.
      if (!isPrompt) tokens.push(...added!);
      if (isPrompt || !onText) {
        isPrompt = false;
        return;
      }
      const known = decode(before, told);
      const now = decode(before, tokens.length);
      // Half a character waits for its other half.
      if (now.length <= known.length || now.endsWith('\ufffd')) return;
      textSoFar += now.slice(known.length);
      [before, told] = [told, tokens.length];
      onText(textSoFar);
    },
    end() {},
  };
}

interface FlorenceProcessor {
  post_process_generation(text: string, task: string, size: [number, number]): Record<string, string>;
}
