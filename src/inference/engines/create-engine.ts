import { createEmbeddedEngine } from './embedded/embedded-engine.ts';
import type { Engine } from './engine.ts';
import type { EngineConfig } from './engine-config.ts';
import { guardEngine } from './guard-engine.ts';

interface EngineContext {
  /** Told, in a sentence, what went wrong without being a failure. */
  readonly onWarning: (warning: string) => void;
}

/**
 * Makes the engine that a configuration asks for. It loads native code: the service calls it in the inference process
 * only.
 */
export function createEngine(config: EngineConfig, { onWarning }: EngineContext): Engine {
  switch (config.engine) {
    case 'embedded':
      return guardEngine(createEmbeddedEngine({ cacheFolder: config.cacheFolder, onWarning }));
  }
}
