import type { Conversion, Value } from './convert-tfjs-graph.ts';
import { findHardSwish, writeHardSwish } from './hard-swish.ts';
import type { OnnxAttribute } from './onnx-proto.ts';
import type { TfjsNode } from './tfjs-graph.ts';

// What the operations mean: https://www.tensorflow.org/api_docs/cc/group/ and the executors of
// @tensorflow/tfjs-converter (src/operations/executors).

type Operator = (conversion: Conversion, node: TfjsNode) => Value;

/** Where each axis of N, H, W, C lies in N, C, H, W. */
const AXIS_IN_NCHW = [0, 2, 3, 1];

function requireFloat(node: TfjsNode): void {
  const type = node.type('T') ?? node.type('dtype') ?? 'DT_FLOAT';
  if (type !== 'DT_FLOAT') throw node.unsupported(`its type is ${type}, only DT_FLOAT is supported`);
}

/** An NHWC attribute of four numbers whose first and last are 1: the two in the middle. */
function spatialPair(node: TfjsNode, attribute: string): readonly [number, number] {
  const values = node.integers(attribute);
  const [batch = 1, height = 1, width = 1, channels = 1] = values;
  if (batch !== 1 || channels !== 1) throw node.unsupported(`${attribute} is ${values.join(', ')}`);
  return [height, width];
}

interface Window {
  readonly attributes: Record<string, OnnxAttribute>;
  /** Height and width of what comes out. */
  readonly size: readonly [number, number];
}

/**
 * Strides, dilations and padding of a convolution. SAME as TensorFlow defines it: the output is the input divided by
 * the stride, rounded up, and an odd padding has its extra row or column at the end
 * (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
 */
function windowOf(node: TfjsNode, input: readonly number[], kernel: readonly number[]): Window {
  const format = node.string('data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw node.unsupported(`its data_format is ${format}, only NHWC is supported`);
  const padding = node.string('padding');
  if (padding !== 'SAME' && padding !== 'VALID') throw node.unsupported(`its padding is ${padding}`);
  const strides = spatialPair(node, 'strides');
  const dilations = spatialPair(node, 'dilations');
  const axes = [0, 1].map(axis => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    const length = input[axis + 1]!;
    if (padding === 'VALID')
      return { before: 0, after: 0, size: Math.floor((length - reach) / strides[axis]!) + 1 };
    const size = Math.ceil(length / strides[axis]!);
    const total = Math.max((size - 1) * strides[axis]! + reach - length, 0);
    return { before: Math.floor(total / 2), after: Math.ceil(total / 2), size };
  });
  const [vertical, horizontal] = axes as [(typeof axes)[0], (typeof axes)[0]];
  if (vertical.size < 1 || horizontal.size < 1) throw node.unsupported('its kernel is larger than its input');
  return {
    attributes: {
      kernel_shape: { ints: [kernel[0]!, kernel[1]!] },
      strides: { ints: strides },
      dilations: { ints: dilations },
      pads: { ints: [vertical.before, horizontal.before, vertical.after, horizontal.after] },
    },
    size: [vertical.size, horizontal.size],
  };
}

/** Kernel [height, width, in, out] to [out, in, height, width], each weight times `scale`. */
function kernelInNchw(data: ArrayLike<number>, shape: readonly number[], scale: number): Float32Array {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const turned = new Float32Array(data.length);
  let from = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) {
          turned[((o * inputs + i) * height + y) * width + x] = data[from++]! * scale;
        }
      }
    }
  }
  return turned;
}

