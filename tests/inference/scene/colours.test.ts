import { describe, expect, test } from 'vitest';
import { compareColours, measureColours } from '../../../src/inference/scene/measure-colours.ts';
import { measureLight } from '../../../src/inference/scene/measure-light.ts';
import { toOklab, toOklch } from '../../../src/inference/scene/oklch.ts';
import { nameColour } from '../../../src/inference/scene/palette.ts';
import { createRaster } from '../../../src/inference/scene/raster.ts';
import { meadow, noise, type Rgb, render } from './rendered-scene.ts';

describe('OKLCH', () => {
  // Ottosson's own table (2020), and the hues that CSS Color 4 gives for the sRGB primaries.
  test.each<[string, Rgb, number, number, number]>([
    ['white', [255, 255, 255], 1, 0, 0],
    ['red', [255, 0, 0], 0.628, 0.2577, 29.2],
    ['green', [0, 255, 0], 0.8664, 0.2948, 142.5],
    ['blue', [0, 0, 255], 0.452, 0.3132, 264.1],
  ])('of %s', (_, [r, g, b], l, c, h) => {
    const colour = toOklch(toOklab(r, g, b));
    expect(colour.l).toBeCloseTo(l, 3);
    expect(colour.c).toBeCloseTo(c, 3);
    if (c > 0) expect(colour.h).toBeCloseTo(h, 0);
  });
});

describe('the palette', () => {
  // Colours that CSS and everyday speech give these names.
  test.each<[string, string]>([
    ['#000000', 'black'],
    ['#ffffff', 'white'],
    ['#808080', 'grey'],
    ['#d22020', 'red'],
    ['#800000', 'maroon'],
    ['#ff69b4', 'pink'],
    ['#ff8c00', 'orange'],
    ['#8b4513', 'brown'],
    ['#d2b48c', 'tan'],
    ['#f5f5dc', 'cream'],
    ['#ffd700', 'golden'],
    ['#f0e040', 'yellow'],
    ['#6b6b23', 'olive'],
    ['#228b22', 'green'],
    ['#40e0d0', 'turquoise'],
    ['#008080', 'teal'],
    ['#1e66d0', 'blue'],
    ['#000060', 'navy'],
    ['#800080', 'purple'],
    ['#c8a2e0', 'lilac'],
  ])('calls %s %s', (hex, name) => {
    const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as [
      number,
      number,
      number,
    ];
    expect(nameColour(toOklch(toOklab(r, g, b)))).toBe(name);
  });

  test('judges lightness against the lightest parts of the picture', () => {
    const greyish = { l: 0.77, c: 0.01, h: 90 };
    expect(nameColour(greyish, 1)).toBe('silvery');
    expect(nameColour(greyish, 0.9)).toBe('white');
  });
});

describe('the colours of a region', () => {
  const halves = createRaster(render(40, 20, x => (x < 30 ? [200, 30, 30] : [30, 80, 200])));
  const everywhere = Int32Array.from({ length: 800 }, (_, at) => at);

  test('are named with their shares, the most frequent first', () => {
    const colours = measureColours(halves, everywhere, 1, false);
    expect(colours.map(({ name, share }) => [name, share])).toEqual([
      ['red', 0.75],
      ['blue', 0.25],
    ]);
    expect(colours[0]!.hex).toBe('#c81e1e');
  });

  test('have no hue in a picture of one tone', () => {
    const names = measureColours(halves, everywhere, 1, true).map(({ name }) => name);
    expect(names).not.toContain('red');
    expect(names).not.toContain('blue');
  });

  test('are set apart by what lies around', () => {
    const own = measureColours(halves, everywhere, 1, false);
    const around = measureColours(
      halves,
      everywhere.filter(at => at % 40 < 30),
      1,
      false,
    );
    const [first, second] = compareColours(own, around);
    expect([first!.name, first!.excess]).toEqual(['blue', 0.25]);
    expect([second!.name, second!.excess]).toEqual(['red', 0]);
  });
});

describe('the light of a picture', () => {
  const discs = (x: number, y: number): Rgb => {
    if (Math.hypot(x - 30, y - 45) < 18) return [46, 125, 50];
    return Math.hypot(x - 85, y - 45) < 18 ? [253, 216, 53] : [17, 17, 17];
  };
  const toned = (tint: Rgb) => (x: number, y: number) =>
    tint.map(channel => Math.round(channel * (0.2 + 0.8 * noise(x, y)))) as unknown as Rgb;

  test.each<[string, (x: number, y: number) => Rgb, string]>([
    ['a grey photograph', toned([255, 255, 255]), 'grey'],
    ['a sepia print', toned([255, 235, 205]), 'sepia'],
    ['a cyanotype', toned([190, 215, 255]), 'tinted'],
    ['a meadow', meadow, 'none'],
    ['two coloured discs on black', discs, 'none'],
    ['a blue button on a white page', (x, y) => (x < 30 && y < 12 ? [37, 99, 235] : [255, 255, 255]), 'none'],
  ])('tells the tone of %s', (_, colourAt, tone) => {
    expect(measureLight(createRaster(render(120, 90, colourAt))).tone).toBe(tone);
  });

  test('is bright or dark, sharp or soft, strong or weak in contrast', () => {
    const edge = measureLight(
      createRaster(render(100, 100, x => (x % 20 < 10 ? [20, 20, 20] : [240, 240, 240]))),
    );
    const ramp = measureLight(createRaster(render(100, 100, x => [100 + x / 4, 100 + x / 4, 100 + x / 4])));
    expect(edge.contrast).toBeGreaterThan(0.6);
    expect(edge.sharpness).toBeGreaterThan(0.8);
    expect(ramp.contrast).toBeLessThan(0.15);
    expect(ramp.sharpness).toBeLessThan(0.2);
    expect(measureLight(createRaster(render(20, 20, () => [250, 250, 250]))).lightness).toBeGreaterThan(0.95);
  });
});
