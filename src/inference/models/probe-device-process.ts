// Runs a small network on the device that is named by the argument and prints how long it took. Started by
// probe-device.ts.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OnnxGraphBuilder } from '../onnx/onnx-proto.ts';

/** Enough to show a software renderer for what it is (20 times as slow as the CPU), and no more: it has to run it. */
const WIDTH = 512;
const LAYERS = 2;

function smallNetwork(): Uint8Array {
  const graph = new OnnxGraphBuilder('probe');
  graph.input('layer_0', 'float32', [WIDTH, WIDTH]);
  // A permutation of the identity, so that the right answer is known.
  const weights = new Float32Array(WIDTH * WIDTH);
  for (let row = 0; row < WIDTH; row++) weights[row * WIDTH + ((row + 1) % WIDTH)] = 1;
  graph.initializer('weights', weights, [WIDTH, WIDTH]);
  for (let layer = 0; layer < LAYERS; layer++) {
    graph.node('MatMul', [`layer_${layer}`, 'weights'], [`layer_${layer + 1}`]);
  }
  graph.output(`layer_${LAYERS}`, 'float32', [WIDTH, WIDTH]);
  return graph.encode();
}

async function timeDevice(device: string): Promise<number> {
  const session = await InferenceSession.create(smallNetwork(), {
    executionProviders: [device],
    logSeverityLevel: 4,
  });
  const input = Float32Array.from({ length: WIDTH * WIDTH }, (_, index) => index % WIDTH);
  const run = async () => {
    const outputs = await session.run({ layer_0: new Tensor('float32', input, [WIDTH, WIDTH]) });
    return (outputs[`layer_${LAYERS}`]!.data as Float32Array)[LAYERS];
  };
  if ((await run()) !== 0) throw new Error('it computes something else than the right answer');
  // The first run compiled the device's programs.
  const start = performance.now();
  await run();
  const milliseconds = performance.now() - start;
  await session.release();
  return milliseconds;
}

try {
  console.log(JSON.stringify({ milliseconds: await timeDevice(process.argv[2]!) }));
} catch (error) {
  const [firstLine] = String(error instanceof Error ? error.message : error).split('\n');
  console.error(`fault: ${firstLine}`);
  process.exitCode = 1;
}
