// A process that measures pictures and describes nothing: what an engine takes is told without it.
import { createSceneMeasurer, type SceneMeasurer } from '../../inference/engines/embedded/measure-image.ts';
import type { Engine } from '../../inference/engines/engine.ts';
import { serveInference } from '../../inference/isolation/serve-inference.ts';

interface SceneConfig {
  readonly cacheFolder: string | null;
}

serveInference<SceneConfig>((config, context) =>
  createSceneEngine(createSceneMeasurer({ ...config, ...context })),
);

function createSceneEngine(measurer: SceneMeasurer): Engine {
  return {
    name: 'scene',
    model: 'scene',
    async load() {},
    async describe(image, _request, signal) {
      return { text: '', scene: await measurer.measure(image, signal) };
    },
    close: () => measurer.close(),
  };
}
