import type { DecodedImage } from '../../../src/inference/image/decoded-image.ts';

export type Rgb = readonly [number, number, number];

/** A picture whose every pixel is given by a function, as an engine would get it. */
export function render(width: number, height: number, colourAt: (x: number, y: number) => Rgb): DecodedImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.set(colourAt(x, y), (y * width + x) * 3);
  }
  const source = {
    format: 'png',
    width,
    height,
    bytes: pixels.length,
    sha256: '0'.repeat(64),
    animated: false,
    transparent: false,
  } as const;
  return { pixels, width, height, source };
}

/** The same "random" number, 0 to 1, for the same place. */
export function noise(x: number, y: number): number {
  const mixed = Math.sin(x * 127.1 + y * 311.7) * 43758.5453;
  return mixed - Math.floor(mixed);
}

/** Blue sky over green grass with fine detail. */
export function meadow(x: number, y: number): Rgb {
  if (y < 120) return [110, 160, 225];
  const light = 0.55 + 0.45 * noise(x, y);
  return [70 * light, 150 * light, 40 * light].map(Math.round) as unknown as Rgb;
}
