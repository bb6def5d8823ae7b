import type { DecodedImage } from '../image/decoded-image.ts';
import { readFreeMemory, refuseWithoutMemory } from '../memory.ts';
import { ModelError } from '../model-error.ts';
import type { Engine, MemoryNeed } from './engine.ts';

/** Enough for two descriptions to part ways. */
const CHECK_TOKENS = 24;

/**
 * The same engine with two checks in front of its use: before it loads, that its model fits into the memory that is
 * free; after, where a language model writes, that the image reaches it.
 *
 * @param readFree bytes that are free on a device, null where unknown; otherwise asks the system
 */
export function guardEngine(
  engine: Engine,
  readFree: (device: MemoryNeed['device']) => Promise<number | null> = readFreeMemory,
): Engine {
  let loading: Promise<void> | undefined;

  async function load(signal?: AbortSignal): Promise<void> {
    const need = await engine.memoryNeed?.();
    if (need) refuseWithoutMemory(engine.model, need, await readFree(need.device));
    await engine.load(signal);
    if (engine.isLanguageModel) await checkImageReachesModel(engine, signal);
  }

  return {
    name: engine.name,
    // Some know their revision only once they are loaded.
    get model() {
      return engine.model;
    },
    promptVersion: engine.promptVersion,
    isLanguageModel: engine.isLanguageModel,
    memoryNeed: engine.memoryNeed?.bind(engine),
    async load(signal) {
      loading ??= load(signal).catch((error: unknown) => {
        // The next call tries again: the fault may have been mended.
        loading = undefined;
        throw error;
      });
      await loading;
    },
    describe: (image, request, signal) => engine.describe(image, request, signal),
    async close() {
      loading = undefined;
      await engine.close();
    },
  };
}

/**
 * Has a model describe pictures that have nothing in common. A wrong chat template or input name leaves a model that
 * writes fluently about an image that it never saw: then all its descriptions are the same. A model that chooses its
 * words at random gets past this check, so engines describe greedily.
 *
 * @throws ModelError `model-blind`
 */
async function checkImageReachesModel(engine: Engine, signal?: AbortSignal): Promise<void> {
  const texts = new Set<string>();
  for (const picture of TEST_PICTURES) {
    const { text } = await engine.describe(picture(), { style: 'brief', maxTokens: CHECK_TOKENS }, signal);
    texts.add(text);
    if (texts.size > 1) return;
  }
  throw new ModelError(
    'model-blind',
    `${engine.model} describes quite different test images with the same words: the image does not reach it.`,
    'Choose a model that is made for images, with all of its files.',
  );
}

/** Unlike each other in colour, shape and light; a third one, for models that call two alike. */
const TEST_PICTURES = [
  () => draw((x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.3 ? [220, 30, 30] : [250, 250, 250])),
  () => draw((x, y) => (y < 0.5 ? [90, 160, 235] : Math.sin(x * 40) > 0 ? [30, 110, 40] : [20, 80, 30])),
  () => draw((x, y) => ((Math.floor(x * 8) + Math.floor(y * 8)) % 2 === 0 ? [0, 0, 0] : [240, 210, 40])),
];

const SIDE = 256;

/** @param colourAt RGB at a place, in shares of width and height */
function draw(colourAt: (x: number, y: number) => readonly [number, number, number]): DecodedImage {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      pixels.set(colourAt((x + 0.5) / SIDE, (y + 0.5) / SIDE), (y * SIDE + x) * 3);
    }
  }
  return {
    pixels,
    width: SIDE,
    height: SIDE,
    source: {
      format: 'png',
      width: SIDE,
      height: SIDE,
      bytes: pixels.length,
      sha256: '0'.repeat(64),
      animated: false,
      transparent: false,
    },
  };
}
