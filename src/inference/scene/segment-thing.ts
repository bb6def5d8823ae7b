import { clamp, type PixelBox, type Raster } from './raster.ts';

/** Longest side of the grid on which a thing is told from what is behind it. */
const GRID = 96;
const LEVELS = 12;
const ROUNDS = 4;

/** The pixels that belong to a thing, sampled on a grid over its box. */
export interface Segment {
  /** Positions in the raster (`y * width + x`) of the sampled pixels that are the thing's. */
  readonly indices: Int32Array;
  /** Positions of the sampled pixels in the frame around its box; none where the box fills the picture. */
  readonly around: Int32Array;
}

/**
 * Tells a thing's own pixels from the background inside its box: what its centre is made of is compared with
 * what lies around the box, by colour, over a few rounds (the idea of GrabCut, Rother et al. 2004, with
 * colour histograms and a spatial prior instead of a graph cut).
 *
 * @param others boxes of smaller things that overlap: their pixels are not taken for this thing's
 */
export function segmentThing(raster: Raster, box: PixelBox, others: readonly PixelBox[] = []): Segment {
  const { width } = raster;
  const boxWidth = box.x1 - box.x0;
  const boxHeight = box.y1 - box.y0;
  const step = Math.max(1, Math.ceil(Math.max(boxWidth, boxHeight) / GRID));
  const columns = Math.ceil(boxWidth / step);
  const rows = Math.ceil(boxHeight / step);
  const cells = columns * rows;
  const at = new Int32Array(cells);
  const bin = new Int32Array(cells);
  const prior = new Float64Array(cells);
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      const x = Math.min(box.x1 - 1, box.x0 + column * step);
      const y = Math.min(box.y1 - 1, box.y0 + row * step);
      at[cell] = y * width + x;
      bin[cell] = binOf(raster, at[cell]!);
      const dx = (x - box.x0 + 0.5) / boxWidth - 0.5;
      const dy = (y - box.y0 + 0.5) / boxHeight - 0.5;
      // Two to one in the middle, even odds two thirds of the way out, unlikely in the corners.
      const free = others.some(other => x >= other.x0 && x < other.x1 && y >= other.y0 && y < other.y1)
        ? 0.2
        : 1;
      prior[cell] = free * clamp(0.68 - 1.4 * (dx * dx + dy * dy), 0.12, 0.68);
    }
  }
  const around = sampleAround(raster, box);
  const surroundings = new Float64Array(LEVELS ** 3);
  for (const position of around) surroundings[binOf(raster, position)]!++;
  const posterior = Float64Array.from(prior);
  for (let round = 0; round < ROUNDS; round++) {
    const inside = new Float64Array(LEVELS ** 3).fill(1e-3);
    const outside = new Float64Array(LEVELS ** 3).fill(1e-3);
    let insideTotal = 0;
    let outsideTotal = 0;
    for (let cell = 0; cell < cells; cell++) {
      inside[bin[cell]!]! += posterior[cell]!;
      outside[bin[cell]!]! += 1 - posterior[cell]!;
      insideTotal += posterior[cell]!;
      outsideTotal += 1 - posterior[cell]!;
    }
    // What surrounds the box is certainly background: it counts as much as all the cells inside.
    const weight = around.length > 0 ? cells / around.length : 0;
    for (let i = 0; i < outside.length; i++) outside[i]! += surroundings[i]! * weight;
    outsideTotal += around.length * weight;
    for (let cell = 0; cell < cells; cell++) {
      const own = (inside[bin[cell]!]! / insideTotal) * prior[cell]!;
      const other = (outside[bin[cell]!]! / outsideTotal) * (1 - prior[cell]!);
      posterior[cell] = own / (own + other);
    }
  }
  return { indices: collect(at, smooth(posterior, columns, rows), prior), around };
}

function collect(at: Int32Array, posterior: Float64Array, prior: Float64Array): Int32Array {
  const chosen: number[] = [];
  for (let cell = 0; cell < at.length; cell++) if (posterior[cell]! > 0.5) chosen.push(at[cell]!);
  // Nothing stood out from the background: the middle of the box is the best guess there is.
  if (chosen.length < at.length * 0.04) {
    chosen.length = 0;
    for (let cell = 0; cell < at.length; cell++) if (prior[cell]! > 0.6) chosen.push(at[cell]!);
  }
  return Int32Array.from(chosen);
}

/** Pixels of the frame around a box, a fifth of its size wide. */
function sampleAround(raster: Raster, box: PixelBox): Int32Array {
  const positions: number[] = [];
  const marginX = Math.max(3, Math.round((box.x1 - box.x0) * 0.2));
  const marginY = Math.max(3, Math.round((box.y1 - box.y0) * 0.2));
  const x0 = Math.max(0, box.x0 - marginX);
  const x1 = Math.min(raster.width, box.x1 + marginX);
  const y0 = Math.max(0, box.y0 - marginY);
  const y1 = Math.min(raster.height, box.y1 + marginY);
  const step = Math.max(1, Math.ceil(Math.max(x1 - x0, y1 - y0) / (GRID * 1.5)));
  for (let y = y0; y < y1; y += step) {
    for (let x = x0; x < x1; x += step) {
      if (x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1) continue;
      positions.push(y * raster.width + x);
    }
  }
  return Int32Array.from(positions);
}

/** One of `LEVELS ** 3` cells of OKLab; the colour axes are finer in the middle, where most pixels are. */
function binOf({ l, a, b }: Raster, at: number): number {
  const axis = (value: number) =>
    clamp(Math.floor((0.5 + 0.5 * Math.tanh(value * 9)) * LEVELS), 0, LEVELS - 1);
  return (Math.min(LEVELS - 1, Math.floor(l[at]! * LEVELS)) * LEVELS + axis(a[at]!)) * LEVELS + axis(b[at]!);
}

/** Mean over each cell and its eight neighbours: single stray cells go, thin parts stay. */
function smooth(values: Float64Array, columns: number, rows: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let weight = 0;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const own = x === column && y === row ? 3 : 1;
          sum += own * values[y * columns + x]!;
          weight += own;
        }
      }
      out[row * columns + column] = sum / weight;
    }
  }
  return out;
}
