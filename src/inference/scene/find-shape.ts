import type { Box } from '../engines/engine.ts';
import { type Cells, largestGroup } from './cells.ts';

/** How far (in OKLab) a cell lies from the picture's border before it stands out. */
const DISTINCT = 0.14;

/** Something that stands out from the border of the picture, whatever it is. */
export interface Shape {
  readonly box: Box;
  /** Numbers of its cells. */
  readonly cells: readonly number[];
  readonly share: number;
}

/**
 * Finds the largest part of a picture that differs in lightness or colour from what lies along its border.
 *
 * @returns undefined where nothing between 3 % and 60 % of the picture stands out
 */
export function findShape(cells: Cells): Shape | undefined {
  const { columns, rows, l, a, b } = cells;
  const border: number[] = [];
  for (let cell = 0; cell < l.length; cell++) {
    const row = Math.floor(cell / columns);
    const column = cell % columns;
    if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) border.push(cell);
  }
  const at = [l, a, b].map(plane => medianOf(border.map(cell => plane[cell]!)));
  const group = largestGroup(
    cells,
    cell => Math.hypot(l[cell]! - at[0]!, 2 * (a[cell]! - at[1]!), 2 * (b[cell]! - at[2]!)) > DISTINCT,
  );
  const share = group.length / l.length;
  if (share < 0.03 || share > 0.6) return undefined;
  const xs = group.map(cell => cell % columns);
  const ys = group.map(cell => Math.floor(cell / columns));
  const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
  return {
    cells: group,
    share,
    box: {
      x: x0 / columns,
      y: y0 / rows,
      width: (Math.max(...xs) + 1 - x0) / columns,
      height: (Math.max(...ys) + 1 - y0) / rows,
    },
  };
}

function medianOf(values: number[]): number {
  values.sort((one, other) => one - other);
  return values[values.length >> 1]!;
}
