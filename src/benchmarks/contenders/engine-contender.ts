import type { Style } from '../../inference/engines/engine.ts';
import { asksEndpoint, type EngineConfig } from '../../inference/engines/engine-config.ts';
import { drawPng } from '../../inference/image/encode-png.ts';
import { loadImageBytes } from '../../inference/image/load-image.ts';
import { InferenceError } from '../../inference/isolation/inference-error.ts';
import {
  createInferenceProcess,
  type InferenceProcess,
} from '../../inference/isolation/inference-process.ts';
import { findModel } from '../../inference/models/find-model.ts';
import type { PullProgress } from '../../inference/models/pull-model.ts';
import type { Description } from '../../inference/narrator.ts';
import { BenchmarkError } from '../benchmark-error.ts';
import type { Contender, ContenderIdentity, Predicted } from '../contender.ts';
import type { BenchmarkItem } from '../dataset.ts';
import { parametersIn } from './parse-contender.ts';
import { MOST_AT_ONCE, PROCESS_LIMITS } from './process-limits.ts';
import { countVerdicts, createGrounder, type SceneSource } from './scene-source.ts';

export interface EngineContenderOptions {
  readonly name: string;
  readonly config: EngineConfig;
  readonly style: Style;
  readonly maxTokens: number | null;
  /** The environment to take what libraries need from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For engines that do not measure the picture themselves. */
  readonly scenes: SceneSource;
  readonly promptVersion: string;
  readonly remarks: readonly string[];
  readonly onWarning: (warning: string) => void;
  /** Told while a model is downloaded. */
  readonly onPull?: (progress: PullProgress) => void;
}

/** The module that the process runs: the service's own. */
const CHILD = new URL('../../inference/isolation/inference-child.ts', import.meta.url);
/** An engine that is at one picture for longer is ended: it would hold up the run for ever. */
const ITEM_TIMEOUT_MS = 900_000;
/** The first description is slower than the rest: it is of this picture, and short. */
const WARM_UP_TOKENS = 8;
/** `org/model@revision (format)`, as the vlm engine calls what it loaded. */
const LOADED_MODEL = /^(?<model>.+)@(?<revision>[^@ ]+)(?<format> \(.+\))?$/;

/**
 * One of our engines, in a process of its own: memory is that process's, and one that crashes or is killed costs the
 * item at hand. Nothing is cached.
 */
export function createEngineContender(options: EngineContenderOptions): Contender {
  const { name, config, style, env, scenes, onWarning } = options;
  const isRemote = asksEndpoint(config);
  const maxTokens = config.engine === 'embedded' ? null : options.maxTokens;
  const ground = createGrounder(name, scenes, onWarning);
  let process: InferenceProcess | undefined;
  let loaded: string | undefined;

  function start(): InferenceProcess {
    return createInferenceProcess({
      entry: CHILD,
      config,
      env,
      limits: { ...PROCESS_LIMITS, concurrency: isRemote ? MOST_AT_ONCE : 1 },
      onEvent(event) {
        if (event.type === 'warning') onWarning(event.warning);
      },
    });
  }

  async function describe(
    bytes: Uint8Array,
    signal: AbortSignal,
    more: { readonly maxTokens?: number; readonly onText?: () => void } = {},
  ): Promise<Description> {
    process ??= start();
    const limit = AbortSignal.timeout(ITEM_TIMEOUT_MS);
    try {
      const request = { bytes, source: 'benchmark', style, maxTokens: maxTokens ?? undefined, ...more };
      const description = await process.describe(request, AbortSignal.any([signal, limit]));
      loaded = description.engine.model;
      return description;
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new InferenceError(
        'deadline',
        `${name} was at one image for ${ITEM_TIMEOUT_MS / 60_000} minutes.`,
      );
    }
  }

  async function predict(item: BenchmarkItem, signal: AbortSignal): Promise<Predicted> {
    const bytes = await readImage(item, signal);
    let firstTextMs: number | null = null;
    const began = performance.now();
    const onText = () => {
      firstTextMs ??= performance.now() - began;
    };
    const { text, quotes, usage, timings, ...rest } = await describe(bytes, signal, { onText });
    return {
      text,
      describeMs: timings.describe,
      firstTextMs,
      usage: usage ?? null,
      grounding: rest.scene
        ? countVerdicts(text, quotes ?? [], rest.scene)
        : await ground(text, quotes ?? [], bytes, signal),
      quotes: quotes ?? null,
    };
  }

  async function close(): Promise<void> {
    const ending = process;
    process = undefined;
    await ending?.close(0);
  }

  return {
    name,
    kind: 'engine',
    concurrency: isRemote ? MOST_AT_ONCE : 1,
    identity(): ContenderIdentity {
      const named = 'model' in config ? config.model : '';
      const {
        model = loaded ?? named,
        revision,
        format = '',
      } = LOADED_MODEL.exec(loaded ?? '')?.groups ?? {};
      return {
        engine: config.engine,
        model: `${model}${format}`,
        revision: revision ?? null,
        promptVersion: config.engine === 'embedded' ? null : options.promptVersion,
        maxTokens,
        parametersB: parametersIn(model),
        remarks: options.remarks,
      };
    },
    async prepare(signal) {
      // An endpoint's model is loaded by whoever runs it, and asking costs money.
      if (isRemote) return null;
      // What is downloaded is downloaded before the clock runs.
      if (config.engine === 'vlm') await findModel({ ...config, onProgress: options.onPull }, signal);
      const { timings } = await describe(warmUpPicture(), signal, { maxTokens: WARM_UP_TOKENS });
      return timings.total - timings.describe - timings.decode;
    },
    predict,
    trials: {
      isPaid: isRemote,
      async ask(item, signal) {
        await describe(await readImage(item, signal), signal, { onText: isRemote ? () => {} : undefined });
      },
      coldStart: isRemote
        ? null
        : async (item, signal) => {
            await close();
            const bytes = await readImage(item, signal);
            const began = performance.now();
            await describe(bytes, signal);
            return performance.now() - began;
          },
    },
    close,
  };
}

/** Of many colours, drawn when needed. */
function warmUpPicture(): Uint8Array {
  return drawPng(256, 256, (x, y) => [40 + 180 * x, 60 + 120 * y, 200 - 150 * x]);
}

/** @throws BenchmarkError, ImageError */
async function readImage({ id, image }: BenchmarkItem, signal: AbortSignal): Promise<Uint8Array> {
  if (image !== null) return await loadImageBytes(image, { signal });
  throw new BenchmarkError(
    'benchmark-image',
    `There is no image for item ${id.slice(0, 80)}: say where the images lie with --images-folder.`,
  );
}
