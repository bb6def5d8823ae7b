import type { Box } from '../engines/engine.ts';
import { type Cells, growFrom, largestGroup } from './cells.ts';
import { toOklch } from './oklch.ts';

/** The large regions that colour, place and texture can tell. */
export type RegionKind = 'sky' | 'foliage' | 'grass' | 'water' | 'sand' | 'ground' | 'snow' | 'background';

export interface Region {
  readonly kind: RegionKind;
  /** 0 to 1. A rule of thumb, see {@link BASE_CONFIDENCE}: not a probability that was calibrated. */
  readonly confidence: number;
  /** Share of the picture, 0 to 1. */
  readonly share: number;
  readonly box: Box;
  /** Numbers of its cells (`row * columns + column`). */
  readonly cells: readonly number[];
  /** Mean step of lightness between neighbouring pixels: below 0.008 smooth, above 0.03 rough. */
  readonly texture: number;
  /** How much lightness differs from cell to cell: the standard deviation of the middle half (robust to a few). */
  readonly unevenness: number;
}

export interface RegionOptions {
  readonly toned: boolean;
  readonly outdoors: boolean;
  /** One byte a cell: 1 where a thing is. */
  readonly occupied: Uint8Array;
}

/** A region smaller than this share of the picture is not named. */
const LEAST_SHARE = 0.05;

/**
 * How far each rule can be trusted when it fits, from looking at photographs: blue at the top is nearly always
 * sky, grey at the top may be a wall.
 */
const BASE_CONFIDENCE = {
  'sky (blue)': 0.9,
  'sky (grey)': 0.7,
  foliage: 0.85,
  grass: 0.75,
  water: 0.65,
  sand: 0.6,
  ground: 0.65,
  snow: 0.5,
  background: 0.9,
} as const;

/** From the first to the third quartile of a normal distribution, in standard deviations. */
const QUARTILES = 1.349;

interface Cell {
  readonly l: number;
  readonly c: number;
  readonly h: number;
  /** Mean step of lightness to the neighbours. */
  readonly texture: number;
  /** How much more lightness changes downwards than across: water lies in streaks. */
  readonly streaks: number;
  /** 0 at the top, 1 at the bottom. */
  readonly y: number;
}

/**
 * Finds the large regions of a picture: sky, foliage, grass, water, sand, bare ground, snow, or a plain
 * background.
 *
 * @param options `toned`: a picture of a single tone, where colour tells nothing; `outdoors`: something was found
 *   that lives or stands out of doors; `occupied`: cells that belong to things, which are no part of a region
 * @returns the regions from the top down; those that need to be out of doors only where something says so
 */
export function findRegions(cells: Cells, options: RegionOptions): Region[] {
  const { toned, outdoors, occupied } = options;
  const all = readCells(cells);
  const taken = Uint8Array.from(occupied);
  const regions: Region[] = [];
  const add = (kind: RegionKind, confidence: number, members: number[]) => {
    for (const cell of members) taken[cell] = 1;
    regions.push(measureRegion(kind, confidence, members, cells, all));
  };

  const background = findBackground(cells, all);
  if (background) add('background', BASE_CONFIDENCE.background, background);

  const sky = background ? [] : growFromTop(cells, all, cell => looksLikeSky(cell, toned));
  if (sky.length >= LEAST_SHARE * all.length && !reachesBottom(sky, cells)) {
    const blue = sky.filter(cell => isBlue(all[cell]!)).length / sky.length;
    const name = blue > 0.5 && !toned ? 'sky (blue)' : 'sky (grey)';
    add('sky', BASE_CONFIDENCE[name] - (toned ? 0.05 : 0), sky);
  }
  const skyFoot = footOf(sky, cells);
  const leafy = toned ? [] : largestGroup(cells, cell => !taken[cell] && isLeafy(all[cell]!));
  // Green from the middle down is one lawn; green from higher up is foliage with grass in front.
  const lawn = leafy.every(cell => all[cell]!.y > 0.4) ? 0.4 : 0.66;
  const tests: [RegionKind, (cell: Cell) => boolean][] = toned
    ? [['water', cell => looksLikeWater(cell, true)]]
    : [
        ['grass', cell => isLeafy(cell) && cell.y > lawn],
        ['foliage', isLeafy],
        ['water', cell => looksLikeWater(cell, false)],
        ['snow', cell => sky.length > 0 && cell.y > skyFoot && looksLikeSnow(cell)],
        ['ground', cell => isEarthy(cell) && cell.y > 0.35 && cell.texture > 0.003],
      ];
  for (const [kind, test] of tests) {
    const group = largestGroup(cells, cell => !taken[cell] && test(all[cell]!));
    const needed = kind === 'water' ? 0.12 : LEAST_SHARE;
    if (group.length < needed * all.length) continue;
    if (kind === 'water' && widthOf(group, cells) < 0.6) continue;
    const named = kind === 'ground' && isShore(group, regions, all) ? 'sand' : kind;
    add(named, BASE_CONFIDENCE[named as keyof typeof BASE_CONFIDENCE], group);
  }
  return keepPlausible(regions, outdoors).sort((one, other) => middle(one.box) - middle(other.box));
}

/** A grey top is sky, and a streaked band water, only where something else says that this is out of doors. */
function keepPlausible(regions: Region[], thingsOutdoors: boolean): Region[] {
  const outdoors =
    thingsOutdoors ||
    regions.some(
      ({ kind, confidence }) =>
        kind === 'foliage' || kind === 'grass' || kind === 'ground' || (kind === 'sky' && confidence > 0.8),
    );
  return regions.map(region => {
    const doubtful = ['sky', 'water', 'snow'].includes(region.kind) && region.confidence < 0.8;
    return doubtful && !outdoors ? { ...region, confidence: region.confidence - 0.15 } : region;
  });
}

