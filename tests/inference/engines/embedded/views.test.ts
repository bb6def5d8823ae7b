import { expect, it } from 'vitest';
import {
  closeUpViews,
  toBox,
  toNetworkInput,
  wholeView,
} from '../../../../src/inference/engines/embedded/views.ts';

const picture = (width: number, height: number, fill = 0) => {
  return { pixels: new Uint8Array(width * height * 3).fill(fill), width, height };
};
const peak = (left: number, top: number, right: number, bottom: number) => {
  return { class: 0, score: 1, left, top, right, bottom };
};

it('pads a wide picture above and below with grey', async () => {
  const wide = picture(200, 100, 255);
  const input = await toNetworkInput(wide, wholeView(wide));
  const row = (y: number) => new Set(input.subarray(y * 512 * 3, (y + 1) * 512 * 3));
  expect([row(0), row(127), row(128), row(383), row(384), row(511)]).toEqual(
    [127, 127, 255, 255, 127, 127].map(value => new Set([value])),
  );
});

it('keeps red, green and blue in order', async () => {
  const red = { pixels: Uint8Array.of(200, 100, 50), width: 1, height: 1 };
  expect([...(await toNetworkInput(red, wholeView(red))).subarray(0, 3)]).toEqual([200, 100, 50]);
});

it('turns the network’s pixels into shares of the picture, cut at its edges', () => {
  const wide = picture(200, 100);
  expect(toBox(peak(128, 192, 384, 320), wholeView(wide), wide)).toEqual({
    x: 0.25,
    y: 0.25,
    width: 0.5,
    height: 0.5,
  });
  expect(toBox(peak(-50, 0, 600, 512), wholeView(wide), wide)).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  expect(toBox(peak(100, 0, 200, 120), wholeView(wide), wide)).toBeUndefined();
  const high = picture(100, 200);
  expect(toBox(peak(192, 128, 320, 384), wholeView(high), high)).toEqual({
    x: 0.25,
    y: 0.25,
    width: 0.5,
    height: 0.5,
  });
});

it('covers the picture with close-ups that overlap, and leaves things that they cut to another view', () => {
  for (const [width, height] of [
    [1000, 500],
    [500, 1000],
  ] as const) {
    const whole = picture(width, height);
    const [first, second] = closeUpViews(whole);
    const along = width > height ? ('left' as const) : ('top' as const);
    const length = width > height ? ('width' as const) : ('height' as const);
    expect(first![along]).toBe(0);
    expect(first![length]).toBe(600);
    expect(second![along] + second![length]).toBe(1000);
    const [atCut, atEdge] =
      along === 'left'
        ? [peak(400, 100, 512, 300), peak(0, 100, 100, 300)]
        : [peak(100, 400, 300, 512), peak(100, 0, 300, 100)];
    expect(toBox(atCut, first!, whole)).toBeUndefined();
    expect(toBox(atEdge, first!, whole)).toBeDefined();
    expect(toBox(atCut, second!, whole)).toBeDefined();
    expect(toBox(atEdge, second!, whole)).toBeUndefined();
  }
});
