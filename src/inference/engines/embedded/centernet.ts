import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { sha256 } from '../../model-cache.ts';
import { ModelError } from '../../model-error.ts';

/** Side of the square picture that the network sees, in pixels. */
export const INPUT_SIDE = 512;
/** Side of its output grid, in cells: one for every 4 x 4 pixels. */
export const GRID_SIDE = 128;
const CELL = INPUT_SIDE / GRID_SIDE;
const CLASSES = 80;

/** Operations of the graph that are read. Its own `tower_0/detections` is left out: see `findPeaks`. */
export const OUTPUTS = { heat: 'tower_0/keypoints', sides: 'tower_0/wh' } as const;
export const INPUT = 'tower_0/images';

export interface CenternetFiles {
  readonly json: string;
  readonly weights: Uint8Array;
  /** SHA-256 of both, 64 hex digits. */
  readonly source: string;
}

/**
 * Reads MobileNetV3-CenterNet as the package `@vladmandic/human` ships it (a TensorFlow.js graph model with float16
 * weights, by https://github.com/610265158/mobilenetv3_centernet, trained on COCO).
 *
 * @throws ModelError `model-missing`
 */
export async function readCenternet(): Promise<CenternetFiles> {
  try {
    // The package exports its code only; its models lie in a folder beside that of the code.
    const require = createRequire(import.meta.url);
    const code = require.resolve('@vladmandic/human');
    const folder = path.join(path.dirname(code), '..', 'models');
    const [json, weights] = await Promise.all([
      readFile(path.join(folder, 'centernet.json'), 'utf8'),
      readFile(path.join(folder, 'centernet.bin')),
    ]);
    return { json, weights, source: sha256(json, weights) };
  } catch (cause) {
    throw new ModelError(
      'model-missing',
      'The detector is missing: the package @vladmandic/human, which brings it, cannot be read.',
      'Run npm install in the folder of the program.',
      { cause },
    );
  }
}

/** A local maximum of the heat map with its box, in pixels of the network's input; it may reach over the edge. */
export interface Peak {
  /** Index into COCO_LABELS. */
  readonly class: number;
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Reads the network's output as the end of its own graph does (Zhou et al., "Objects as Points", 2019, section 4.1): a
 * cell is a thing's centre where its heat is the greatest of the 3 x 3 cells around it, and `sides` are the
 * distances from there to the box's left, top, right and bottom. In TypeScript and not as part of the ONNX graph: the
 * comparisons are exact, and with a threshold nearly all of the 1.3 million numbers are looked at only once.
 *
 * @param heat 128 x 128 x 80, 0 to 1
 * @param sides 128 x 128 x 4, pixels
 * @param threshold least score
 * @param limit at most so many, the best first
 */
export function findPeaks(heat: Float32Array, sides: Float32Array, threshold: number, limit = 100): Peak[] {
  const found: number[] = [];
  for (let index = 0; index < heat.length; index++) {
    if (heat[index]! >= threshold && isPeak(heat, index)) found.push(index);
  }
  // Of equal scores the lower index is first, as in TopKV2.
  found.sort((a, b) => heat[b]! - heat[a]! || a - b);
  return found.slice(0, limit).map(index => {
    const cell = Math.floor(index / CLASSES);
    const x = (cell % GRID_SIDE) * CELL;
    const y = Math.floor(cell / GRID_SIDE) * CELL;
    return {
      class: index % CLASSES,
      score: heat[index]!,
      left: x - sides[cell * 4]!,
      top: y - sides[cell * 4 + 1]!,
      right: x + sides[cell * 4 + 2]!,
      bottom: y + sides[cell * 4 + 3]!,
    };
  });
}

function isPeak(heat: Float32Array, index: number): boolean {
  const cell = Math.floor(index / CLASSES);
  const x = cell % GRID_SIDE;
  const y = Math.floor(cell / GRID_SIDE);
  for (let dy = y > 0 ? -1 : 0; dy <= (y < GRID_SIDE - 1 ? 1 : 0); dy++) {
    for (let dx = x > 0 ? -1 : 0; dx <= (x < GRID_SIDE - 1 ? 1 : 0); dx++) {
      if (heat[index + (dy * GRID_SIDE + dx) * CLASSES]! > heat[index]!) return false;
    }
  }
  return true;
}
