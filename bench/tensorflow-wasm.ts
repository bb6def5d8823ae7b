import { createRequire } from 'node:module';
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { dispose, env, type io, ready, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';

export interface TensorflowModel {
  /** One tensor in, the values of the named outputs out. */
  run(input: Float32Array, shape: readonly number[], outputs: readonly string[]): Float32Array[];
}

/**
 * Makes TensorFlow.js ready on WebAssembly, with SIMD where the processor has it. In Node it has no threads
 * (tfjs-backend-wasm, src/flags_wasm.ts: WASM_HAS_MULTITHREAD_SUPPORT is false where IS_NODE).
 *
 * @returns what it runs with, in words
 */
export async function startTensorflow(): Promise<string> {
  setWasmPaths(`${path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await setBackend('wasm');
  await ready();
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const threads = await env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
  return `${simd ? 'SIMD' : 'no SIMD'}, ${threads ? 'threads' : '1 thread'}`;
}

/** Loads a graph model with TensorFlow.js. `startTensorflow` comes first. */
export function loadTensorflowModel(json: string, weights: Uint8Array): TensorflowModel {
  const model = loadGraphModelSync([JSON.parse(json) as io.ModelJSON, new Uint8Array(weights).buffer]);
  return {
    run(input, shape, outputs) {
      const picture = tensor(input, [...shape]);
      const results = model.execute(picture, [...outputs]);
      const tensors: Tensor[] = Array.isArray(results) ? results : [results];
      const values = tensors.map(result => result.dataSync<'float32'>());
      dispose([picture, ...tensors]);
      return values;
    },
  };
}