function readCells({ columns, l, a, b, across, down, rows }: Cells): Cell[] {
  return Array.from(l, (lightness, at) => ({
    ...toOklch({ l: lightness, a: a[at]!, b: b[at]! }),
    texture: (across[at]! + down[at]!) / 2,
    streaks: (down[at]! + 1e-3) / (across[at]! + 1e-3),
    y: Math.floor(at / columns) / Math.max(1, rows - 1),
  }));
}

function isBlue({ c, h }: Cell): boolean {
  return h > 215 && h < 295 && c > 0.03;
}

function isLeafy({ c, h, texture }: Cell): boolean {
  return h > 103 && h < 155 && c > 0.05 && texture > 0.022;
}

function isEarthy({ c, h, l }: Cell): boolean {
  return h > 45 && h < 96 && c > 0.022 && c < 0.13 && l > 0.3;
}

/** Light ground beside water. */
function isShore(members: readonly number[], regions: readonly Region[], all: readonly Cell[]): boolean {
  const light = members.filter(member => all[member]!.l > 0.6 && all[member]!.c > 0.035).length;
  return light > members.length * 0.6 && regions.some(({ kind }) => kind === 'water');
}

function looksLikeSky(cell: Cell, toned: boolean): boolean {
  if (cell.texture > 0.014) return false;
  if (toned) return cell.l > 0.5;
  if (isBlue(cell)) return cell.l > 0.5 && cell.streaks < 3.5;
  return cell.c < 0.03 && cell.l > 0.6;
}

function looksLikeWater({ l, c, h, texture, streaks, y }: Cell, toned: boolean): boolean {
  if (y < 0.02 && l > 0.75) return false;
  const streaked = streaks > 1.25 && texture > 0.003 && texture < 0.04;
  if (toned) return streaked && y > 0.55 && l < 0.75;
  const tinted = h > 150 && h < 295 ? c < 0.16 : c < 0.062;
  return streaked && tinted && l > 0.25 && l < 0.92;
}

function looksLikeSnow({ l, c, texture }: Cell): boolean {
  return l > 0.86 && c < 0.02 && texture < 0.02;
}

/** A smooth surface of one colour that reaches at least three edges of the picture, behind everything. */
function findBackground({ columns, rows }: Cells, all: readonly Cell[]): number[] | undefined {
  const smooth = (cell: number) => all[cell]!.texture < 0.01;
  const border: number[] = [];
  for (let cell = 0; cell < all.length; cell++) {
    const row = Math.floor(cell / columns);
    const column = cell % columns;
    if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) border.push(cell);
  }
  const lightness = border.map(cell => all[cell]!.l).sort((one, other) => one - other);
  const median = lightness[lightness.length >> 1]!;
  const fits = (cell: number) => smooth(cell) && Math.abs(all[cell]!.l - median) < 0.09;
  if (border.filter(fits).length < border.length * 0.8) return undefined;
  const members = growFrom(border.filter(fits), { columns, rows }, fits);
  return members.length > all.length * 0.25 ? members : undefined;
}

function growFromTop(cells: Cells, all: readonly Cell[], test: (cell: Cell) => boolean): number[] {
  const top = Array.from({ length: cells.columns }, (_, column) => column).filter(cell => test(all[cell]!));
  // Sky takes up a good part of the upper edge, or it is a gap between things.
  return top.length < cells.columns * 0.25 ? [] : growFrom(top, cells, cell => test(all[cell]!));
}

function measureRegion(
  kind: RegionKind,
  base: number,
  members: number[],
  { columns, rows }: Cells,
  all: readonly Cell[],
): Region {
  let [x0, x1, y0, y1] = [columns, 0, rows, 0];
  let texture = 0;
  for (const member of members) {
    const x = member % columns;
    const y = Math.floor(member / columns);
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x + 1);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y + 1);
    texture += all[member]!.texture;
  }
  const count = members.length;
  const lightness = members.map(member => all[member]!.l).sort((one, other) => one - other);
  // A region that fills its rectangle is surer than one in shreds.
  const solid = count / ((x1 - x0) * (y1 - y0));
  return {
    kind,
    confidence: base * (0.8 + 0.2 * Math.min(1, solid * 1.4)),
    share: count / all.length,
    box: { x: x0 / columns, y: y0 / rows, width: (x1 - x0) / columns, height: (y1 - y0) / rows },
    cells: members,
    texture: texture / count,
    unevenness: (lightness[Math.floor(count * 0.75)]! - lightness[Math.floor(count * 0.25)]!) / QUARTILES,
  };
}

function middle(box: Box): number {
  return box.y + box.height / 2;
}

function widthOf(members: readonly number[], { columns }: Cells): number {
  const used = new Set(members.map(member => member % columns));
  return used.size / columns;
}

function reachesBottom(members: readonly number[], { columns, rows }: Cells): boolean {
  return members.some(member => Math.floor(member / columns) >= rows - 2);
}

/** Where a region that hangs from the top mostly ends, 0 to 1. */
function footOf(members: readonly number[], { columns, rows }: Cells): number {
  if (members.length === 0) return 0;
  const ys = members.map(member => Math.floor(member / columns)).sort((one, other) => one - other);
  return ys[Math.floor(ys.length * 0.9)]! / rows;
}
