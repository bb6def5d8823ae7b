import { describe, expect, test } from 'vitest';
import { measureScene } from '../../../src/inference/scene/measure-scene.ts';
import { createRaster } from '../../../src/inference/scene/raster.ts';
import { segmentThing } from '../../../src/inference/scene/segment-thing.ts';
import { meadow, noise, type Rgb, render } from './rendered-scene.ts';

/** A red disc of radius 40 around (200, 150) on a meadow. */
function redDisc(x: number, y: number): Rgb {
  return Math.hypot(x - 200, y - 150) < 40 ? [200, 30, 35] : meadow(x, y);
}
const DISC = { x: 150 / 320, y: 100 / 240, width: 100 / 320, height: 100 / 240 };

describe('a thing', () => {
  test('is told from the background in its box', () => {
    const raster = createRaster(render(320, 240, redDisc));
    const { indices } = segmentThing(raster, { x0: 150, y0: 100, x1: 250, y1: 200 });
    const inside = Array.from(indices).filter(
      at => Math.hypot((at % 320) - 200, Math.floor(at / 320) - 150) < 42,
    );
    expect(inside.length / indices.length).toBeGreaterThan(0.95);
    // Every second pixel across and down is looked at; the disc has some 5,000.
    expect(indices.length).toBeGreaterThan(1150);
  });

  test('has its own colour, not that of the background', () => {
    const scene = measureScene(render(320, 240, redDisc), [{ label: 'frisbee', confidence: 0.8, box: DISC }]);
    expect(scene.things[0]!.colours[0]!.name).toBe('red');
    expect(scene.things[0]!.colours[0]!.share).toBeGreaterThan(0.9);
  });
});

describe('the regions', () => {
  test('of a meadow are sky and grass', () => {
    const { regions } = measureScene(render(320, 240, meadow), []);
    expect(regions.map(({ kind }) => kind)).toEqual(['sky', 'grass']);
    expect(regions[0]!.share).toBeCloseTo(0.5, 1);
    expect(regions[0]!.colours[0]!.name).toBe('blue');
  });

  test('leave out what belongs to a thing', () => {
    const red = measureScene(render(320, 240, redDisc), [{ label: 'frisbee', confidence: 0.8, box: DISC }]);
    const reds = red.regions.flatMap(({ colours }) => colours.filter(({ name }) => name === 'red'));
    // The rim of the disc shares cells with the grass.
    for (const { share } of reds) expect(share).toBeLessThan(0.01);
  });

  test('of a studio picture are a background, and no sky', () => {
    const studio = render(200, 200, (x, y) =>
      Math.hypot(x - 100, y - 100) < 50 ? [40, 40, 40] : [235, 235, 235],
    );
    const { regions, shape } = measureScene(studio, []);
    expect(regions.map(({ kind }) => kind)).toEqual(['background']);
    expect(shape?.lightness).toBeLessThan(0.4);
  });

  test('of streaks over sand are water and sand', () => {
    const shore = render(320, 240, (x, y) => {
      if (y < 80) return [225, 228, 232];
      const streak = 20 * noise(0, y);
      if (y < 190) return [90 + streak, 120 + streak, 140 + streak].map(Math.round) as unknown as Rgb;
      const grain = 6 * noise(x, y);
      return [205 + grain, 175 + grain, 130 + grain].map(Math.round) as unknown as Rgb;
    });
    expect(measureScene(shore, []).regions.map(({ kind }) => kind)).toEqual(['sky', 'water', 'sand']);
  });

  test('are none in noise', () => {
    const static_ = render(200, 200, (x, y) => {
      const value = Math.floor(noise(x, y) * 255);
      return [value, value, value];
    });
    expect(measureScene(static_, []).regions).toEqual([]);
  });
});
