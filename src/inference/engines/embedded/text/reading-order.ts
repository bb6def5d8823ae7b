/** An upright rectangle in any unit. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Neighbours may overlap by so much of their height and still lie apart: boxes are grown around slanting lines. */
const SLACK = 0.25;
/** Columns lie apart by more than this, in heights of a line: the blanks of two lines may lie below one another. */
const GUTTER = 1.5;

/**
 * Puts stretches of text in the order in which English is read: cuts the page along its widest gap, between columns
 * or between lines, and each part again (Nagy and Seth 1984, the recursive X-Y cut).
 */
export function inReadingOrder<T extends { readonly bounds: Bounds }>(stretches: readonly T[]): T[] {
  if (stretches.length < 2) return [...stretches];
  const rows = widestGap(stretches, 'top', 'bottom');
  const columns = widestGap(stretches, 'left', 'right');
  const height =
    stretches.reduce((sum, { bounds }) => sum + bounds.bottom - bounds.top, 0) / stretches.length;
  const isColumns = columns.gap > Math.max(rows.gap, rows.before.length > 0 ? height * GUTTER : 0);
  const cut = isColumns ? columns : rows;
  if (cut.before.length === 0) {
    return [...stretches].sort((one, other) => one.bounds.top - other.bounds.top);
  }
  return [...inReadingOrder(cut.before), ...inReadingOrder(cut.after)];
}

function widestGap<T extends { readonly bounds: Bounds }>(
  stretches: readonly T[],
  start: 'top' | 'left',
  end: 'bottom' | 'right',
): { gap: number; before: T[]; after: T[] } {
  const sorted = [...stretches].sort((one, other) => one.bounds[start] - other.bounds[start]);
  let widest = { gap: Number.NEGATIVE_INFINITY, at: 0 };
  let reached = Number.NEGATIVE_INFINITY;
  for (const [at, { bounds }] of sorted.entries()) {
    const gap = bounds[start] - reached;
    const slack = (bounds.bottom - bounds.top) * SLACK;
    if (at > 0 && gap > -slack && gap > widest.gap) widest = { gap, at };
    reached = Math.max(reached, bounds[end]);
  }
  return { gap: widest.gap, before: sorted.slice(0, widest.at), after: sorted.slice(widest.at) };
}
