import type { SceneMeasurer } from './embedded/measure-image.ts';
import type { Engine } from './engine.ts';

/**
 * An engine that also hands out the measured scene, for grounding what it wrote: a language model measures nothing
 * itself. An engine that hands out its own scene is left as it is.
 *
 * @param measurer closed with the engine
 */
export function withScene(engine: Engine, measurer: SceneMeasurer): Engine {
  return {
    ...engine,
    load: signal => engine.load(signal),
    async describe(image, request, signal) {
      const output = await engine.describe(image, request, signal);
      return output.scene ? output : { ...output, scene: await measurer.measure(image, signal) };
    },
    async close() {
      await engine.close();
      await measurer.close();
    },
  };
}
