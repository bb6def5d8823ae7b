import type { Conversion, Value } from './convert-tfjs-graph.ts';
import type { TfjsNode } from './tfjs-graph.ts';

/** `factor * x * relu6(x + 3)`, where `x` comes out of `convolution` and is read by nothing else. */
interface HardSwish {
  readonly convolution: TfjsNode;
  readonly factor: number;
}

const PLAIN_CONVOLUTIONS = new Set([
  'Conv2D',
  '_FusedConv2D',
  'DepthwiseConv2dNative',
  'FusedDepthwiseConv2dNative',
]);

/** The other input of a two-input operation whose one input is a constant of one number. */
function splitScalar(
  conversion: Conversion,
  node: TfjsNode,
): { scalar: number; other: TfjsNode } | undefined {
  for (const [index, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const constant = conversion.findConstant(node, index);
    if (constant?.data.length === 1)
      return { scalar: constant.data[0]!, other: conversion.producer(node, other) };
  }
  return undefined;
}

/**
 * Finds hard-swish (Howard et al., "Searching for MobileNetV3", 2019, section 5.2) as TensorFlow writes it: four
 * operations that end in the multiplication `node`.
 */
export function findHardSwish(conversion: Conversion, node: TfjsNode): HardSwish | undefined {
  for (const [linear, gate] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const clipped = conversion.producer(node, gate);
    const scaled = conversion.producer(node, linear);
    if (clipped.op !== 'Relu6' || scaled.op !== 'Mul') continue;
    const shifted = conversion.producer(clipped, 0);
    if (shifted.op !== 'Add') continue;
    const sum = splitScalar(conversion, shifted);
    const product = splitScalar(conversion, scaled);
    if (!sum || !product || sum.scalar !== 3 || sum.other !== product.other || product.scalar <= 0) continue;
    const convolution = sum.other;
    const onlyHere =
      conversion.readers(convolution.name) === 2 &&
      [clipped, scaled, shifted].every(part => conversion.readers(part.name) === 1);
    const activated = convolution.strings('fused_ops').length > 1;
    if (onlyHere && !activated && PLAIN_CONVOLUTIONS.has(convolution.op)) {
      return { convolution, factor: product.scalar };
    }
  }
  return undefined;
}

/**
 * Writes hard-swish as `y * HardSigmoid(y)`, which ONNX Runtime keeps in its blocked layout between convolutions; an
 * Add and a Clip of constants make it leave that layout and enter it again.
 *
 * The factor is 1/6 rounded to float16 by those who shrank the weights. So as not to differ from the model as it is,
 * the convolution gives `y = s * x` with `s = 6 * factor`: then `y * clip(y / (6 s) + 1/2, 0, 1)` is the same product.
 */
export function writeHardSwish(
  conversion: Conversion,
  node: TfjsNode,
  { convolution, factor }: HardSwish,
): Value {
  const scale = 6 * factor;
  conversion.scale(convolution, scale);
  const input = conversion.convert(convolution);
  const gate = `${node.name}:gate`;
  conversion.onnx.node('HardSigmoid', [input.name], [gate], {
    alpha: { float: 1 / (6 * scale) },
    beta: { float: 0.5 },
  });
  conversion.onnx.node('Mul', [input.name, gate], [node.output]);
  return { ...input, name: node.output };
}
