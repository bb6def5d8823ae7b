import type { PullProgress } from '../models/pull-model.ts';
import { PROMPT_VERSION, promptFor } from '../prompts.ts';
import { createAnthropicEngine } from './anthropic/anthropic-engine.ts';
import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import { ENDPOINT_LIMITS } from './endpoint/endpoint-limits.ts';
import type { Engine } from './engine.ts';
import type { EngineConfig } from './engine-config.ts';
import { guardEngine } from './guard-engine.ts';
import { createOpenAiEngine } from './openai/openai-engine.ts';
import { createVlmEngine } from './vlm/vlm-engine.ts';

interface EngineContext {
  /** Told, in a sentence, what went wrong without being a failure. */
  readonly onWarning: (warning: string) => void;
  /** Told while a model is downloaded. */
  readonly onProgress?: (progress: PullProgress) => void;
}

/**
 * Makes the engine that a configuration asks for. It loads native code: the service calls it in the inference process
 * only.
 *
 * @throws NarratorError with the code "usage"
 */
export function createEngine(config: EngineConfig, { onWarning, onProgress }: EngineContext): Engine {
  switch (config.engine) {
    case 'embedded':
      return guardEngine(createEmbeddedEngine({ cacheFolder: config.cacheFolder, onWarning }));
    case 'vlm':
      return guardEngine(
        createVlmEngine({
          ...config,
          ...{ promptFor, promptVersion: PROMPT_VERSION, onWarning, onProgress },
        }),
      );
    case 'openai':
      return createOpenAiEngine({ ...config, ...ENDPOINT_LIMITS });
    case 'anthropic':
      return createAnthropicEngine({ ...config, ...ENDPOINT_LIMITS });
  }
}
