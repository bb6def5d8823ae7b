import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { NarratorError } from '../errors.ts';
import { shortenDescription } from './cut-text.ts';
import type { DescribeRequest } from './engines/engine.ts';
import { asksEndpoint, type EngineConfig } from './engines/engine-config.ts';
import { shownName, tooLarge } from './image/image-error.ts';
import { MAX_IMAGE_BYTES } from './image/limits.ts';
import { InferenceError } from './isolation/inference-error.ts';
import {
  createInferenceProcess,
  type InferenceEvent,
  type InferenceProcess,
  type ProcessLimits,
} from './isolation/inference-process.ts';
import type { EngineIdentity, MeasuringConfig } from './isolation/messages.ts';
import { totalMemory } from './memory.ts';
import type { Description } from './narrator.ts';
import { type CacheLimits, createResultCache } from './result-cache.ts';

export interface ServiceLimits extends Omit<ProcessLimits, 'concurrency'> {
  /** Requests that an endpoint is asked at a time; an engine that computes here gets one. */
  readonly endpointConcurrency: number;
  readonly cache: CacheLimits;
  /** The most requests at a time that are waiting or at work, with all engines together. */
  readonly maxRequests: number;
}

/** What suits one machine that does little else. */
export function defaultLimits(): ServiceLimits {
  return {
    queue: { maxItems: 64, maxBytes: 160_000_000, sourceShare: 0.25 },
    endpointConcurrency: 4,
    maxMemory: Math.round(0.75 * totalMemory()),
    graceMs: 2000,
    loadMs: 600_000,
    idleMs: 600_000,
    cache: { maxItems: 1000, maxBytes: 16_000_000, maxAgeMs: 3_600_000 },
    maxRequests: 256,
  };
}

export interface ServiceOptions {
  /** At least one; the first is used where a request names none. */
  readonly engines: readonly EngineConfig[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Given where every description is to come with what was measured of the picture, whatever engine wrote it. A picture
   * that cannot be measured is described without.
   */
  readonly scenes?: MeasuringConfig['scenes'];
  readonly limits?: Partial<ServiceLimits>;
  /** The module that each inference process runs, where it is not the program's own. */
  readonly entry?: URL;
  readonly onEvent?: (event: InferenceEvent & { readonly engine: string }) => void;
}

export interface ServiceRequest extends DescribeRequest {
  /** The whole image file. */
  readonly bytes: Uint8Array;
  /** Who asks: a channel, a team, an address. Sources take turns. */
  readonly source: string;
  /** The name of the engine. */
  readonly engine?: string;
  /** The most characters (UTF-16 code units) that the text may have; cut at a sentence's end. */
  readonly maxChars?: number;
  /** True where no description that was made before, or is being made, will do; what is made is kept for others. */
  readonly isFresh?: boolean;
  /** The longest time until the answer in milliseconds: waiting, decoding and describing together. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

interface ServiceDescription extends Description {
  /** True where the image had been described before, or just was for another request. */
  readonly isReused: boolean;
}

export interface NarrationService {
  /**
   * Describes an image file. It is decoded and described in another process: the caller's thread never waits for it.
   *
   * @throws ImageError, ModelError, InferenceError; the signal's reason when aborted
   */
  describe(request: ServiceRequest): Promise<ServiceDescription>;
  /** The engines as they stand. */
  status(): EngineStatus[];
  /** Takes no more requests, gives those at hand `graceMs` to be done, and ends the inference processes. */
  close(graceMs: number): Promise<void>;
}

interface EngineStatus {
  readonly engine: string;
  /** The inference process, where one runs. */
  readonly pid: number | undefined;
  /** The model's name, once known. */
  readonly model: string | undefined;
  readonly waiting: number;
}

const CHILD = new URL('./isolation/inference-child.ts', import.meta.url);
const HASH_SLICE = 1 << 20;

/**
 * What bots and web pages describe images with: a queue, a deadline and a process for each engine, and one cache before
 * them. It loads no native code itself.
 */
export function createNarrationService(options: ServiceOptions): NarrationService {
  const { engines, env, scenes, entry = CHILD, onEvent } = options;
  const limits = { ...defaultLimits(), ...options.limits };
  const cache = createResultCache(limits.cache);
  const processes = new Map<string, InferenceProcess>(
    engines.map(config => {
      const { engine } = config;
      let identity: EngineIdentity | undefined;
      const process = createInferenceProcess({
        entry,
        config: { ...config, scenes },
        env,
        limits: { ...limits, concurrency: asksEndpoint(config) ? limits.endpointConcurrency : 1 },
        onEvent(event) {
          // Another model or prompt than before: what the earlier one wrote no longer counts.
          if (event.type === 'started' && identity && !isDeepStrictEqual(identity, event.identity))
            cache.clear();
          if (event.type === 'started') identity = event.identity;
          onEvent?.({ ...event, engine });
        },
      });
      return [engine, process];
    }),
  );
  if (processes.size === 0 || processes.size < engines.length) {
    throw new RangeError('engines must be one or more, and each another one');
  }
  let requests = 0;

  async function describe(request: ServiceRequest, signal: AbortSignal): Promise<ServiceDescription> {
    const {
      bytes,
      source,
      style,
      maxTokens,
      maxChars,
      isFresh,
      onText,
      engine = engines[0]!.engine,
    } = request;
    const process = processes.get(engine);
    if (!process) {
      throw new NarratorError(
        'unknown-engine',
        `There is no engine "${shownName(engine)}" here: choose one of ${[...processes.keys()].join(', ')}.`,
      );
    }
    if (bytes.byteLength > MAX_IMAGE_BYTES) throw tooLarge('The image', MAX_IMAGE_BYTES);
    const key = JSON.stringify([await hashInSlices(bytes), engine, style, maxTokens]);
    const { description, isReused } = await cache.describe(
      key,
      run => process.describe({ bytes, source, style, maxTokens, onText: run.onText }, run.signal),
      { signal, onText, isFresh },
    );
    const shown = maxChars === undefined ? description : shortenDescription(description, maxChars);
    return { ...shown, isReused };
  }

  return {
    async describe(request) {
      const { deadlineMs, signal } = request;
      // A longer timer would fire at once.
      if (!(deadlineMs > 0 && deadlineMs < 2 ** 31)) throw new RangeError(`not a deadline: ${deadlineMs} ms`);
      if (requests >= limits.maxRequests) {
        throw new InferenceError('busy', 'Too many images are being described: try again in a moment.');
      }
      requests++;
      const deadline = new AbortController();
      const timer = setTimeout(() => {
        deadline.abort(
          new InferenceError(
            'deadline',
            `The image was not described within ${deadlineMs / 1000} seconds: try again in a moment, or try a smaller image.`,
          ),
        );
      }, deadlineMs);
      try {
        const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
        return await describe(request, either);
      } finally {
        clearTimeout(timer);
        requests--;
      }
    },
    status: () =>
      [...processes].map(([engine, { pid, identity, waiting }]) => ({
        engine,
        pid,
        model: identity?.model,
        waiting,
      })),
    async close(graceMs) {
      await Promise.all([...processes.values()].map(process => process.close(graceMs)));
    },
  };
}

/** SHA-256 in hex. A slice a turn of the event loop: 20 MB at once would hold it up for 15 ms and more. */
async function hashInSlices(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.byteLength; from += HASH_SLICE) {
    if (from > 0) await turn();
    hash.update(bytes.subarray(from, from + HASH_SLICE));
  }
  return hash.digest('hex');
}
