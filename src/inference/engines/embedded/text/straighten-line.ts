import type { RgbPicture } from '../views.ts';
import type { TiltedBox } from './tilted-box.ts';

/** Height of the lines that the recogniser reads, in pixels. */
export const LINE_HEIGHT = 48;
/** The widest line that is read; a longer one is squeezed. About 150 letters. */
const MOST_WIDTH = 3200;
/** PaddleOCR's recognisers were taught on lines at least so wide. */
const LEAST_WIDTH = 320;
/** Source pixels that are averaged for one pixel of a line, along each side: more are seldom missed. */
const MOST_SAMPLES = 4;

/** A line cut out, made level and scaled, as the recogniser takes it. */
export interface StraightLine {
  /** 3 planes (blue, green, red) of `LINE_HEIGHT * width` values, -1 to 1; 0 right of the line. */
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * Cuts a tilted box out of a picture, levels it and scales it to the recogniser's height.
 *
 * @param box in the picture's pixels
 */
export function straightenLine(picture: RgbPicture, box: TiltedBox): StraightLine {
  const scale = LINE_HEIGHT / box.height;
  const lineWidth = Math.min(MOST_WIDTH, Math.max(1, Math.round(box.width * scale)));
  const width = Math.max(LEAST_WIDTH, lineWidth);
  const plane = LINE_HEIGHT * width;
  const values = new Float32Array(3 * plane);
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const [stepX, stepY] = [box.width / lineWidth, box.height / LINE_HEIGHT];
  const samplesX = Math.min(MOST_SAMPLES, Math.max(1, Math.round(stepX)));
  const samplesY = Math.min(MOST_SAMPLES, Math.max(1, Math.round(stepY)));
  const share = 1 / (samplesX * samplesY * 127.5);
  const sum = new Float64Array(3);
  for (let y = 0; y < LINE_HEIGHT; y++) {
    for (let x = 0; x < lineWidth; x++) {
      sum.fill(0);
      for (let v = 0; v < samplesY; v++) {
        const across = (y + (v + 0.5) / samplesY) * stepY - box.height / 2;
        for (let u = 0; u < samplesX; u++) {
          const along = (x + (u + 0.5) / samplesX) * stepX - box.width / 2;
          addSample(
            picture,
            box.centreX + along * cos - across * sin,
            box.centreY + along * sin + across * cos,
            sum,
          );
        }
      }
      const at = y * width + x;
      values[at] = sum[2]! * share - 1;
      values[plane + at] = sum[1]! * share - 1;
      values[2 * plane + at] = sum[0]! * share - 1;
    }
  }
  return { values, width };
}

/** Adds the colour at a place between pixels, interpolated; beyond the edge, the edge's colour. */
function addSample({ pixels, width, height }: RgbPicture, x: number, y: number, sum: Float64Array): void {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1);
  const v = Math.min(Math.max(y - 0.5, 0), height - 1);
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const [dx, dy] = [u - left, v - top];
  for (let channel = 0; channel < 3; channel++) {
    const at = (px: number, py: number) => pixels[(py * width + px) * 3 + channel]!;
    const above = at(left, top) * (1 - dx) + at(right, top) * dx;
    const below = at(left, bottom) * (1 - dx) + at(right, bottom) * dx;
    sum[channel]! += above * (1 - dy) + below * dy;
  }
}