/** Conv2D, DepthwiseConv2dNative and their fused forms with a bias and an activation. */
function convolution(conversion: Conversion, node: TfjsNode, depthwise: boolean): Value {
  requireFloat(node);
  const input = conversion.inputInNchw(node, 0);
  const kernel = conversion.constant(node, 1);
  const [height, width, inputs, perInput] = kernel.shape;
  if (kernel.shape.length !== 4 || input.shape[3] !== inputs) {
    throw node.unsupported(`its input is ${input.shape.join('x')} and its kernel ${kernel.shape.join('x')}`);
  }
  const window = windowOf(node, input.shape, kernel.shape);
  const [bias, activation, ...more] = node.strings('fused_ops');
  const channels = depthwise ? inputs! * perInput! : perInput!;
  const scale = conversion.scaleOf(node);

  // In TensorFlow, output channel `c * multiplier + m` of a depthwise convolution reads input channel `c`; read as
  // [height, width, 1, c * multiplier + m], its kernel needs no other rule.
  const shape = depthwise ? [height!, width!, 1, channels] : kernel.shape;
  const dims = [channels, shape[2]!, height!, width!];
  const names = [
    input.name,
    conversion.initializer(node, 'kernel', kernelInNchw(kernel.data, shape, scale), dims),
  ];
  if (bias !== undefined) {
    if (bias !== 'BiasAdd') throw node.unsupported(`it is fused with ${bias}`);
    const values = conversion.constant(node, 2);
    if (values.data.length !== channels) {
      throw node.unsupported(`its bias has ${values.data.length} values for ${channels} channels`);
    }
    names.push(
      conversion.initializer(
        node,
        'bias',
        Float32Array.from(values.data, value => value * scale),
        [channels],
      ),
    );
  }
  const output: Value = {
    name: node.output,
    shape: [input.shape[0]!, ...window.size, channels],
    layout: 'nchw',
  };
  const convolved = activation === undefined ? output : { ...output, name: `${node.name}:before-activation` };
  const attributes = { ...window.attributes, group: { int: depthwise ? inputs! : 1 } };
  conversion.onnx.node('Conv', names, [convolved.name], attributes);
  if (activation === undefined) return output;
  if (activation !== 'Relu' || more.length > 0) {
    throw node.unsupported(`it is fused with ${[bias, activation, ...more].join(', ')}`);
  }
  conversion.onnx.node('Relu', [convolved.name], [output.name]);
  return output;
}

/** An operation on each number by itself, whose ONNX name is `opType`. */
function unary(opType: string): Operator {
  return (conversion, node) => {
    requireFloat(node);
    const input = conversion.input(node, 0);
    conversion.onnx.node(opType, [input.name], [node.output]);
    return { ...input, name: node.output };
  };
}

function relu6(conversion: Conversion, node: TfjsNode): Value {
  requireFloat(node);
  const input = conversion.input(node, 0);
  const bounds = [
    conversion.initializer(node, 'min', Float32Array.of(0), []),
    conversion.initializer(node, 'max', Float32Array.of(6), []),
  ];
  conversion.onnx.node('Clip', [input.name, ...bounds], [node.output]);
  return { ...input, name: node.output };
}

function broadcast(node: TfjsNode, a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => {
    const sizes = [a, b].map(shape => shape[index - Math.max(a.length, b.length) + shape.length] ?? 1);
    const [first, second] = sizes as [number, number];
    if (first !== second && first !== 1 && second !== 1) {
      throw node.unsupported(`shapes ${a.join('x')} and ${b.join('x')} do not fit`);
    }
    return first === 1 ? second : first;
  });
}

/** Add or Mul: numpy broadcasting from the last axis, which is C in TensorFlow and not in N, C, H, W. */
function binary(opType: 'Add' | 'Mul'): Operator {
  return (conversion, node) => {
    requireFloat(node);
    const hardSwish = opType === 'Mul' ? findHardSwish(conversion, node) : undefined;
    if (hardSwish) return writeHardSwish(conversion, node, hardSwish);
    const constants = [0, 1].map(index => conversion.findConstant(node, index));
    const values = [0, 1].map(index => (constants[index] ? undefined : conversion.input(node, index)));
    const inNchw = values.some(value => value?.layout === 'nchw');
    const names = values.map((value, index) => {
      if (value) return inNchw ? conversion.inputInNchw(node, index).name : value.name;
      const { shape, data } = conversion.constant(node, index);
      if (shape.length > 1) throw node.unsupported(`its constant has shape ${shape.join('x')}`);
      const dims = inNchw && shape.length === 1 ? [shape[0]!, 1, 1] : shape;
      return conversion.initializer(node, `constant-${index}`, Float32Array.from(data), dims);
    });
    const shapes = values.map((value, index) => value?.shape ?? constants[index]!.shape);
    conversion.onnx.node(opType, names, [node.output]);
    const shape = broadcast(node, shapes[0]!, shapes[1]!);
    return { name: node.output, shape, layout: inNchw ? 'nchw' : 'as-tensorflow' };
  };
}

