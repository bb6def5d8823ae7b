import type { Raster } from './raster.ts';

/** Cells along the longer side of the picture. */
const CELLS = 64;

/** A picture cut into square cells, with what was measured of each. All arrays are row by row. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Mean OKLab of the cell. */
  readonly l: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** Mean step of lightness from a pixel to its right-hand neighbour, and to the one below. */
  readonly across: Float32Array;
  readonly down: Float32Array;
}

/** Cuts a picture into cells and measures colour and texture of each. */
export function measureCells(raster: Raster): Cells {
  const size = Math.max(raster.width, raster.height) / CELLS;
  const columns = Math.max(1, Math.round(raster.width / size));
  const rows = Math.max(1, Math.round(raster.height / size));
  const count = columns * rows;
  const cells = {
    columns,
    rows,
    l: new Float32Array(count),
    a: new Float32Array(count),
    b: new Float32Array(count),
    across: new Float32Array(count),
    down: new Float32Array(count),
  };
  for (let row = 0; row < rows; row++) {
    const y0 = Math.floor((row * raster.height) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((row + 1) * raster.height) / rows));
    for (let column = 0; column < columns; column++) {
      const x0 = Math.floor((column * raster.width) / columns);
      const x1 = Math.max(x0 + 1, Math.floor(((column + 1) * raster.width) / columns));
      measureCell(raster, cells, row * columns + column, x0, y0, x1, y1);
    }
  }
  return cells;
}

function measureCell(
  { width, height, l, a, b }: Raster,
  cells: Cells,
  cell: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  let sumL = 0;
  let sumA = 0;
  let sumB = 0;
  let across = 0;
  let down = 0;
  for (let y = y0; y < y1; y++) {
    const below = y + 1 < height ? width : 0;
    for (let x = x0; x < x1; x++) {
      const at = y * width + x;
      sumL += l[at]!;
      sumA += a[at]!;
      sumB += b[at]!;
      across += Math.abs(l[at]! - l[x + 1 < width ? at + 1 : at]!);
      down += Math.abs(l[at]! - l[at + below]!);
    }
  }
  const count = (x1 - x0) * (y1 - y0);
  cells.l[cell] = sumL / count;
  cells.a[cell] = sumA / count;
  cells.b[cell] = sumB / count;
  cells.across[cell] = across / count;
  cells.down[cell] = down / count;
}

/** Every cell that can be reached from the seeds through cells that pass the test. */
export function growFrom(
  seeds: readonly number[],
  { columns, rows }: Pick<Cells, 'columns' | 'rows'>,
  test: (cell: number) => boolean,
): number[] {
  const seen = new Uint8Array(columns * rows);
  const found: number[] = [];
  const queue = [...seeds];
  for (const seed of seeds) seen[seed] = 1;
  for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
    found.push(cell);
    const column = cell % columns;
    const neighbours = [
      column > 0 ? cell - 1 : -1,
      column < columns - 1 ? cell + 1 : -1,
      cell - columns,
      cell + columns < columns * rows ? cell + columns : -1,
    ];
    for (const neighbour of neighbours) {
      if (neighbour < 0 || seen[neighbour] || !test(neighbour)) continue;
      seen[neighbour] = 1;
      queue.push(neighbour);
    }
  }
  return found;
}

/** The largest connected group of cells that pass the test. */
export function largestGroup(
  cells: Pick<Cells, 'columns' | 'rows'>,
  test: (cell: number) => boolean,
): number[] {
  const grouped = new Uint8Array(cells.columns * cells.rows);
  let largest: number[] = [];
  for (let cell = 0; cell < grouped.length; cell++) {
    if (grouped[cell] || !test(cell)) continue;
    const group = growFrom([cell], cells, test);
    for (const member of group) grouped[member] = 1;
    if (group.length > largest.length) largest = group;
  }
  return largest;
}
