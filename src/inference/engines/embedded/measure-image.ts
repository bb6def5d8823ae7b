import type { DecodedImage } from '../../image/decoded-image.ts';
import { measureScene, type Scene } from '../../scene/measure-scene.ts';
import { createDetector, type Detector, type DetectorOptions } from './detector.ts';
import { findThings } from './find-things.ts';

/** Measures pictures; one detector in memory, loaded by the first picture. */
export interface SceneMeasurer {
  /** @throws ModelError; the signal's reason when aborted */
  measure(image: DecodedImage, signal?: AbortSignal): Promise<Scene>;
  close(): Promise<void>;
}

/** Finds the things in a picture and measures the scene that they make. */
export async function measureImage(detector: Detector, image: DecodedImage): Promise<Scene> {
  return measureScene(image, await findThings(detector, image));
}

export function createSceneMeasurer(
  options: DetectorOptions & { readonly onWarning?: (warning: string) => void },
): SceneMeasurer {
  let loading: Promise<Detector> | undefined;

  async function load(): Promise<Detector> {
    try {
      const detector = await createDetector(options);
      if (detector.warning) options.onWarning?.(detector.warning);
      return detector;
    } catch (error) {
      // The next picture tries again: the fault may have been mended.
      loading = undefined;
      throw error;
    }
  }

  return {
    async measure(image, signal) {
      signal?.throwIfAborted();
      loading ??= load();
      const detector = await loading;
      signal?.throwIfAborted();
      return await measureImage(detector, image);
    },
    async close() {
      const detector = await loading?.catch(() => undefined);
      await detector?.close();
    },
  };
}