/** Mean over height and width, as squeeze-and-excite uses it. */
function mean(conversion: Conversion, node: TfjsNode): Value {
  requireFloat(node);
  const input = conversion.inputInNchw(node, 0);
  const axes = [...conversion.constant(node, 1).data].sort().join();
  if (axes !== '1,2' || !node.boolean('keep_dims')) {
    throw node.unsupported(
      `axes ${axes}, keep_dims ${node.boolean('keep_dims')}; only 1,2 with keep_dims is supported`,
    );
  }
  conversion.onnx.node('GlobalAveragePool', [input.name], [node.output]);
  return { ...input, name: node.output, shape: [input.shape[0]!, 1, 1, input.shape[3]!] };
}

function concat(conversion: Conversion, node: TfjsNode): Value {
  requireFloat(node);
  const last = node.inputs.length - 1;
  const values = node.inputs.slice(0, last).map((_, index) => conversion.inputInNchw(node, index));
  const axis = (conversion.constant(node, last).data[0]! + 4) % 4;
  const first = values[0]!.shape;
  for (const { shape } of values) {
    if (shape.some((size, index) => index !== axis && size !== first[index])) {
      throw node.unsupported(`shapes ${values.map(value => value.shape.join('x')).join(', ')} do not fit`);
    }
  }
  const inputs = values.map(value => value.name);
  conversion.onnx.node('Concat', inputs, [node.output], { axis: { int: AXIS_IN_NCHW[axis]! } });
  const shape = first.map((size, index) =>
    index === axis ? values.reduce((sum, value) => sum + value.shape[axis]!, 0) : size,
  );
  return { name: node.output, shape, layout: 'nchw' };
}

/** ResizeBilinear of TensorFlow 1: output pixel `i` lies at `i * in / out`, with no half pixel. */
function resizeBilinear(conversion: Conversion, node: TfjsNode): Value {
  requireFloat(node);
  if (node.boolean('align_corners') || node.boolean('half_pixel_centers')) {
    throw node.unsupported('align_corners and half_pixel_centers are not supported');
  }
  const input = conversion.inputInNchw(node, 0);
  const [height, width] = conversion.constant(node, 1).data as unknown as [number, number];
  const shape = [input.shape[0]!, height, width, input.shape[3]!];
  const target = BigInt64Array.from([shape[0]!, shape[3]!, height, width], BigInt);
  const sizes = conversion.initializer(node, 'sizes', target, [4]);
  // The empty names stand for `roi` and `scales`, which are not given.
  conversion.onnx.node('Resize', [input.name, '', '', sizes], [node.output], {
    mode: { string: 'linear' },
    coordinate_transformation_mode: { string: 'asymmetric' },
  });
  return { name: node.output, shape, layout: 'nchw' };
}

function placeholder(conversion: Conversion, node: TfjsNode): Value {
  requireFloat(node);
  const shape = node.shape('shape');
  if (shape.some(size => size < 1)) throw node.unsupported(`its shape ${shape.join('x')} is not fixed`);
  conversion.onnx.input(node.name, 'float32', shape);
  return { name: node.name, shape, layout: 'as-tensorflow' };
}

/** How each TensorFlow operation is written in ONNX. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Placeholder: placeholder,
  Identity: (conversion, node) => conversion.input(node, 0),
  Conv2D: (conversion, node) => convolution(conversion, node, false),
  _FusedConv2D: (conversion, node) => convolution(conversion, node, false),
  DepthwiseConv2dNative: (conversion, node) => convolution(conversion, node, true),
  FusedDepthwiseConv2dNative: (conversion, node) => convolution(conversion, node, true),
  Add: binary('Add'),
  Mul: binary('Mul'),
  Relu: unary('Relu'),
  Relu6: relu6,
  Sigmoid: unary('Sigmoid'),
  Mean: mean,
  ConcatV2: concat,
  ResizeBilinear: resizeBilinear,
};
