import type { DecodedImage } from '../../image/decoded-image.ts';
import type { Detection } from '../../scene/measure-scene.ts';
import type { Box } from '../engine.ts';
import type { DetectedThing, Detector } from './detector.ts';
import { AEROPLANE, lookForAeroplane } from './look-for-aeroplane.ts';
import { overlapOf } from './suppress.ts';

type Picture = Pick<DecodedImage, 'pixels' | 'width' | 'height'>;

/** Least score at which one look's finding is compared with the other's. */
const GLIMPSE = 0.1;
/** Pictures with a longer side than this, in pixels, hold details that the network sees only close up. */
const DETAILED = 900;
/** Least mean score over both looks at which a thing is spoken of. */
const LEAST_CONFIDENCE = 0.28;
/** A thing within one of its own kind that is so many times larger is a part of it. */
const PART = 0.15;
/** Findings of the two looks that overlap more than this are the same thing. */
const SAME_THING = 0.5;
/** Where the second-best label has this share of the best one's score, they cannot be told apart. */
const UNDECIDED = 0.6;

/** Wider words for labels that look alike: where two of a kind compete, the wider word is the true one. */
const WIDER: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'].map(label => [
      label,
      'animal',
    ]),
  ),
  ...Object.fromEntries(['car', 'bus', 'truck', 'train', 'motorcycle'].map(label => [label, 'vehicle'])),
};

/**
 * Finds the things in a picture by looking twice, at the picture and at its mirror image: what is seen both times
 * is surer, and where the two looks give one thing two names, a wider word is taken or the thing is left out.
 *
 * @returns the things, the most certain first; `confidence` is the mean score of the two looks (0 to 1)
 * @throws ModelError
 */
export async function findThings(detector: Detector, picture: Picture): Promise<Detection[]> {
  const options = { threshold: GLIMPSE, closeUps: Math.max(picture.width, picture.height) > DETAILED };
  const straight = await detector.detect(picture, options);
  const mirrored = (await detector.detect(mirror(picture), options)).map(unmirror);
  const things = agree(straight, mirrored);
  const hint = [...straight, ...mirrored].some(({ label }) => label === AEROPLANE);
  if (things.length > 0 || !hint) return things;
  const aeroplane = await lookForAeroplane(detector, picture);
  return aeroplane ? [aeroplane] : [];
}

/** Joins the findings of two looks at the same picture. */
export function agree(first: readonly DetectedThing[], second: readonly DetectedThing[]): Detection[] {
  const findings = [...first, ...second].sort((one, other) => other.confidence - one.confidence);
  const clusters: DetectedThing[][] = [];
  for (const finding of findings) {
    const cluster = clusters.find(([seed]) => overlapOf(seed!.box, finding.box) > SAME_THING);
    if (cluster) cluster.push(finding);
    else clusters.push([finding]);
  }
  const things = clusters.map(cluster => judge(cluster, first, second)).filter(thing => thing !== undefined);
  return things
    .filter(thing => !things.some(other => isPartOf(thing, other)))
    .sort((one, other) => other.confidence - one.confidence);
}

/** A wheel taken for a second bicycle: small, and inside a larger finding of the same name. */
function isPartOf(thing: Detection, whole: Detection): boolean {
  if (thing === whole || thing.label !== whole.label) return false;
  const [part, box] = [thing.box, whole.box];
  const centreX = part.x + part.width / 2;
  const centreY = part.y + part.height / 2;
  return (
    part.width * part.height < PART * box.width * box.height &&
    centreX > box.x &&
    centreX < box.x + box.width &&
    centreY > box.y &&
    centreY < box.y + box.height
  );
}

function judge(
  cluster: readonly DetectedThing[],
  first: readonly DetectedThing[],
  second: readonly DetectedThing[],
): Detection | undefined {
  const scores = new Map<string, number>();
  for (const look of [first, second]) {
    const best = new Map<string, number>();
    for (const finding of cluster) {
      if (look.includes(finding))
        best.set(finding.label, Math.max(best.get(finding.label) ?? 0, finding.confidence));
    }
    for (const [label, score] of best) scores.set(label, (scores.get(label) ?? 0) + score / 2);
  }
  const [best, next] = [...scores].sort((one, other) => other[1] - one[1]);
  const box = cluster[0]!.box;
  if (!next || next[1] < UNDECIDED * best![1]) return keep(best![0], best![1], box);
  const wider = WIDER[best![0]];
  if (wider === undefined || wider !== WIDER[next[0]]) return keep(best![0], best![1], box);
  return keep(wider, best![1] + next[1], box);
}

function keep(label: string, confidence: number, box: Box): Detection | undefined {
  return confidence < LEAST_CONFIDENCE
    ? undefined
    : { label, confidence: Math.round(confidence * 1000) / 1000, box };
}

/** The picture with left and right exchanged. */
function mirror({ pixels, width, height }: Picture): Picture {
  const mirrored = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    let from = y * width * 3;
    for (let x = width - 1; x >= 0; x--, from += 3) {
      const to = (y * width + x) * 3;
      mirrored[to] = pixels[from]!;
      mirrored[to + 1] = pixels[from + 1]!;
      mirrored[to + 2] = pixels[from + 2]!;
    }
  }
  return { pixels: mirrored, width, height };
}

function unmirror(thing: DetectedThing): DetectedThing {
  return { ...thing, box: { ...thing.box, x: 1 - thing.box.x - thing.box.width } };
}
