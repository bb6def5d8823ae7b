// A process that tries one piece of native code and prints what it found as JSON: such code can end the process that
// loads it. Arguments: `sharp`, `backends`, or `backend <name>`. Where it fails: `{"fault": "…"}` and exit status 1.
import { OnnxGraphBuilder } from '../inference/onnx/onnx-proto.ts';

const [subject, backend] = process.argv.slice(2);

try {
  print(await tryOut());
} catch (error) {
  const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  print({ fault: firstLine });
  process.exitCode = 1;
}

function print(found: object): void {
  process.stdout.write(JSON.stringify(found));
}

async function tryOut(): Promise<object> {
  switch (subject) {
    case 'sharp': {
      const { default: sharp } = await import('sharp');
      return { sharp: sharp.versions.sharp, libvips: sharp.versions.vips };
    }
    case 'backends': {
      const { env, listSupportedBackends } = await import('onnxruntime-node');
      return { version: env.versions.node, backends: listSupportedBackends() };
    }
    default:
      return await tryBackend(backend!);
  }
}

/** Has the backend add 1 to 1, 2, 3. */
async function tryBackend(name: string): Promise<object> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const graph = new OnnxGraphBuilder('probe');
  graph.input('in', 'float32', [3]);
  graph.initializer('one', new Float32Array([1, 1, 1]), [3]);
  graph.node('Add', ['in', 'one'], ['out']);
  graph.output('out', 'float32', [3]);
  const session = await InferenceSession.create(graph.encode(), { executionProviders: [name] });
  const { out } = await session.run({ in: new Tensor('float32', new Float32Array([1, 2, 3]), [3]) });
  const sums = [...(out!.data as Float32Array)];
  await session.release();
  if (sums.join() !== '2,3,4') throw new Error(`1, 2, 3 and 1 each make ${sums.join()}`);
  return { works: true };
}
