import type { RgbPicture } from '../views.ts';
import type { TiltedBox } from './tilted-box.ts';

/** Rows that a box is sampled at, from well above it to well below. */
const ROWS = 64;
const SPAN = 1.6;
const MOST_COLUMNS = 600;
/** A row with less change along it than this share of the busiest row's lies above or below the letters. */
const INK = 0.1;
/** The recogniser reads best where letters take 1 / 1.8 of the line's height (chosen on bench/ocr.ts's lines). */
const ROOM = 1.8;
/** Where the letters seem higher than this, in heights of the box, what lies behind them is as busy as they are. */
const BUSY = 1.7;
/** Then the box is grown by so much. */
const GROWTH = 1.25;

/**
 * Sets a box's height by the letters in it. A detector's box is some 0.7 to 2.3 times as high as the letters are
 * large, since its grid is coarse; in a box that is too tight the recogniser loses the spaces between words, in one
 * that is too loose it reads wrongly. Along rows that cross letters the lightness changes often, above and below
 * them seldom.
 *
 * @param box in the picture's pixels, with a height of 1 or more
 */
export function fitToInk(picture: RgbPicture, box: TiltedBox): TiltedBox {
  const changes = changesByRow(picture, box);
  let busiest = ROWS / 4;
  // The middle half alone: a neighbouring line may reach into the span.
  for (let row = busiest; row < (ROWS * 3) / 4; row++) if (changes[row]! > changes[busiest]!) busiest = row;
  const least = changes[busiest]! * INK;
  if (least === 0) return { ...box, height: box.height * GROWTH };
  let first = busiest;
  while (first > 0 && changes[first - 1]! > least) first--;
  let last = busiest;
  while (last < ROWS - 1 && changes[last + 1]! > least) last++;
  const rowHeight = (box.height * SPAN) / ROWS;
  const height = (last + 1 - first) * rowHeight * ROOM;
  if (height > BUSY * box.height) return { ...box, height: box.height * GROWTH };
  const shift = ((first + last + 1) / 2 - ROWS / 2) * rowHeight;
  return {
    ...box,
    centreX: box.centreX - shift * Math.sin(box.angle),
    centreY: box.centreY + shift * Math.cos(box.angle),
    height,
  };
}

/** How much the lightness changes along each of `ROWS` lines through a box and its surroundings. */
function changesByRow({ pixels, width, height }: RgbPicture, box: TiltedBox): Float64Array {
  const changes = new Float64Array(ROWS);
  const columns = Math.max(16, Math.min(MOST_COLUMNS, Math.round(box.width)));
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  for (let row = 0; row < ROWS; row++) {
    const across = ((row + 0.5) / ROWS - 0.5) * box.height * SPAN;
    let previous: number | undefined;
    for (let column = 0; column < columns; column++) {
      const along = ((column + 0.5) / columns - 0.5) * box.width;
      const x = Math.floor(box.centreX + along * cos - across * sin);
      const y = Math.floor(box.centreY + along * sin + across * cos);
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      const at = (y * width + x) * 3;
      const lightness = inside ? pixels[at]! + 2 * pixels[at + 1]! + pixels[at + 2]! : undefined;
      if (lightness !== undefined && previous !== undefined) changes[row]! += Math.abs(lightness - previous);
      previous = lightness;
    }
  }
  return changes;
}
