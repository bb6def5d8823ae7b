import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTensorflow } from '../../../bench/tensorflow-wasm.ts';
import { ModelError } from '../../../src/inference/model-error.ts';
import { convertTfjsGraph } from '../../../src/inference/onnx/convert-tfjs-graph.ts';
import {
  attribute,
  convolution,
  greatestDifference,
  noise,
  runOnnx,
  runTensorflow,
  type TinyGraph,
  tinyModel,
} from './tiny-graph.ts';

/** Sums of up to some hundred products of numbers below 1, in another order. */
const ROUNDING = 1e-5;

beforeAll(startTensorflow);

async function expectSame(graph: TinyGraph, range = 1): Promise<readonly number[]> {
  const input = noise(
    graph.input.reduce((a, b) => a * b),
    7,
    range,
  );
  const { data, dims } = await runOnnx(graph, input);
  expect(greatestDifference(runTensorflow(graph, input), data)).toBeLessThan(ROUNDING);
  return dims;
}

const float = (shape: number[], seed = 3) => ({
  shape,
  data: noise(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
});
const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });
const integers = (...values: number[]) => ({ shape: [values.length], data: Int32Array.from(values) });

const CONVOLUTIONS = ['Conv2D', '_FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative'];

interface Convolution {
  op: string;
  height: number;
  width: number;
  kernel: [number, number];
  stride: number;
  dilation: number;
  padding: 'SAME' | 'VALID';
  /** Output channels; for a depthwise convolution, of each input channel. */
  out: number;
  /** Whether the fused operations have an activation too. */
  relu: boolean;
}

const CHANNELS = 4;

function convolutionGraph({ op, height, width, kernel, stride, dilation, padding, out, relu }: Convolution) {
  const isFused = op.includes('Fused');
  const channels = op.includes('epthwise') ? CHANNELS * out : out;
  const fused = isFused ? ['BiasAdd', ...(relu ? ['Relu'] : [])] : [];
  const attr = convolution(stride, dilation, padding, ...fused);
  return {
    input: [1, height, width, CHANNELS],
    constants: { kernel: float([...kernel, CHANNELS, out]), bias: float([channels], 5) },
    nodes: [{ name: 'out', op, input: ['in', 'kernel', ...(isFused ? ['bias'] : [])], attr }],
  };
}

/** The same by the definition, in plain loops: https://www.tensorflow.org/api_docs/python/tf/nn#convolution_operations */
function convolve(case_: Convolution, input: Float32Array): Float32Array {
  const { op, height, width, kernel, stride, dilation, padding, out, relu } = case_;
  const { constants } = convolutionGraph(case_);
  const depthwise = op.includes('epthwise');
  const [isFused, channels] = [op.includes('Fused'), depthwise ? CHANNELS * out : out];
  const reach = kernel.map(size => (size - 1) * dilation + 1) as [number, number];
  const [rows, columns] = [height, width].map((size, axis) =>
    Math.ceil((padding === 'SAME' ? size : size - reach[axis]! + 1) / stride),
  ) as [number, number];
  const [above, before] = [
    [rows, height, reach[0]],
    [columns, width, reach[1]],
  ].map(([count, size, span]) =>
    padding === 'SAME' ? Math.max((count! - 1) * stride + span! - size!, 0) >> 1 : 0,
  );
  const result: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = isFused ? constants.bias.data[channel]! : 0;
        for (let ky = 0; ky < kernel[0]; ky++) {
          for (let kx = 0; kx < kernel[1]; kx++) {
            const y = row * stride + ky * dilation - above!;
            const x = column * stride + kx * dilation - before!;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let c = 0; c < CHANNELS; c++) {
              if (depthwise && c !== Math.floor(channel / out)) continue;
              const weight =
                ((ky * kernel[1] + kx) * CHANNELS + c) * out + (depthwise ? channel % out : channel);
              sum += input[(y * width + x) * CHANNELS + c]! * constants.kernel.data[weight]!;
            }
          }
        }
        result.push(isFused && relu ? Math.max(sum, 0) : sum);
      }
    }
  }
  return Float32Array.from(result);
}

