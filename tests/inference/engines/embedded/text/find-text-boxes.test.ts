import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTextBoxes } from '../../../../../src/inference/engines/embedded/text/find-text-boxes.ts';
import { boundsOf, smallestBox } from '../../../../../src/inference/engines/embedded/text/tilted-box.ts';

const SIDE = 160;

/** A map that is certain within tilted rectangles and empty elsewhere. */
function mapOf(
  ...boxes: { x: number; y: number; width: number; height: number; angle: number; value?: number }[]
) {
  const values = new Float32Array(SIDE * SIDE);
  for (const { x, y, width, height, angle, value = 0.9 } of boxes) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (let v = 0; v < SIDE; v++) {
      for (let u = 0; u < SIDE; u++) {
        const along = (u - x) * cos + (v - y) * sin;
        const across = (v - y) * cos - (u - x) * sin;
        if (Math.abs(along) <= width / 2 && Math.abs(across) <= height / 2) values[v * SIDE + u] = value;
      }
    }
  }
  return { values, width: SIDE, height: SIDE };
}

describe('findTextBoxes', () => {
  test('finds a tilted line where it is, grown to the size of the writing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 90 }),
        fc.integer({ min: 6, max: 12 }),
        fc.double({ min: -0.7, max: 0.7, noNaN: true }),
        (width, height, angle) => {
          const [box, ...more] = findTextBoxes(mapOf({ x: 80, y: 78, width, height, angle }));
          expect(more).toEqual([]);
          expect(Math.abs(box!.centreX - 80)).toBeLessThan(2);
          expect(Math.abs(box!.centreY - 78)).toBeLessThan(2);
          expect(Math.abs(box!.angle - angle)).toBeLessThan(0.08);
          const growth = (1.5 * width * height) / (width + height);
          expect(Math.abs(box!.width - width - growth)).toBeLessThan(4);
          expect(Math.abs(box!.height - height - growth)).toBeLessThan(4);
          expect(box!.score).toBeCloseTo(0.9, 5);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('tells lines apart, and leaves out the faint and the tiny', () => {
    const line = { x: 80, width: 60, height: 8, angle: 0 };
    const boxes = findTextBoxes(
      mapOf(
        { ...line, y: 30 },
        { ...line, y: 60 },
        { ...line, y: 90, value: 0.5 },
        { ...line, y: 120, value: 0.2 },
        { x: 20, y: 140, width: 1, height: 1, angle: 0 },
      ),
    );
    expect(boxes.map(({ centreY }) => Math.round(centreY))).toEqual([30, 60]);
  });

  test('finds nothing on an empty map, and no more than it can use on a noisy one', () => {
    expect(findTextBoxes(mapOf())).toEqual([]);
    const values = Float32Array.from({ length: 400 * 400 }, (_, at) =>
      at % 5 < 4 && Math.floor(at / 400) % 5 < 4 ? 1 : 0,
    );
    expect(findTextBoxes({ values, width: 400, height: 400 })).toHaveLength(500);
  });
});

test('the smallest box holds all its points', () => {
  const point = fc.record({ x: fc.integer({ min: 0, max: 99 }), y: fc.integer({ min: 0, max: 99 }) });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), points => {
      const { centreX, centreY, width, height, angle } = smallestBox(points);
      expect(Math.abs(angle)).toBeLessThanOrEqual(Math.PI / 4 + 1e-9);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (const { x, y } of points) {
        expect(Math.abs((x - centreX) * cos + (y - centreY) * sin)).toBeLessThanOrEqual(width / 2);
        expect(Math.abs((y - centreY) * cos - (x - centreX) * sin)).toBeLessThanOrEqual(height / 2);
      }
    }),
  );
});

test('the upright rectangle around a box that is turned by a quarter has its sides exchanged', () => {
  const { left, right, top, bottom } = boundsOf({
    centreX: 5,
    centreY: 7,
    width: 8,
    height: 2,
    angle: Math.PI / 2,
  });
  expect([right - left, bottom - top, left, top].map(Math.round)).toEqual([2, 8, 4, 3]);
});
