// The inference process: everything that decodes images or runs models is loaded here and not in its parent.
import { createEngine } from '../engines/create-engine.ts';
import { createSceneMeasurer } from '../engines/embedded/measure-image.ts';
import type { EngineConfig } from '../engines/engine-config.ts';
import type { MeasuringConfig } from './messages.ts';
import { serveInference } from './serve-inference.ts';

serveInference<EngineConfig & MeasuringConfig>(
  createEngine,
  ({ scenes }, context) => scenes && createSceneMeasurer({ ...scenes, ...context }),
);
