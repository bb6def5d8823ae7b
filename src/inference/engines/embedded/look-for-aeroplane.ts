import sharp from 'sharp';
import type { DecodedImage } from '../../image/decoded-image.ts';
import type { Detection } from '../../scene/measure-scene.ts';
import type { Box } from '../engine.ts';
import type { DetectedThing, Detector } from './detector.ts';

type Picture = Pick<DecodedImage, 'pixels' | 'width' | 'height'>;

/** The detector's label for it. */
export const AEROPLANE = 'airplane';
/** Degrees; not the right angles, at which the roundels on wings are taken for clocks and signs. */
const ANGLES = [30, 60, 120, 150, 210, 240, 300, 330];
const LEAST_SCORE = 0.1;
/** Least share of the turned picture: small findings in a turned picture are noise. */
const LARGE = 0.15;
/** Least mean score over all angles. */
const LEAST_MEAN = 0.06;

/**
 * An aeroplane is the one thing of the detector's eighty that is photographed from above and below, so that it can
 * lie at any angle, and the detector knows it from the side. Where an upright look hints at one and nothing else
 * was found, the picture is turned and looked at again.
 *
 * @returns an aeroplane whose confidence is the mean score over all angles, where no other label comes to more. Its
 *   box is a square of the right area around where the surest view saw it: turned boxes tell no more
 * @throws ModelError
 */
export async function lookForAeroplane(detector: Detector, picture: Picture): Promise<Detection | undefined> {
  const sums = new Map<string, number>();
  let surest: { confidence: number; box: Box } | undefined;
  for (const angle of ANGLES) {
    const turned = await turn(picture, angle);
    const found = await detector.detect(turned, { threshold: LEAST_SCORE });
    const best = new Map<string, DetectedThing>();
    for (const thing of found) {
      const large = thing.box.width * thing.box.height > LARGE;
      if (large && thing.confidence > (best.get(thing.label)?.confidence ?? 0)) best.set(thing.label, thing);
    }
    for (const [label, { confidence }] of best) sums.set(label, (sums.get(label) ?? 0) + confidence);
    const seen = best.get(AEROPLANE);
    if (seen && seen.confidence > (surest?.confidence ?? 0)) {
      surest = { confidence: seen.confidence, box: turnBack(seen.box, turned, picture, angle) };
    }
  }
  const own = sums.get(AEROPLANE) ?? 0;
  const confidence = own / ANGLES.length;
  if (!surest || own < Math.max(...sums.values()) || confidence < LEAST_MEAN) return undefined;
  return { label: AEROPLANE, confidence: Math.round(confidence * 1000) / 1000, box: surest.box };
}

async function turn({ pixels, width, height }: Picture, angle: number): Promise<Picture> {
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .rotate(angle, { background: { r: 128, g: 128, b: 128 } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** Where in the upright picture a box of the turned one (clockwise by `angle` degrees) lies. */
function turnBack(box: Box, turned: Picture, upright: Picture, angle: number): Box {
  const radians = (angle * Math.PI) / 180;
  const dx = (box.x + box.width / 2 - 0.5) * turned.width;
  const dy = (box.y + box.height / 2 - 0.5) * turned.height;
  const x = 0.5 + (dx * Math.cos(radians) + dy * Math.sin(radians)) / upright.width;
  const y = 0.5 + (dy * Math.cos(radians) - dx * Math.sin(radians)) / upright.height;
  const side = Math.sqrt(box.width * turned.width * box.height * turned.height);
  return cropBox({
    x: x - side / upright.width / 2,
    y: y - side / upright.height / 2,
    width: side / upright.width,
    height: side / upright.height,
  });
}

function cropBox({ x, y, width, height }: Box): Box {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return { x: left, y: top, width: Math.min(1, x + width) - left, height: Math.min(1, y + height) - top };
}
