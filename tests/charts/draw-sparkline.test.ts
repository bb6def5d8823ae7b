import { expect, it } from 'vitest';
import { drawSparkline } from '../../src/charts/draw-sparkline.ts';

it('draws figures as bars between the lowest and the highest, and gaps as dots', () => {
  expect(drawSparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe('▁▂▃▄▅▆▇█');
  expect(drawSparkline([1000, null, null, 1010], 20)).toBe('▁··█');
  expect(drawSparkline([5, 5, null], 20)).toBe('▁▁·');
  expect(drawSparkline([null, null], 20)).toBe('··');
  expect(drawSparkline([], 20)).toBe('');
  // The newest where there is no room for all.
  expect(drawSparkline([9, 0, 1], 2)).toBe('▁█');
});
