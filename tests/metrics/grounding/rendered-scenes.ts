import sharp from 'sharp';
import type { DecodedImage } from '../../../src/inference/image/decoded-image.ts';
import { type Detection, measureScene, type Scene } from '../../../src/inference/scene/measure-scene.ts';
import { groundText } from '../../../src/metrics/grounding/ground-text.ts';
import { analyseMarked, readMarks } from './marked-text.ts';
import type { JudgedClaim } from './score.ts';

const WIDTH = 360;
const HEIGHT = 270;

/** Paints as they are sold, with the plain word for each. */
const PAINTS = {
  red: [204, 36, 36],
  orange: [240, 130, 20],
  yellow: [240, 214, 50],
  green: [40, 140, 60],
  blue: [40, 80, 200],
  purple: [120, 50, 150],
  pink: [240, 140, 180],
  brown: [110, 70, 40],
  black: [20, 20, 22],
  white: [245, 245, 242],
  grey: [128, 128, 130],
} as const;
type Paint = keyof typeof PAINTS;
const PAINT_NAMES = Object.keys(PAINTS) as Paint[];
const HUES = PAINT_NAMES.filter(name => !['black', 'white', 'grey', 'brown'].includes(name));

type ShapeKind = 'disc' | 'block' | 'diamond';

interface Shape {
  readonly kind: ShapeKind;
  readonly paint: Paint;
  /** Middle and half the side, in shares of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Drawing {
  readonly background: Paint;
  readonly shapes: readonly Shape[];
  /** All colours turned to grey. */
  readonly grey?: boolean;
  /** Standard deviation of a blur, in pixels. */
  readonly blur?: number;
}

