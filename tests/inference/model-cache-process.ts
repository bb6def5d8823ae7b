// One of several processes that start with the same empty cache. Arguments: the cache folder, a folder to meet in,
// how many meet. Prints where the model came from and its checksum.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCenternet } from '../../src/inference/engines/embedded/centernet.ts';
import { loadCachedModel, sha256 } from '../../src/inference/model-cache.ts';
import { convertTfjsGraph } from '../../src/inference/onnx/convert-tfjs-graph.ts';

const [folder, meeting, count] = process.argv.slice(2) as [string, string, string];
const { json, weights, source } = await readCenternet();

const model = await loadCachedModel({
  folder,
  model: 'centernet',
  version: 1,
  source,
  build: () => {
    // All have found the cache empty before any fills it.
    mkdirSync(meeting, { recursive: true });
    writeFileSync(path.join(meeting, String(process.pid)), '');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (readdirSync(meeting).length < Number(count)) Atomics.wait(pause, 0, 0, 10);
    return convertTfjsGraph({ json, weights, outputs: ['tower_0/keypoints', 'tower_0/wh'] });
  },
});
console.log(JSON.stringify({ origin: model.origin, warning: model.warning, sha256: sha256(model.bytes) }));
