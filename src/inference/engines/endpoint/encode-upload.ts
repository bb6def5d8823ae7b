import sharp from 'sharp';
import type { DecodedImage } from '../../image/decoded-image.ts';

/** Above 80, JPEG's faults are hard to see (and models were taught on such files); a byte more costs upload time. */
const QUALITY = 85;

/**
 * Encodes a picture for the upload: JPEG of quality 85, without metadata.
 *
 * @param maxSide the longest side in pixels; a smaller picture is not enlarged
 * @returns the file in Base64
 */
export async function encodeUpload(
  { pixels, width, height }: Pick<DecodedImage, 'pixels' | 'width' | 'height'>,
  maxSide: number,
): Promise<string> {
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer();
  return jpeg.toString('base64');
}
