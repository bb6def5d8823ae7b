import path from 'node:path';
import { makeTinyModel } from '../tests/inference/engines/vlm/make-tiny-models.ts';

/**
 * Makes the smallest model that the vlm engine runs, in the layout of SmolVLM: it says a few words by the colour of the
 * picture. What it is good for is what the engine itself takes: `narrator bench run --contender vlm:<folder>`.
 */
const folder = process.argv[2];
if (!folder) throw new Error('Name a folder: npm run make:tiny-model -- /tmp/tiny-smolvlm');
console.log(await makeTinyModel(path.resolve(folder), 'smolvlm', { delay: 40 }));
