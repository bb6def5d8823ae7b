import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { loadCachedModel } from '../../model-cache.ts';
import { ModelError } from '../../model-error.ts';
import { CONVERTER_VERSION, convertTfjsGraph } from '../../onnx/convert-tfjs-graph.ts';
import type { Box } from '../engine.ts';
import { findPeaks, INPUT, INPUT_SIDE, OUTPUTS, type Peak, readCenternet } from './centernet.ts';
import { COCO_LABELS, type CocoLabel } from './coco-labels.ts';
import { suppress } from './suppress.ts';

/** A thing that the detector found. */
export interface DetectedThing {
  readonly label: CocoLabel;
  /** The network's score, 0 to 1. It ranks; it is not a measured probability. */
  readonly confidence: number;
  /** In shares of the picture, cut at its edges. */
  readonly box: Box;
}

/** An upright picture: 8-bit RGB, row by row, `width * height * 3` bytes. */
export interface RgbPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface DetectOptions {
  /** Least confidence, 0 to 1. */
  readonly threshold?: number;
}

export interface DetectorOptions {
  /** Where the converted network is kept; null converts it at each start. */
  readonly cacheFolder: string | null;
  /** Threads that one detection runs on. */
  readonly threads?: number;
}

export interface Detector {
  /** What went wrong without being a failure: the converted network could not be kept. */
  readonly warning: string | undefined;
  /** The things in the picture, the most certain first. Blocks the thread it is called on while the network runs. */
  detect(picture: RgbPicture, options?: DetectOptions): Promise<DetectedThing[]>;
  close(): Promise<void>;
}

const DEFAULT_THRESHOLD = 0.3;

/**
 * Stretches the picture to the network's square. Stretched and not padded, as the network's own code does.
 *
 * @returns 512 x 512 x 3, 0 to 255
 */
export async function toNetworkInput({ pixels, width, height }: RgbPicture): Promise<Float32Array> {
  const resized = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(INPUT_SIDE, INPUT_SIDE, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return Float32Array.from(resized);
}

function toThing(peak: Peak): DetectedThing {
  const share = (pixels: number) => Math.min(Math.max(pixels / INPUT_SIDE, 0), 1);
  const [x, y] = [share(peak.left), share(peak.top)];
  const box = { x, y, width: share(peak.right) - x, height: share(peak.bottom) - y };
  return { label: COCO_LABELS[peak.class]!, confidence: peak.score, box };
}

async function openSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      // Waiting threads sleep: spinning would take the cores from the rest of the service.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw new ModelError(
      'model-unsupported',
      'ONNX Runtime does not accept the detector.',
      'Run npm install again, so that its version is the one that this program was made for.',
      { cause },
    );
  }
}

/**
 * Makes the detector of 80 kinds of everyday things ready: converts the network to ONNX at the first start, or takes
 * it from the cache, and opens a session.
 *
 * @throws ModelError
 */
export async function createDetector({ cacheFolder, threads = 1 }: DetectorOptions): Promise<Detector> {
  const { json, weights, source } = await readCenternet();
  const { bytes, warning } = await loadCachedModel({
    folder: cacheFolder,
    model: 'centernet',
    version: CONVERTER_VERSION,
    source,
    build: () => convertTfjsGraph({ json, weights, outputs: Object.values(OUTPUTS) }),
  });
  const session = await openSession(bytes, threads);
  return {
    warning,
    async detect(picture, { threshold = DEFAULT_THRESHOLD } = {}) {
      const input = new Tensor('float32', await toNetworkInput(picture), [1, INPUT_SIDE, INPUT_SIDE, 3]);
      const outputs = await session.run({ [INPUT]: input });
      const heat = outputs[OUTPUTS.heat]!.data as Float32Array;
      const sides = outputs[OUTPUTS.sides]!.data as Float32Array;
      const things = findPeaks(heat, sides, threshold).map(toThing);
      return suppress(things.filter(({ box }) => box.width > 0 && box.height > 0));
    },
    close: () => session.release(),
  };
}
