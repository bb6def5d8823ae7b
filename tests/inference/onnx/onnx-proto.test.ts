import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { OnnxGraphBuilder } from '../../../src/inference/onnx/onnx-proto.ts';

it('writes a model with every kind of attribute and constant that ONNX Runtime runs', async () => {
  const graph = new OnnxGraphBuilder('tiny');
  graph.input('picture', 'uint8', [2, 2]);
  graph.initializer('shape', BigInt64Array.of(1n, 4n), [2]);
  graph.initializer('weights', Float32Array.of(1, 10, 100, 1000), [4, 1]);
  graph.initializer('sevens', Int32Array.of(7, 7), [2]);
  graph.initializer('mask', Uint8Array.of(1, 255), [2]);
  graph.node('Cast', ['picture'], ['floats'], { to: { int: 1 } });
  graph.node('Transpose', ['floats'], ['turned'], { perm: { ints: [1, 0] } });
  graph.node('Reshape', ['turned', 'shape'], ['row']);
  graph.node('Gemm', ['row', 'weights'], ['sum'], { alpha: { float: 0.5 } });
  graph.node('DepthToSpace', ['cube'], ['square'], { blocksize: { int: 2 }, mode: { string: 'CRD' } });
  graph.input('cube', 'float32', [1, 4, 1, 1]);
  graph.node('Identity', ['sevens'], ['whole']);
  graph.node('Identity', ['mask'], ['bytes']);
  graph.output('sum', 'float32', [1, 1]);
  graph.output('square', 'float32', [1, 1, 2, 2]);
  graph.output('whole', 'int32', [2]);
  graph.output('bytes', 'uint8', [2]);
  const session = await InferenceSession.create(graph.encode());
  const results = await session.run({
    picture: new Tensor('uint8', Uint8Array.of(1, 2, 3, 4), [2, 2]),
    cube: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [1, 4, 1, 1]),
  });
  expect(results.sum!.data).toEqual(Float32Array.of((1 + 30 + 200 + 4000) / 2));
  expect(results.square!.dims).toEqual([1, 1, 2, 2]);
  expect(results.square!.data).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(results.whole!.data).toEqual(Int32Array.of(7, 7));
  expect(results.bytes!.data).toEqual(Uint8Array.of(1, 255));
  await session.release();
});

it('writes sizes that are known when the model runs', async () => {
  const graph = new OnnxGraphBuilder('growing');
  graph.input('row', 'float32', [1, 'length']);
  graph.node('Concat', ['row', 'row'], ['twice'], { axis: { int: 1 } });
  graph.output('twice', 'float32', [1, 'twice the length']);
  const session = await InferenceSession.create(graph.encode());
  expect(session.inputMetadata[0]).toMatchObject({ name: 'row', shape: [1, 'length'] });
  for (const length of [1, 3]) {
    const row = new Tensor('float32', new Float32Array(length), [1, length]);
    expect((await session.run({ row })).twice!.dims).toEqual([1, 2 * length]);
  }
  await session.release();
});
