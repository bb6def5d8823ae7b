import { availableParallelism } from 'node:os';
import type { DecodedImage } from '../../image/decoded-image.ts';
import type { DescribeRequest, Engine, EngineOutput, FoundThing } from '../engine.ts';
import { createDetector, type Detector } from './detector.ts';
import { measureImage } from './measure-image.ts';
import { describeScene } from './prose/describe-scene.ts';
import { createTextReader, type TextReader } from './text/read-text.ts';

/** Raised with every change of what is measured or how it is written: results state it. */
const PROSE_VERSION = 3;

/** Measured: the process grows by 380 MB at the most. */
const MEMORY_NEED = 400_000_000;

export interface EmbeddedEngineOptions {
  /** Where the converted detector is kept; null keeps nothing. */
  readonly cacheFolder: string | null;
  /** Told, in a sentence, what went wrong without being a failure. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * The engine that needs no model but what npm brought: it finds things with a COCO-80 detector, measures the
 * pixels, reads printed text, and writes prose from what it measured. Every adjective has its evidence. It says nothing of a
 * person's gender, age, race or feelings, since it measures none of them.
 */
export function createEmbeddedEngine({ cacheFolder, onWarning }: EmbeddedEngineOptions): Engine {
  let loading: Promise<Models> | undefined;

  async function load(signal?: AbortSignal): Promise<Models> {
    signal?.throwIfAborted();
    loading ??= loadModels(cacheFolder).then(
      models => {
        if (models.detector.warning) onWarning?.(models.detector.warning);
        return models;
      },
      (error: unknown) => {
        // The next call tries again: the fault may have been mended.
        loading = undefined;
        throw error;
      },
    );
    return await loading;
  }

  return {
    name: 'embedded',
    model: `centernet-mobilenetv3+pp-ocrv4+prose-${PROSE_VERSION}`,
    memoryNeed: async () => ({ bytes: MEMORY_NEED, device: 'cpu' }),
    async load(signal) {
      await load(signal);
    },
    async describe(image: DecodedImage, { style }: DescribeRequest, signal): Promise<EngineOutput> {
      const { detector, textReader } = await load(signal);
      const scene = await measureImage(detector, image);
      signal?.throwIfAborted();
      const pictureText = await textReader.read(image, { signal });
      signal?.throwIfAborted();
      const { text, evidence, quotes } = describeScene(scene, style, image.source.sha256, pictureText);
      const things: FoundThing[] = [
        ...scene.things.map(({ label, confidence, box }) => ({
          label,
          confidence,
          box,
          source: 'detector' as const,
        })),
        ...scene.regions.map(({ kind, confidence, box }) => ({
          label: kind,
          confidence,
          box,
          source: 'region' as const,
        })),
      ];
      return { text, evidence, things, quotes, scene };
    },
    async close() {
      const models = await loading?.catch(() => undefined);
      loading = undefined;
      await Promise.all([models?.detector.close(), models?.textReader.close()]);
    },
  };
}

interface Models {
  readonly detector: Detector;
  readonly textReader: TextReader;
}

async function loadModels(cacheFolder: string | null): Promise<Models> {
  const detector = await createDetector({ cacheFolder });
  try {
    const textReader = await createTextReader({ threads: Math.min(availableParallelism(), 4) });
    return { detector, textReader };
  } catch (error) {
    await detector.close();
    throw error;
  }
}
