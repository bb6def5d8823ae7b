import type { PullProgress } from '../models/pull-model.ts';
import { PROMPT_VERSION, promptFor } from '../prompts.ts';
import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import type { Engine } from './engine.ts';
import type { EngineConfig } from './engine-config.ts';
import { createVlmEngine } from './vlm/vlm-engine.ts';

interface EngineContext {
  /** Told, in a sentence, what went wrong without being a failure. */
  readonly onWarning: (warning: string) => void;
  /** Told while a model is downloaded. */
  readonly onProgress?: (progress: PullProgress) => void;
}

/** Makes the engine that a configuration asks for. */
export function createEngine(config: EngineConfig, { onWarning, onProgress }: EngineContext): Engine {
  switch (config.engine) {
    case 'embedded':
      return createEmbeddedEngine({ cacheFolder: config.cacheFolder, onWarning });
    case 'vlm':
      return createVlmEngine({
        ...config,
        ...{ promptFor, promptVersion: PROMPT_VERSION, onWarning, onProgress },
      });
  }
}
