import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadCachedModel } from '../../model-cache.ts';
import { ModelError } from '../../model-error.ts';
import { CONVERTER_VERSION, convertTfjsGraph } from '../../onnx/convert-tfjs-graph.ts';
import type { Box } from '../engine.ts';
import { findPeaks, INPUT, INPUT_SIDE, OUTPUTS, readCenternet } from './centernet.ts';
import { COCO_LABELS, type CocoLabel } from './coco-labels.ts';
import { suppress } from './suppress.ts';
import { closeUpViews, type RgbPicture, toBox, toNetworkInput, type View, wholeView } from './views.ts';

/** A thing that the detector found. */
export interface DetectedThing {
  readonly label: CocoLabel;
  /** The network's score, 0 to 1. It ranks; it is not a measured probability. */
  readonly confidence: number;
  /** In shares of the picture, cut at its edges. */
  readonly box: Box;
}

interface DetectOptions {
  /** Least confidence, 0 to 1. */
  readonly threshold?: number;
  /** Also looks at two overlapping parts, each larger: finds smaller things, and takes three times as long. */
  readonly closeUps?: boolean;
}

export interface DetectorOptions {
  /** Where the converted network is kept; null converts it at each start. */
  readonly cacheFolder: string | null;
  /** Threads that one detection runs on; otherwise as many as the machine has, four at most. */
  readonly threads?: number;
}

export interface Detector {
  /** What went wrong without being a failure: the converted network could not be kept. */
  readonly warning: string | undefined;
  /** The things in the picture, the most certain first. Blocks the thread it is called on while the network runs. */
  detect(picture: RgbPicture, options?: DetectOptions): Promise<DetectedThing[]>;
  close(): Promise<void>;
}

/** Chosen on nine photographs: wrong finds begin just below, with a bicycle's handlebar as a bicycle (0.296). */
const DEFAULT_THRESHOLD = 0.3;

/** Opens the converted network. @throws ModelError where ONNX Runtime does not accept it */
export async function openSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
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
      'ONNX Runtime does not accept a network of the embedded engine.',
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
export async function createDetector({ cacheFolder, threads }: DetectorOptions): Promise<Detector> {
  const { json, weights, source } = await readCenternet();
  const { bytes, warning } = await loadCachedModel({
    folder: cacheFolder,
    model: 'centernet',
    version: CONVERTER_VERSION,
    source,
    build: () => convertTfjsGraph({ json, weights, outputs: Object.values(OUTPUTS) }),
  });
  const session = await openSession(bytes, threads ?? Math.min(availableParallelism(), 4));
  const look = async (picture: RgbPicture, view: View, threshold: number): Promise<DetectedThing[]> => {
    const input = new Tensor('float32', await toNetworkInput(picture, view), [1, INPUT_SIDE, INPUT_SIDE, 3]);
    const outputs = await session.run({ [INPUT]: input });
    const heat = outputs[OUTPUTS.heat]!.data as Float32Array;
    const sides = outputs[OUTPUTS.sides]!.data as Float32Array;
    return findPeaks(heat, sides, threshold).flatMap(peak => {
      const box = toBox(peak, view, picture);
      return box ? [{ label: COCO_LABELS[peak.class]!, confidence: peak.score, box }] : [];
    });
  };
  return {
    warning,
    async detect(picture, { threshold = DEFAULT_THRESHOLD, closeUps = false } = {}) {
      const found: DetectedThing[] = [];
      for (const view of [wholeView(picture), ...(closeUps ? closeUpViews(picture) : [])]) {
        found.push(...(await look(picture, view, threshold)));
      }
      return suppress(found);
    },
    close: () => session.release(),
  };
}
