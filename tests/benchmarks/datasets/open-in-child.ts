/** Run by memory.test.ts in a small heap: `open` opens a COCO file and counts its references, `hold` keeps all of it. */
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { readJson } from '../../../src/benchmarks/datasets/read-json.ts';

const [mode, path] = process.argv.slice(2) as [string, string];
let references = 0;
if (mode === 'open') {
  const dataset = await openDataset(`coco:${path}`);
  for await (const item of dataset.items()) references += item.references.length;
} else {
  const entries = await Array.fromAsync(readJson(path, { lists: ['images', 'annotations'] }));
  references = entries.filter(({ list }) => list === 'annotations').length;
}
console.log(references);
