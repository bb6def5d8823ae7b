import { ModelError } from '../model-error.ts';
import { OnnxGraphBuilder } from './onnx-proto.ts';
import { readTfjsGraph, type TfjsConstant, type TfjsGraph, type TfjsNode } from './tfjs-graph.ts';
import { OPERATORS } from './tfjs-operators.ts';

/**
 * Raise it with every change of what comes out for the same model: converted models are kept under it.
 */
export const CONVERTER_VERSION = 1;

/**
 * A tensor of the graph while it is converted. `shape` is always TensorFlow's (N, H, W, C for pictures). With
 * layout `nchw` the ONNX tensor called `name` has its channels second.
 */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: 'as-tensorflow' | 'nchw';
}

/** The state of one conversion: what was converted so far, and the ONNX graph that grows. */
export class Conversion {
  readonly onnx: OnnxGraphBuilder;
  readonly #graph: TfjsGraph;
  readonly #values = new Map<string, Value>();
  readonly #inNchw = new Map<string, Value>();
  readonly #readers = new Map<string, number>();
  readonly #scales = new Map<string, number>();

  constructor(graph: TfjsGraph, outputs: readonly string[], onnx: OnnxGraphBuilder) {
    this.#graph = graph;
    this.onnx = onnx;
    const read = [...graph.nodes.values()].flatMap(node => node.inputs);
    for (const name of [...read, ...outputs]) this.#readers.set(name, this.readers(name) + 1);
  }

  /** How many read the output of the operation of this name: other operations, and whoever runs the graph. */
  readers(name: string): number {
    return this.#readers.get(name) ?? 0;
  }

  /** The operation that makes the `index`th input of `node`. @throws ModelError where there is none */
  producer(node: TfjsNode, index: number): TfjsNode {
    const found = this.#graph.nodes.get(node.inputs[index] ?? '');
    if (!found)
      throw node.unsupported(`its input ${index} (${node.inputs[index] ?? 'absent'}) is not in the graph`);
    return found;
  }

  /** The value of the `index`th input where it is a constant. */
  findConstant(node: TfjsNode, index: number): TfjsConstant | undefined {
    return this.producer(node, index).op === 'Const'
      ? this.#graph.constants.get(node.inputs[index]!)
      : undefined;
  }

  /** @throws ModelError where the input is not a constant */
  constant(node: TfjsNode, index: number): TfjsConstant {
    const found = this.findConstant(node, index);
    if (!found) throw node.unsupported(`its input ${index} (${node.inputs[index]}) is not a constant`);
    return found;
  }

  /** The `index`th input, converted with all that it needs. */
  input(node: TfjsNode, index: number): Value {
    return this.convert(this.producer(node, index));
  }

  /** The `index`th input with its channels second. @throws ModelError where it has not four dimensions */
  inputInNchw(node: TfjsNode, index: number): Value {
    const value = this.input(node, index);
    if (value.shape.length !== 4)
      throw node.unsupported(`its input ${index} has shape ${value.shape.join('x')}`);
    return this.#nchw(value);
  }

  convert(node: TfjsNode): Value {
    const known = this.#values.get(node.name);
    if (known) return known;
    const operator = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined;
    if (!operator) throw node.unsupported('there is no rule for this operation');
    const value = operator(this, node);
    this.#values.set(node.name, value);
    return value;
  }

  /** Asks for the output of a convolution times `factor`, before it is converted. */
  scale(node: TfjsNode, factor: number): void {
    this.#scales.set(node.name, factor);
  }

  scaleOf(node: TfjsNode): number {
    return this.#scales.get(node.name) ?? 1;
  }

  /** The same tensor with its channels second, transposed at most once however many read it. */
  #nchw(value: Value): Value {
    if (value.layout === 'nchw') return value;
    const known = this.#inNchw.get(value.name);
    if (known) return known;
    const name = `${value.name}:nchw`;
    this.onnx.node('Transpose', [value.name], [name], { perm: { ints: [0, 3, 1, 2] } });
    const transposed: Value = { name, shape: value.shape, layout: 'nchw' };
    this.#inNchw.set(value.name, transposed);
    return transposed;
  }

  initializer(
    node: TfjsNode,
    role: string,
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ): string {
    const name = `${node.name}:${role}`;
    this.onnx.initializer(name, data, dims);
    return name;
  }
}

export interface ConversionOptions {
  /** The model's JSON, as text. */
  readonly json: string;
  /** The bytes of its weight files, one after the other. */
  readonly weights: Uint8Array;
  /** Names of the operations whose outputs are wanted; only what these need is converted. */
  readonly outputs: readonly string[];
}

/**
 * Converts a TensorFlow.js graph model to ONNX. Inputs and outputs keep their names, shapes and layout (N, H, W, C);
 * in between the channels come second, as ONNX has them, so that pictures are transposed at the rim only.
 *
 * @returns the bytes of an `.onnx` file; the same model always gives the same bytes
 * @throws ModelError `model-unsupported` naming the operation that has no rule, has an attribute that is not
 *   supported or shapes that do not fit; `model-damaged` where the files are not a model
 */
export function convertTfjsGraph({ json, weights, outputs }: ConversionOptions): Uint8Array<ArrayBuffer> {
  const graph = readTfjsGraph(json, weights);
  const onnx = new OnnxGraphBuilder('converted-from-tensorflow-js');
  const conversion = new Conversion(graph, outputs, onnx);
  for (const name of outputs) {
    const node = graph.nodes.get(name);
    if (!node) {
      throw new ModelError(
        'model-unsupported',
        `The model has no operation "${name}".`,
        'Use the version of the model that this program was made for.',
      );
    }
    const value = conversion.convert(node);
    const perm = value.layout === 'nchw' ? { perm: { ints: [0, 2, 3, 1] } } : undefined;
    onnx.node(perm ? 'Transpose' : 'Identity', [value.name], [name], perm);
    onnx.output(name, 'float32', value.shape);
  }
  return onnx.encode();
}
