import type { Box } from '../engines/engine.ts';
import type { DecodedImage } from '../image/decoded-image.ts';
import { type Cells, measureCells } from './cells.ts';
import { findRegions, type Region } from './find-regions.ts';
import { findShape } from './find-shape.ts';
import { type ColourShare, compareColours, measureColours } from './measure-colours.ts';
import { measureLight, type PictureLight } from './measure-light.ts';
import { createRaster, type PixelBox, type Raster, toPixels } from './raster.ts';
import { type Segment, segmentThing } from './segment-thing.ts';

/** What a detector says of one thing. */
export interface Detection {
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly box: Box;
}

/** A detected thing with what was measured of its own pixels. */
export interface MeasuredThing extends Detection {
  /** Share of the picture that its box takes, 0 to 1. */
  readonly share: number;
  readonly colours: readonly ColourShare[];
  /** Mean and standard deviation of lightness, 0 to 1. */
  readonly lightness: number;
  readonly lightnessSpread: number;
  /** Mean step of lightness between neighbouring pixels. */
  readonly texture: number;
}

export interface MeasuredRegion extends Region {
  readonly colours: readonly ColourShare[];
  readonly lightness: number;
}

/** Everything that was measured of a picture, in numbers and without a word of prose. */
export interface Scene {
  /** Width of the picture divided by its height: boxes are shares of each. */
  readonly aspect: number;
  readonly light: PictureLight;
  /** The colours of the whole picture. */
  readonly colours: readonly ColourShare[];
  /** Sorted by the room they take, largest first. */
  readonly things: readonly MeasuredThing[];
  /** From the top down. */
  readonly regions: readonly MeasuredRegion[];
  /** Where no thing was found: what stands out from its surroundings, with the label "shape". */
  readonly shape?: MeasuredThing;
}

/** How many pixels the colours of the whole picture and of a region are counted on. */
const COLOUR_SAMPLES = 20_000;

/** Things that are met out of doors, so that a grey surface above them is sky. */
const OUTDOOR_LABELS = new Set(
  'bicycle car motorcycle airplane bus train truck boat traffic_light fire_hydrant stop_sign parking_meter bird horse sheep cow elephant bear zebra giraffe frisbee skis snowboard kite surfboard'
    .split(' ')
    .map(label => label.replace('_', ' ')),
);

/**
 * Measures a picture: its light, its colours, its large regions, and each detected thing.
 *
 * @param detections what was found, in any order
 */
export function measureScene(image: DecodedImage, detections: readonly Detection[]): Scene {
  const raster = createRaster(image);
  const light = measureLight(raster);
  const cells = measureCells(raster);
  const toned = light.tone !== 'none';
  const outdoors = detections.some(({ label, confidence }) => confidence > 0.4 && OUTDOOR_LABELS.has(label));
  const coloursOf = (indices: ArrayLike<number>) => measureColours(raster, indices, light.white, toned);

  const boxes = detections.map(({ box }) => toPixels(box, raster));
  const segments = boxes.map((box, at) => segmentThing(raster, box, smallerOverlaps(boxes, at)));
  const things = detections
    .map((detection, at) => {
      const { indices, around } = segments[at]!;
      return measureThing(raster, detection, indices, compareColours(coloursOf(indices), coloursOf(around)));
    })
    .sort((one, other) => other.share - one.share || one.box.x - other.box.x);

  const occupied = markOccupied(raster, cells, boxes, segments);
  const regions = findRegions(cells, { toned, outdoors, occupied }).map(region => {
    const indices = pixelsOfCells(raster, cells, region.cells);
    return { ...region, colours: coloursOf(indices), lightness: meanOf(raster.l, indices) };
  });
  const step = Math.max(1, Math.floor(raster.l.length / COLOUR_SAMPLES));
  const everywhere = Int32Array.from({ length: Math.floor(raster.l.length / step) }, (_, at) => at * step);
  const aspect = image.width / image.height;
  const measured = { aspect, light, colours: coloursOf(everywhere), things, regions };
  const shape = things.length === 0 ? findShape(cells) : undefined;
  if (!shape) return measured;
  const detection = { label: 'shape', confidence: 1, box: shape.box };
  const indices = pixelsOfCells(raster, cells, shape.cells);
  return {
    ...measured,
    shape: { ...measureThing(raster, detection, indices, coloursOf(indices)), share: shape.share },
  };
}

function measureThing(
  { l, width }: Raster,
  detection: Detection,
  indices: Int32Array,
  colours: ColourShare[],
): MeasuredThing {
  let squares = 0;
  let texture = 0;
  const mean = meanOf(l, indices);
  for (const at of indices) {
    squares += (l[at]! - mean) ** 2;
    texture += Math.abs(l[at]! - l[at + 1 < l.length ? at + 1 : at]!);
    texture += Math.abs(l[at]! - l[at + width < l.length ? at + width : at]!);
  }
  const count = Math.max(1, indices.length);
  return {
    ...detection,
    share: detection.box.width * detection.box.height,
    colours,
    lightness: mean,
    lightnessSpread: Math.sqrt(squares / count),
    texture: texture / (2 * count),
  };
}

/** Boxes that lie over this one and are smaller: what is in them is theirs. */
function smallerOverlaps(boxes: readonly PixelBox[], at: number): PixelBox[] {
  const own = boxes[at]!;
  return boxes.filter(
    (box, index) =>
      index !== at &&
      areaOf(box) < areaOf(own) * 0.8 &&
      box.x0 < own.x1 &&
      box.x1 > own.x0 &&
      box.y0 < own.y1 &&
      box.y1 > own.y0,
  );
}

function areaOf({ x0, x1, y0, y1 }: PixelBox): number {
  return (x1 - x0) * (y1 - y0);
}

/** Marks the cells that a thing takes: all those that its own pixels touch. */
function markOccupied(
  raster: Raster,
  cells: Cells,
  boxes: readonly PixelBox[],
  segments: readonly Segment[],
): Uint8Array {
  const occupied = new Uint8Array(cells.columns * cells.rows);
  segments.forEach(({ indices }, thing) => {
    // A box over nearly everything says where the thing is, not that there is nothing else.
    if (areaOf(boxes[thing]!) > 0.7 * raster.l.length) return;
    for (const at of indices) {
      const row = Math.floor((Math.floor(at / raster.width) * cells.rows) / raster.height);
      const column = Math.floor(((at % raster.width) * cells.columns) / raster.width);
      occupied[row * cells.columns + column] = 1;
    }
  });
  return occupied;
}

function pixelsOfCells(raster: Raster, cells: Cells, members: readonly number[]): Int32Array {
  const perCell = Math.max(1, Math.floor(COLOUR_SAMPLES / Math.max(1, members.length)));
  const side = Math.max(1, Math.floor(Math.sqrt(perCell)));
  const indices: number[] = [];
  for (const member of members) {
    const column = member % cells.columns;
    const row = Math.floor(member / cells.columns);
    for (let v = 0; v < side; v++) {
      for (let u = 0; u < side; u++) {
        const x = Math.floor(((column + (u + 0.5) / side) * raster.width) / cells.columns);
        const y = Math.floor(((row + (v + 0.5) / side) * raster.height) / cells.rows);
        indices.push(Math.min(raster.height - 1, y) * raster.width + Math.min(raster.width - 1, x));
      }
    }
  }
  return Int32Array.from(indices);
}

function meanOf(plane: Float32Array, indices: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) sum += plane[indices[i]!]!;
  return indices.length === 0 ? 0 : sum / indices.length;
}
