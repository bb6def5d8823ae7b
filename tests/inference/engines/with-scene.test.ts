import { expect, it } from 'vitest';
import { createSceneMeasurer } from '../../../src/inference/engines/embedded/measure-image.ts';
import type { Engine, EngineOutput } from '../../../src/inference/engines/engine.ts';
import { withScene } from '../../../src/inference/engines/with-scene.ts';
import { loadImage } from '../../../src/inference/image/load-image.ts';
import { packagedPhotographs } from '../../metrics/grounding/described-photographs.ts';

/** An engine that writes and measures nothing, as a language model does. */
function createWriter(output: EngineOutput, closed: string[]): Engine {
  return {
    name: 'writer',
    model: 'none',
    load: async () => {},
    describe: async () => output,
    close: async () => {
      closed.push('engine');
    },
  };
}

it('measures the scene that an engine does not, and leaves one that it does', async () => {
  const closed: string[] = [];
  const measurer = createSceneMeasurer({ cacheFolder: null, threads: 1 });
  const image = await loadImage(packagedPhotographs()[4]!.file);
  const engine = withScene(createWriter({ text: 'Sheep.' }, closed), {
    ...measurer,
    close: async () => {
      closed.push('measurer');
      await measurer.close();
    },
  });
  const { text, scene } = await engine.describe(image, { style: 'brief' });
  expect(text).toBe('Sheep.');
  expect(scene!.things.filter(({ label }) => label === 'sheep').length).toBeGreaterThan(5);
  const own = withScene(createWriter({ text: 'Sheep.', scene: scene! }, closed), measurer);
  expect((await own.describe(image, { style: 'brief' })).scene).toBe(scene);
  await engine.close();
  expect(closed).toEqual(['engine', 'measurer']);
}, 60_000);
