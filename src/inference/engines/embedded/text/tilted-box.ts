/** A rectangle that may be tilted. Lengths are in the pixels of whatever grid it was found on. */
export interface TiltedBox {
  readonly centreX: number;
  readonly centreY: number;
  /** Along the direction in which a line of text would run. */
  readonly width: number;
  readonly height: number;
  /** Of the width against the horizontal, clockwise on screen, in radians: -π/4 to π/4. */
  readonly angle: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The corners of the smallest convex shape around `points` (Andrew 1979, monotone chain). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((one, other) => one.x - other.x || one.y - other.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && cross(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

function cross(origin: Point, one: Point, other: Point): number {
  return (one.x - origin.x) * (other.y - origin.y) - (one.y - origin.y) * (other.x - origin.x);
}

/**
 * The smallest rectangle around points: one of its sides lies along a side of their convex hull (Freeman and
 * Shapira 1975).
 *
 * @param points the middles of pixels, at least one: each counts as a square of side 1
 */
export function smallestBox(points: readonly Point[]): TiltedBox {
  const hull = convexHull(points);
  let best: TiltedBox | undefined;
  for (const [at, from] of hull.entries()) {
    const to = hull[(at + 1) % hull.length]!;
    const box = boxAlong(hull, quarterTurn(Math.atan2(to.y - from.y, to.x - from.x)));
    if (!best || box.width * box.height < best.width * best.height) best = box;
  }
  return best ?? boxAlong(points, 0);
}

/** The same direction, turned by right angles into -π/4 to π/4. */
function quarterTurn(angle: number): number {
  return angle - Math.round(angle / (Math.PI / 2)) * (Math.PI / 2);
}

function boxAlong(points: readonly Point[], angle: number): TiltedBox {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = points.map(({ x, y }) => x * cos + y * sin);
  const across = points.map(({ x, y }) => y * cos - x * sin);
  const [left, right] = [Math.min(...along), Math.max(...along)];
  const [top, bottom] = [Math.min(...across), Math.max(...across)];
  const [middle, level] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centreX: middle * cos - level * sin,
    centreY: middle * sin + level * cos,
    width: right - left + 1,
    height: bottom - top + 1,
    angle,
  };
}

/** The upright rectangle around a tilted one. */
export function boundsOf({ centreX, centreY, width, height, angle }: TiltedBox): {
  left: number;
  top: number;
  right: number;
  bottom: number;
} {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const halfWidth = (width * cos + height * sin) / 2;
  const halfHeight = (width * sin + height * cos) / 2;
  return {
    left: centreX - halfWidth,
    top: centreY - halfHeight,
    right: centreX + halfWidth,
    bottom: centreY + halfHeight,
  };
}
