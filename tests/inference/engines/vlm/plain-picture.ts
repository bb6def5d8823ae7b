import type { DecodedImage } from '../../../../src/inference/image/decoded-image.ts';
import type { Colour } from './tiny-vocabulary.ts';

const RGB: Readonly<Record<Colour, readonly number[]>> = {
  red: [200, 60, 40],
  green: [30, 190, 70],
  blue: [20, 50, 210],
};

/** A picture of one colour; the families scale it to their own size. */
export function picture(colour: Colour, width = 48, height = 48): DecodedImage {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => RGB[colour][index % 3]!);
  const file = { format: 'png', bytes: 1, sha256: '', animated: false, transparent: false } as const;
  return { pixels, width, height, source: { ...file, width, height } };
}