describe('operators give what TensorFlow.js gives', () => {
  it.each(['Relu', 'Relu6', 'Sigmoid'])('%s', async op => {
    await expectSame({ input: [1, 3, 4, 5], nodes: [{ name: 'out', op, input: ['in'] }] }, 9);
  });

  it.each(['Add', 'Mul'])(
    '%s with a constant of one number, of one a channel, and with another tensor',
    async op => {
      const constants = { one: scalar(2.5), channels: float([5]) };
      for (const input of [
        ['in', 'one'],
        ['channels', 'in'],
        ['in', 'in'],
      ]) {
        await expectSame({ input: [1, 3, 4, 5], constants, nodes: [{ name: 'out', op, input }] });
      }
    },
  );

  it('constants of one number a channel next to tensors with channels second', async () => {
    await expectSame({
      input: [1, 4, 6, 3],
      constants: { kernel: float([1, 1, 3, 5]), channels: float([5]) },
      nodes: [
        { name: 'conv', op: 'Conv2D', input: ['in', 'kernel'], attr: convolution(1, 1, 'SAME') },
        { name: 'out', op: 'Add', input: ['channels', 'conv'] },
      ],
    });
  });

  it.each(CONVOLUTIONS)('%s with kernels, strides and paddings as networks have them', async op => {
    for (const [side, stride, padding] of [
      [1, 1, 'VALID'],
      [3, 1, 'SAME'],
      [3, 2, 'SAME'],
      [5, 2, 'SAME'],
      [5, 2, 'VALID'],
    ] as const) {
      for (const [height, width] of [
        [8, 8],
        [7, 12],
      ] as const) {
        await expectSame(
          convolutionGraph({
            op,
            height,
            width,
            kernel: [side, side],
            stride,
            dilation: 1,
            padding,
            out: 2,
            relu: true,
          }),
        );
      }
    }
  });

  // Against the definition, since TensorFlow.js itself differs from it on WebAssembly for some kernels one wide or
  // one high with a stride.
  it('convolutions of any size, stride, dilation and padding give what the definition gives', async () => {
    const side = fc.integer({ min: 1, max: 5 });
    const cases = fc.record({
      op: fc.constantFrom(...CONVOLUTIONS),
      height: fc.integer({ min: 5, max: 12 }),
      width: fc.integer({ min: 5, max: 12 }),
      kernel: fc.tuple(side, side),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      padding: fc.constantFrom('SAME' as const, 'VALID' as const),
      out: fc.integer({ min: 1, max: 3 }),
      relu: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async convolved => {
        const { height, width, kernel, dilation, padding } = convolved;
        fc.pre(padding === 'SAME' || Math.max(...kernel) * dilation <= Math.min(height, width));
        const graph = convolutionGraph(convolved);
        const input = noise(
          graph.input.reduce((a, b) => a * b),
          7,
        );
        const { data } = await runOnnx(graph, input);
        expect(greatestDifference(data, convolve(convolved, input))).toBeLessThan(ROUNDING);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('Mean over height and width', async () => {
    const dims = await expectSame({
      input: [1, 5, 7, 3],
      constants: { axes: integers(1, 2) },
      nodes: [
        { name: 'out', op: 'Mean', input: ['in', 'axes'], attr: { keep_dims: attribute.boolean(true) } },
      ],
    });
    expect(dims).toEqual([1, 1, 1, 3]);
  });

  it.each([1, 2, 3, -1])('ConcatV2 on axis %i', async axis => {
    const constants = { axis: { shape: [], data: Int32Array.of(axis) } };
    await expectSame({
      input: [1, 2, 3, 4],
      constants,
      nodes: [
        { name: 'other', op: 'Relu', input: ['in'] },
        { name: 'out', op: 'ConcatV2', input: ['in', 'other', 'axis'], attr: { N: { i: '2' } } },
      ],
    });
  });

  it.each([
    [8, 10],
    [7, 3],
    [4, 5],
  ])('ResizeBilinear from 4 x 5 to %i x %i', async (height, width) => {
    const dims = await expectSame({
      input: [1, 4, 5, 3],
      constants: { size: integers(height, width) },
      nodes: [{ name: 'out', op: 'ResizeBilinear', input: ['in', 'size'] }],
    });
    expect(dims).toEqual([1, height, width, 3]);
  });

  describe('hard-swish', () => {
    /** The factor as it is in the detector: 1/6 in float16. */
    const constants = { kernel: float([1, 1, 3, 4]), three: scalar(3), factor: scalar(Math.f16round(1 / 6)) };
    const nodes = (shift = 'three') => [
      { name: 'conv', op: 'Conv2D', input: ['in', 'kernel'], attr: convolution(1, 1, 'SAME') },
      { name: 'scaled', op: 'Mul', input: ['factor', 'conv'] },
      { name: 'shifted', op: 'Add', input: ['conv', shift] },
      { name: 'clipped', op: 'Relu6', input: ['shifted'] },
      { name: 'out', op: 'Mul', input: ['scaled', 'clipped'] },
    ];
    const operators = (graph: TinyGraph) => {
      const bytes = convertTfjsGraph({ ...tinyModel(graph), outputs: ['out'] });
      return Buffer.from(bytes).toString('latin1');
    };

    it('is written as one gate, and the same', async () => {
      const graph = { input: [1, 6, 6, 3], constants, nodes: nodes() };
      await expectSame(graph, 9);
      expect(operators(graph)).toContain('HardSigmoid');
    });

    it('is left as it stands where the shift is not 3', async () => {
      const graph = { input: [1, 6, 6, 3], constants: { ...constants, two: scalar(2) }, nodes: nodes('two') };
      await expectSame(graph, 9);
      expect(operators(graph)).not.toContain('HardSigmoid');
    });

    it('is left as it stands where something else reads the convolution, whose output must not be scaled', async () => {
      const [conv, ...rest] = nodes();
      const last = { ...rest.pop()!, name: 'swish' };
      const sum = { name: 'out', op: 'Add', input: ['swish', 'conv'] };
      const graph = { input: [1, 6, 6, 3], constants, nodes: [conv!, ...rest, last, sum] };
      await expectSame(graph, 9);
      expect(operators(graph)).not.toContain('HardSigmoid');
    });

    it('is left as it stands where the convolution is an output too', () => {
      const model = tinyModel({ input: [1, 6, 6, 3], constants, nodes: nodes() });
      const bytes = convertTfjsGraph({ ...model, outputs: ['out', 'conv'] });
      expect(Buffer.from(bytes).toString('latin1')).not.toContain('HardSigmoid');
    });
  });
});

describe('what cannot be converted', () => {
  const kernel = float([3, 3, 4, 2]);
  const conv = (attr: object, input = ['in', 'kernel']) => ({
    input: [1, 6, 6, 4],
    constants: { kernel, bias: float([3]), size: integers(2, 2), axes: integers(1), table: float([2, 4]) },
    nodes: [{ name: 'the/node', op: '_FusedConv2D', input, attr: { ...convolution(1, 1, 'SAME'), ...attr } }],
  });
  const other = (op: string, input: string[], attr = {}) => ({
    ...conv({}),
    nodes: [{ name: 'the/node', op, input, attr }],
  });

  it.each<[string, TinyGraph, RegExp]>([
    ['an unknown operation', other('Softmax', ['in']), /no rule/],
    ['a name that every object has', other('constructor', ['in']), /no rule/],
    ['another data format', conv({ data_format: attribute.string('NCHW') }), /NCHW/],
    ['another padding', conv({ padding: attribute.string('EXPLICIT') }), /EXPLICIT/],
    ['a stride over channels', conv({ strides: attribute.integers(1, 1, 1, 2) }), /strides/],
    [
      'another activation',
      conv({ fused_ops: attribute.strings('BiasAdd', 'Elu') }, ['in', 'kernel', 'bias']),
      /3 values|Elu/,
    ],
    [
      'a bias of the wrong length',
      conv({ fused_ops: attribute.strings('BiasAdd') }, ['in', 'kernel', 'bias']),
      /3 values for 2/,
    ],
    ['a kernel that is no constant', conv({}, ['in', 'in']), /not a constant/],
    ['an input that is not there', conv({}, ['nowhere', 'kernel']), /nowhere/],
    [
      'a kernel larger than the input',
      { ...conv({ padding: attribute.string('VALID') }), input: [1, 2, 2, 4] },
      /larger/,
    ],
    ['a kernel for other channels', { ...conv({}), input: [1, 6, 6, 5] }, /1x6x6x5.*3x3x4x2/],
    ['a mean over one axis', other('Mean', ['in', 'axes'], { keep_dims: attribute.boolean(true) }), /axes 1/],
    [
      'another kind of resizing',
      other('ResizeBilinear', ['in', 'size'], { half_pixel_centers: attribute.boolean(true) }),
      /half_pixel/,
    ],
    ['whole numbers', other('Add', ['in', 'in'], { T: { type: 'DT_INT32' } }), /DT_INT32/],
    ['a constant of two dimensions', other('Add', ['in', 'table']), /2x4/],
    ['pictures of three dimensions', { ...conv({}), input: [6, 6, 4] }, /6x6x4/],
    ['an input of no fixed size', { ...other('Relu', ['in']), input: [-1, 6, 6, 4] }, /not fixed/],
  ])('%s is named with its operation', (_, graph, reason) => {
    const convert = () => convertTfjsGraph({ ...tinyModel(graph), outputs: ['the/node'] });
    expect(convert).toThrow(
      expect.objectContaining({ code: 'model-unsupported', message: expect.stringMatching(reason) }),
    );
    expect(convert).toThrow(/"(the\/node|in)"/);
  });

  it('shapes that do not fit', () => {
    const constants = { a: float([1, 1, 4, 2]), b: float([1, 1, 4, 3]) };
    const nodes = ['a', 'b'].map(name => {
      return { name: `conv-${name}`, op: 'Conv2D', input: ['in', name], attr: convolution(1, 1, 'SAME') };
    });
    for (const op of [{ op: 'Add' }, { op: 'ConcatV2', axis: 'axis' }]) {
      const input = ['conv-a', 'conv-b', ...(op.axis ? [op.axis] : [])];
      const graph = {
        input: [1, 6, 6, 4],
        constants: { ...constants, axis: { shape: [], data: Int32Array.of(1) } },
        nodes: [...nodes, { name: 'out', op: op.op, input }],
      };
      expect(() => convertTfjsGraph({ ...tinyModel(graph), outputs: ['out'] })).toThrow(
        /1x6x6x2.*1x6x6x3.*do not fit/,
      );
    }
  });

  it('an output that the graph has not', () => {
    expect(() => convertTfjsGraph({ ...tinyModel(conv({})), outputs: ['elsewhere'] })).toThrow(
      expect.objectContaining({ code: 'model-unsupported', message: expect.stringContaining('"elsewhere"') }),
    );
  });

  it('files that are not a whole model', () => {
    const { json, weights } = tinyModel(conv({}));
    const convert = (changed: { json?: string; weights?: Uint8Array }) => () =>
      convertTfjsGraph({ json, weights, outputs: ['the/node'], ...changed });
    expect(convert({})).not.toThrow();
    for (const changed of [
      { json: '{' },
      { json: '{}' },
      { weights: weights.slice(4) },
      { weights: Buffer.concat([weights, weights]) },
    ]) {
      expect(convert(changed)).toThrow(ModelError);
      expect(convert(changed)).toThrow(expect.objectContaining({ code: 'model-damaged' }));
    }
    const quantised = json.replace('"dtype":"float32"', '"dtype":"float32","quantization":{"dtype":"uint8"}');
    expect(convert({ json: quantised })).toThrow(expect.objectContaining({ code: 'model-unsupported' }));
  });
});
