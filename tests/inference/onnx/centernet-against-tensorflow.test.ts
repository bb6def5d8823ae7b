import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadTensorflowModel,
  startTensorflow,
  type TensorflowModel,
} from '../../../bench/tensorflow-wasm.ts';
import {
  type CenternetFiles,
  findPeaks,
  INPUT,
  INPUT_SIDE,
  OUTPUTS,
  type Peak,
  readCenternet,
} from '../../../src/inference/engines/embedded/centernet.ts';
import { openSession } from '../../../src/inference/engines/embedded/detector.ts';
import { toNetworkInput, wholeView } from '../../../src/inference/engines/embedded/views.ts';
import { convertTfjsGraph } from '../../../src/inference/onnx/convert-tfjs-graph.ts';
import { photograph } from '../picture.ts';
import { greatestDifference, noise } from './tiny-graph.ts';

// Both compute in 32-bit floats and add in different orders. Measured over these pictures on x64: heat differs by
// 1.2e-6 at most (it is 0 to 1), sides by 3.4e-3 pixels (they are up to 300, and 16 times what the last convolution
// gives): both are about 1e-5 of the greatest value, some dozen roundings of 6e-8.
const HEAT_BOUND = 1e-5;
const SIDES_BOUND = 0.02;

const SHAPE = [1, INPUT_SIDE, INPUT_SIDE, 3];
const LENGTH = INPUT_SIDE * INPUT_SIDE * 3;
const NAMES = Object.values(OUTPUTS);

let files: CenternetFiles;
let tensorflow: TensorflowModel;
let session: InferenceSession;

beforeAll(async () => {
  await startTensorflow();
  files = await readCenternet();
  tensorflow = loadTensorflowModel(files.json, files.weights);
  session = await openSession(convertTfjsGraph({ ...files, outputs: NAMES }), 1);
});

afterAll(() => session.release());

async function run(
  on: InferenceSession,
  input: Float32Array,
): Promise<{ heat: Float32Array; sides: Float32Array }> {
  const results = await on.run({ [INPUT]: new Tensor('float32', input, SHAPE) });
  return {
    heat: results[OUTPUTS.heat]!.data as Float32Array,
    sides: results[OUTPUTS.sides]!.data as Float32Array,
  };
}

async function photographInput(): Promise<Float32Array> {
  const picture = await photograph('march-pastoral');
  return toNetworkInput(picture, wholeView(picture));
}

const pictures: [string, () => Promise<Float32Array>][] = [
  ['noise', async () => noise(LENGTH, 42, 127.5).map(value => Math.round(value + 127.5))],
  [
    'a gradient',
    async () =>
      Float32Array.from({ length: LENGTH }, (_, index) => {
        const pixel = Math.floor(index / 3);
        return [(pixel % INPUT_SIDE) / 2, pixel / INPUT_SIDE / 2, 128][index % 3]!;
      }),
  ],
  ['a photograph', photographInput],
];

describe.each(pictures)('%s', (_, draw) => {
  it('gives the same heat and sides within the rounding of 32-bit floats', async () => {
    const input = await draw();
    const [heat, sides] = tensorflow.run(input, SHAPE, NAMES);
    const onnx = await run(session, input);
    expect(greatestDifference(heat!, onnx.heat)).toBeLessThan(HEAT_BOUND);
    expect(greatestDifference(sides!, onnx.sides)).toBeLessThan(SIDES_BOUND);
  });

  it("gives the very peaks of the graph's own end, from the same heat and sides", async () => {
    const [heat, sides, detections] = tensorflow.run(await draw(), SHAPE, [...NAMES, 'tower_0/detections']);
    const rows = findPeaks(heat!, sides!, 0).flatMap(({ left, top, right, bottom, score, class: label }) =>
      [left, top, right, bottom, score, label].map(Math.fround),
    );
    expect(rows).toEqual([...detections!]);
  });
});

it('finds the same things in the photograph', async () => {
  const input = await photographInput();
  const [heat, sides] = tensorflow.run(input, SHAPE, NAMES);
  const expected = findPeaks(heat!, sides!, 0.2);
  const onnx = await run(session, input);
  const found = findPeaks(onnx.heat, onnx.sides, 0.2);
  expect(expected.length).toBeGreaterThan(5);
  expect(found.map(peak => peak.class)).toEqual(expected.map(peak => peak.class));
  for (const [index, peak] of found.entries()) {
    for (const key of Object.keys(peak) as (keyof Peak)[]) {
      expect(Math.abs(peak[key] - expected[index]![key])).toBeLessThan(SIDES_BOUND);
    }
  }
});

it('notices one wrong weight of the four million bytes (control)', async () => {
  const input = await photographInput();
  const [heat, sides] = tensorflow.run(input, SHAPE, NAMES);
  const weights = new Uint8Array(files.weights);
  const offset = offsetOf('tower_0/MobilenetV3/expanded_conv_7/project/Conv2D_weights');
  const view = new DataView(weights.buffer);
  view.setFloat16(offset, view.getFloat16(offset, true) + 0.1, true);
  const wrong = await openSession(convertTfjsGraph({ ...files, weights, outputs: NAMES }), 1);
  const result = await run(wrong, input);
  await wrong.release();
  expect(greatestDifference(heat!, result.heat)).toBeGreaterThan(10 * HEAT_BOUND);
  expect(greatestDifference(sides!, result.sides)).toBeGreaterThan(10 * SIDES_BOUND);
});

/** Where a weight begins in the weight file: float16 in two bytes, whole numbers in four. */
function offsetOf(name: string): number {
  const [{ weights }] = JSON.parse(files.json).weightsManifest;
  let offset = 0;
  for (const entry of weights) {
    if (entry.name === name) return offset;
    const width = entry.quantization ? 2 : 4;
    offset += width * entry.shape.reduce((product: number, size: number) => product * size, 1);
  }
  throw new Error(`no weight ${name}`);
}
