import type { DecodedImage } from '../../image/decoded-image.ts';
import { ModelError } from '../../model-error.ts';
import type { WantedDevice } from '../../models/choose-device.ts';
import type { WantedDtype } from '../../models/dtypes.ts';
import { type FoundModel, findModel, type ModelSource } from '../../models/find-model.ts';
import type { DescribeRequest, Engine, EngineOutput, Style } from '../engine.ts';
import { type VlmPrompt, writeWords } from './ask.ts';
import { cleanText } from './clean-text.ts';
import { type Generated, generate } from './generate.ts';
import { type LoadedModel, loadModel } from './load-model.ts';

/** Enough for a long paragraph. */
const DEFAULT_MAX_TOKENS = 300;

/** A description that takes longer on this machine is of no use to the person who asked for it. */
const DEFAULT_TIME_LIMIT_MS = 300_000;

export interface VlmEngineOptions extends ModelSource {
  readonly device?: WantedDevice;
  readonly dtype?: WantedDtype;
  /** Threads that the CPU computes with; otherwise as many as the machine has, eight at most. */
  readonly threads?: number;
  /** The most tokens of a description, where the request says nothing else. */
  readonly maxTokens?: number;
  /** 0 unless told: the same picture gives the same text. */
  readonly temperature?: number;
  /** The longest that one description may take, in milliseconds. */
  readonly timeLimitMs?: number;
  readonly promptFor: (style: Style) => VlmPrompt;
  /** What results call the prompts. */
  readonly promptVersion?: string;
  readonly onWarning?: (warning: string) => void;
}

interface ReadyModel {
  readonly found: FoundModel;
  readonly loaded: LoadedModel;
}

/**
 * The engine that runs a vision-language model with transformers.js on ONNX Runtime. A Hub model that is not in the
 * cache is downloaded when it is first needed.
 */
export function createVlmEngine(options: VlmEngineOptions): Engine {
  const { promptFor, promptVersion, temperature = 0, timeLimitMs = DEFAULT_TIME_LIMIT_MS } = options;
  let loading: Promise<ReadyModel> | undefined;
  let name = options.model;
  let closing = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  async function makeReady(signal: AbortSignal): Promise<ReadyModel> {
    const found = await findModel(options, signal);
    const loaded = await loadModel(
      {
        folder: found.folder,
        name: found.shown,
        device: options.device ?? 'auto',
        dtype: options.dtype,
        threads: options.threads,
        onWarning: options.onWarning,
      },
      signal,
    );
    name = `${found.name}@${found.revision} (${describeFormat(loaded)})`;
    return { found, loaded };
  }

  async function load(signal?: AbortSignal): Promise<ReadyModel> {
    signal?.throwIfAborted();
    const stop = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
    loading ??= makeReady(stop).catch((error: unknown) => {
      // The next call tries again: the fault may have been mended.
      loading = undefined;
      throw error;
    });
    return await loading;
  }

  async function describe(
    { found: { shown }, loaded }: ReadyModel,
    image: DecodedImage,
    request: DescribeRequest,
    signal?: AbortSignal,
  ): Promise<EngineOutput> {
    const { style, onText, maxTokens = options.maxTokens ?? DEFAULT_MAX_TOKENS } = request;
    const closed = closing.signal;
    const words = writeWords(loaded, shown, style, promptFor(style));
    const timeLimit = AbortSignal.timeout(timeLimitMs);
    const stop = AbortSignal.any([timeLimit, closed, ...(signal ? [signal] : [])]);
    try {
      const generated = await generate(loaded, image, {
        words,
        maxTokens,
        temperature,
        onText: onText && (textSoFar => onText(cleanText(textSoFar))),
        signal: stop,
      });
      return writeOutput(shown, generated);
    } catch (cause) {
      signal?.throwIfAborted();
      closed.throwIfAborted();
      if (cause instanceof ModelError) throw cause;
      throw timeLimit.aborted ? tookTooLong(shown, timeLimitMs) : failedToDescribe(shown, cause);
    }
  }

  function writeOutput(
    shown: string,
    { text, finished, inputTokens, outputTokens, milliseconds }: Generated,
  ): EngineOutput {
    const cleaned = cleanText(text, finished);
    if (cleaned === '') throw wroteNothing(shown);
    return {
      text: cleaned,
      ...(promptVersion === undefined ? {} : { promptVersion }),
      usage: {
        ...(inputTokens === undefined ? {} : { inputTokens }),
        outputTokens,
        tokensPerSecond: outputTokens / (milliseconds / 1000),
        // Kilobytes on every platform (Node’s documentation of process.resourceUsage).
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      },
    };
  }

  return {
    name: 'vlm',
    get model() {
      return name;
    },
    ...(promptVersion === undefined ? {} : { promptVersion }),
    isLanguageModel: true,
    async load(signal) {
      await load(signal);
    },
    async describe(image, request, signal) {
      const ready = await load(signal);
      const work = describe(ready, image, request, signal);
      running = work.catch(() => {});
      return await work;
    },
    async close() {
      closing.abort(new ModelError('model-failed', `${options.model} was unloaded.`, 'Describe again.'));
      closing = new AbortController();
      const ready = await loading?.catch(() => undefined);
      loading = undefined;
      // Releasing a session while it runs ends the process.
      await running;
      await ready?.loaded.model.dispose();
    },
  };
}

/** `q8, cpu`, or the format of each part where they differ. */
function describeFormat({ dtypes, device }: LoadedModel): string {
  const formats = new Set(Object.values(dtypes));
  const format =
    formats.size === 1
      ? [...formats].join()
      : Object.entries(dtypes)
          .map(pair => pair.join(' '))
          .join(', ');
  return `${format}, ${device}`;
}

function tookTooLong(name: string, limitMs: number): ModelError {
  return new ModelError(
    'model-timeout',
    `${name} took longer than ${Math.round(limitMs / 1000)} s for one description.`,
    'Choose a smaller model or format, a GPU (--device), fewer tokens (--max-tokens), or more time (--time-limit).',
  );
}

function failedToDescribe(name: string, cause: unknown): ModelError {
  // What V8 throws where an array cannot be allocated.
  if (cause instanceof RangeError) {
    return new ModelError(
      'model-too-large',
      `${name} ran out of memory.`,
      'End other programs, or choose a smaller model or format.',
      { cause },
    );
  }
  return new ModelError(
    'model-failed',
    `${name} failed while it described the picture.`,
    'Try another format (--dtype) or device (--device).',
    { cause },
  );
}

function wroteNothing(name: string): ModelError {
  return new ModelError(
    'model-failed',
    `${name} wrote nothing.`,
    'Allow it more tokens (--max-tokens), or choose another model.',
  );
}
