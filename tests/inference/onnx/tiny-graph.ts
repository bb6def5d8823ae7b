import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadTensorflowModel } from '../../../bench/tensorflow-wasm.ts';
import { convertTfjsGraph } from '../../../src/inference/onnx/convert-tfjs-graph.ts';

type Attribute = { s: string } | { b: boolean } | { i: string } | { type: string } | object;

interface TinyNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, Attribute>;
}

interface TinyConstant {
  shape: number[];
  data: Float32Array | Int32Array;
}

const text = (value: string) => Buffer.from(value).toString('base64');

/** Attributes as TensorFlow.js graphs have them in JSON. */
export const attribute = {
  string: (value: string) => ({ s: text(value) }),
  boolean: (value: boolean) => ({ b: value }),
  integers: (...values: number[]) => ({ list: { i: values.map(String) } }),
  strings: (...values: string[]) => ({ list: { s: values.map(text) } }),
  shape: (...sizes: number[]) => ({ shape: { dim: sizes.map(size => ({ size: String(size) })) } }),
};

/** Attributes of a convolution. */
export function convolution(stride: number, dilation: number, padding: string, ...fused: string[]) {
  return {
    strides: attribute.integers(1, stride, stride, 1),
    dilations: attribute.integers(1, dilation, dilation, 1),
    padding: attribute.string(padding),
    data_format: attribute.string('NHWC'),
    ...(fused.length > 0 ? { fused_ops: attribute.strings(...fused), num_args: { i: '1' } } : {}),
  };
}

export interface TinyGraph {
  input: number[];
  /** Added to `Placeholder` "in" and one `Const` for each constant; the last one is the output. */
  nodes: TinyNode[];
  constants?: Record<string, TinyConstant>;
}

/** The files of a TensorFlow.js graph model. */
export function tinyModel({ input, nodes, constants = {} }: TinyGraph): {
  json: string;
  weights: Uint8Array;
} {
  const entries = Object.entries(constants);
  const node = [
    {
      name: 'in',
      op: 'Placeholder',
      attr: { shape: attribute.shape(...input), dtype: { type: 'DT_FLOAT' } },
    },
    ...entries.map(([name]) => ({ name, op: 'Const', attr: {} })),
    ...nodes.map(({ attr = {}, ...rest }) => ({ ...rest, attr: { T: { type: 'DT_FLOAT' }, ...attr } })),
  ];
  const weights = entries.map(([name, { shape, data }]) => {
    return { name, shape, dtype: data instanceof Int32Array ? 'int32' : 'float32' };
  });
  const bytes = entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const json = {
    format: 'graph-model',
    modelTopology: { node, library: {}, versions: {} },
    weightsManifest: [{ paths: [], weights }],
  };
  return { json: JSON.stringify(json), weights: Buffer.concat(bytes) };
}

/** The values of the last node, as TensorFlow.js computes them. */
export function runTensorflow(graph: TinyGraph, input: Float32Array): Float32Array {
  const { json, weights } = tinyModel(graph);
  const [values] = loadTensorflowModel(json, weights).run(input, graph.input, [graph.nodes.at(-1)!.name]);
  return values!;
}

/** The values of the last node, as ONNX Runtime computes them after conversion. */
export async function runOnnx(
  graph: TinyGraph,
  input: Float32Array,
): Promise<{ data: Float32Array; dims: readonly number[] }> {
  const output = graph.nodes.at(-1)!.name;
  const model = convertTfjsGraph({ ...tinyModel(graph), outputs: [output] });
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  try {
    const results = await session.run({ in: new Tensor('float32', input, graph.input) });
    const { data, dims } = results[output]!;
    return { data: data as Float32Array, dims };
  } finally {
    await session.release();
  }
}

/** Numbers from -range to range, the same for the same seed (Marsaglia's xorshift32). */
export function noise(length: number, seed = 1, range = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state / 0x80000000) * range;
  });
}

export function greatestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((greatest, value, index) => Math.max(greatest, Math.abs(value - b[index]!)), 0);
}
