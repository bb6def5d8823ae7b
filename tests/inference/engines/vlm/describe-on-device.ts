// Describes a plain picture of each colour on a device. Arguments: a model's folder, the device. Prints what the model
// said and what it ran on. A process of its own, since a graphics driver can end the process that it is in.
import { createVlmEngine } from '../../../../src/inference/engines/vlm/vlm-engine.ts';
import type { Device } from '../../../../src/inference/models/dtypes.ts';
import { picture } from './plain-picture.ts';
import { COLOURS } from './tiny-vocabulary.ts';

const [model, device] = process.argv.slice(2) as [string, Device];
const engine = createVlmEngine({
  ...{ model, device, cacheFolder: model, offline: true },
  promptFor: () => ({ user: 'Describe this image.' }),
});
const texts: string[] = [];
for (const colour of COLOURS) texts.push((await engine.describe(picture(colour), { style: 'vivid' })).text);
console.log(JSON.stringify({ texts, model: engine.model }));
await engine.close();