/** Random numbers from 0 to 1 that are the same each time (mulberry32, Tommy Ettinger 2017). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws shapes under uneven light with camera noise, and measures them with the boxes that are known. */
export async function renderScene(drawing: Drawing): Promise<Scene> {
  const random = createRandom(7);
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const shape = drawing.shapes.findLast(one => isInside(one, x / WIDTH, y / HEIGHT));
      const paint = PAINTS[shape?.paint ?? drawing.background];
      // Light falls from the upper left: a fifth less reaches the opposite corner.
      const light = 1 - 0.2 * ((x / WIDTH + y / HEIGHT) / 2);
      const noise = (random() - 0.5) * 12;
      const grey = 0.2126 * paint[0] + 0.7152 * paint[1] + 0.0722 * paint[2];
      for (let channel = 0; channel < 3; channel++) {
        const value = (drawing.grey ? grey : paint[channel]!) * light + noise;
        pixels[(y * WIDTH + x) * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  const raw = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  const data = drawing.blur ? await raw.blur(drawing.blur).raw().toBuffer() : pixels;
  const image: DecodedImage = {
    pixels: new Uint8Array(data),
    width: WIDTH,
    height: HEIGHT,
    source: {
      format: 'png',
      width: WIDTH,
      height: HEIGHT,
      bytes: 0,
      sha256: '',
      animated: false,
      transparent: false,
    },
  };
  return measureScene(image, drawing.shapes.map(detect));
}

function isInside({ kind, x, y, radius }: Shape, px: number, py: number): boolean {
  const dx = Math.abs(px - x);
  // Measured in shares of the height, so that discs are round.
  const [across, down] = [dx * (WIDTH / HEIGHT), Math.abs(py - y)];
  if (kind === 'disc') return Math.hypot(across, down) < radius;
  return kind === 'block' ? across < radius && down < radius : across + down < radius;
}

function detect({ kind, x, y, radius }: Shape): Detection {
  const half = (radius * HEIGHT) / WIDTH;
  const left = Math.max(0, x - half);
  const top = Math.max(0, y - radius);
  const box = {
    x: left,
    y: top,
    width: Math.min(1, x + half) - left,
    height: Math.min(1, y + radius) - top,
  };
  return { label: kind, confidence: 0.7, box };
}

/** A claim about a drawing in marked text (see marked-text.ts). */
interface Claim {
  readonly kind: string;
  readonly marked: string;
}

/**
 * Draws scenes and makes true and deliberately false claims about each. A false colour is any other of the
 * eleven basic ones, its neighbours included, and as often as can be the colour of another shape.
 */
export async function judgeRenderedScenes(seed = 1, scenes = 24): Promise<JudgedClaim[]> {
  const random = createRandom(seed);
  const judged: JudgedClaim[] = [];
  for (let at = 0; at < scenes; at++) {
    const drawing = draw(random, at);
    const scene = await renderScene(drawing);
    for (const { kind, marked } of claimsAbout(drawing, random)) judged.push(judge(scene, kind, marked));
  }
  return judged;
}

/** What the metric says of the one claim of a marked text. */
function judge(scene: Scene, kind: string, marked: string): JudgedClaim {
  const text = readMarks(marked);
  const { pairs } = groundText(text.text, scene, {
    analyse: analyseMarked(text),
    isInterpretive: () => false,
  });
  const [[start, truth]] = [...text.truth] as [[number, boolean]];
  const pair = pairs.find(one => one.start === start);
  if (!pair) throw new Error(`No pair was made of "${marked}".`);
  return {
    kind,
    text: text.text,
    word: pair.word,
    true: truth,
    verdict: pair.verdict,
    measured: pair.measured,
  };
}

function draw(random: () => number, at: number): Drawing {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const background = pick(PAINT_NAMES);
  const free = PAINT_NAMES.filter(name => name !== background);
  const first = pick(free);
  const second = pick(free.filter(name => name !== first));
  const third = pick(free.filter(name => name !== first && name !== second));
  // One large shape on a side, one to four small ones of a kind on the other, one tiny one.
  const left = random() < 0.5;
  const small = 1 + Math.floor(random() * 4);
  const shapes: Shape[] = [
    { kind: 'disc', paint: first, x: left ? 0.27 : 0.73, y: 0.5, radius: 0.3 + random() * 0.06 },
    ...Array.from({ length: small }, (_, index) => ({
      kind: 'block' as const,
      paint: second,
      x: (left ? 0.72 : 0.12) + (index % 2) * 0.16,
      y: 0.2 + Math.floor(index / 2) * 0.3,
      radius: 0.07 + random() * 0.02,
    })),
    { kind: 'diamond', paint: third, x: left ? 0.9 : 0.1, y: 0.85, radius: 0.05 },
  ];
  return { background, shapes, grey: at % 6 === 5, blur: at % 6 === 2 ? 3 : undefined };
}

function claimsAbout(drawing: Drawing, random: () => number): Claim[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { shapes, background, grey = false, blur } = drawing;
  const [disc, block, diamond] = ['disc', 'block', 'diamond'].map(
    kind => shapes.find(shape => shape.kind === kind)!,
  ) as [Shape, Shape, Shape];
  const claims: Claim[] = [];
  const claim = (kind: string, marked: string) => claims.push({ kind, marked });
  const said = (word: string, noun: string, truth: boolean) =>
    `A {${truth ? '' : '!'}${word}|${noun}} ${noun}.`;

  for (const { kind, paint } of [disc, block, diamond]) {
    const others = [disc, block, diamond].map(one => one.paint).filter(other => other !== paint);
    const wrong = [pick(others), pick(PAINT_NAMES.filter(name => name !== paint))];
    if (grey) {
      // In grey a hue is false, whichever it was before.
      for (const hue of [pick(HUES), pick(HUES)]) claim('monochrome', said(hue, kind, false));
      continue;
    }
    claim('colour', said(paint, kind, true));
    for (const name of wrong) claim('colour', said(name, kind, false));
  }
  // Words between these, such as "large" of a middling shape, have no known truth and are not claimed.
  claim('size', said(pick(['large', 'big']), 'disc', true));
  claim('size', said(pick(['small', 'tiny', 'little']), 'disc', false));
  claim('size', said(pick(['small', 'tiny', 'little']), 'diamond', true));
  claim('size', said(pick(['large', 'big', 'huge']), 'diamond', false));

  const blocks = shapes.filter(({ kind }) => kind === 'block').length;
  const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
  const count = (n: number) =>
    `{#${n === blocks ? '' : '!'}${numbers[n - 1]}} ${n === 1 ? 'block' : 'blocks'}.`;
  claim('count', count(blocks));
  claim('count', count(pick([1, 2, 3, 4, 5, 6, 7, 8].filter(n => n !== blocks))));
  claim('count', count(blocks + 3));
  claim('count', said('single', 'disc', true));
  claim('count', said(pick(['several', 'many', 'numerous']), 'disc', false));
  if (blocks > 2) claim('count', said('single', 'block', false));

  const side = disc.x < 0.5 ? 'left' : 'right';
  const other = side === 'left' ? 'right' : 'left';
  claim('position', said(side, 'disc', true));
  claim('position', said(other, 'disc', false));
  claim('position', said('lower', 'diamond', true));
  claim('position', said(pick(['upper', 'top', 'central']), 'diamond', false));

  if (disc.paint === 'black') claim('lightness', said('dark', 'disc', true));
  if (disc.paint === 'black') claim('lightness', said('pale', 'disc', false));
  if (disc.paint === 'white') claim('lightness', said('pale', 'disc', true));
  if (disc.paint === 'white') claim('lightness', said('dark', 'disc', false));
  if (background === 'black') claim('lightness', said('bright', 'image', false));
  if (background === 'white') claim('lightness', said('bright', 'image', true));
  if (background === 'white') claim('lightness', said('dark', 'image', false));

  const coloured = [disc.paint, background].some(paint => HUES.includes(paint));
  if (grey || coloured) claim('monochrome', said('monochrome', 'image', grey));
  if (grey || coloured) claim('monochrome', said('colourful', 'image', !grey));
  claim('blur', said('blurry', 'image', blur !== undefined));
  claim('blur', said('sharp', 'image', blur === undefined));
  return claims;
}
