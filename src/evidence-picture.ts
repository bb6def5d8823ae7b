import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';
import type { Box, Evidence } from './inference/engines/engine.ts';
import type { Narration } from './inference/narrator.ts';

type Rgb = readonly [number, number, number];

/** Colours that people with any colour vision tell apart (Okabe and Ito 2008), for one box after the other. */
const BOX_COLOURS: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
];
const PAPER: Rgb = [255, 255, 255];
const INK: Rgb = [32, 32, 32];
const LINE = 3;
const ROW_HEIGHT = 26;
const MARGIN = 12;
const LEAST_WIDTH = 720;
const FONT_SIZE = 13;

/** A picture being drawn: 8-bit RGB. */
interface Canvas {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws what the words of a description rest on: the picture with a box around each thing and region that was
 * found, and below it a row for each adjective with its measure and, for colours, a swatch.
 *
 * @returns a PNG
 */
export async function drawEvidence({ decoded, things = [], evidence = [] }: Narration): Promise<Buffer> {
  const width = Math.max(LEAST_WIDTH, decoded.width);
  const rows = evidence.length;
  const canvas = createCanvas(width, decoded.height + MARGIN * 2 + rows * ROW_HEIGHT);
  const left = Math.floor((width - decoded.width) / 2);
  for (let y = 0; y < decoded.height; y++) {
    const from = y * decoded.width * 3;
    canvas.pixels.set(decoded.pixels.subarray(from, from + decoded.width * 3), (y * width + left) * 3);
  }
  const overlays: OverlayOptions[] = [];
  for (const [at, { label, confidence, box }] of things.entries()) {
    const colour = BOX_COLOURS[at % BOX_COLOURS.length]!;
    const frame = place(box, decoded, left);
    outline(canvas, frame, colour);
    const tag = await text(`${label} ${confidence.toFixed(2)}`, decoded.width - 8, colour);
    overlays.push({
      input: tag.data,
      left: Math.max(0, Math.min(frame.x + LINE, width - tag.info.width)),
      top: Math.max(0, Math.min(frame.y + LINE, decoded.height - tag.info.height)),
    });
  }
  for (const [at, record] of evidence.entries()) {
    const top = decoded.height + MARGIN + at * ROW_HEIGHT;
    if (record.colour)
      fill(canvas, { x: MARGIN, y: top + 3, width: 20, height: 20 }, parseHex(record.colour));
    const line = await text(sentenceFor(record), width - 3 * MARGIN - 20);
    overlays.push({ input: line.data, left: MARGIN * 2 + 20, top: top + 4 });
  }
  const { pixels, height } = canvas;
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite(overlays)
    .png()
    .toBuffer();
}

function sentenceFor({ word, noun, measure, value, strength }: Evidence): string {
  return `${word} ${noun}: ${measure}, ${value} (strength ${strength.toFixed(2)})`;
}

function createCanvas(width: number, height: number): Canvas {
  return { pixels: Buffer.alloc(width * height * 3, PAPER[0]), width, height };
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function place(box: Box, image: { width: number; height: number }, left: number): Frame {
  return {
    x: left + Math.round(box.x * image.width),
    y: Math.round(box.y * image.height),
    width: Math.max(LINE * 2, Math.round(box.width * image.width)),
    height: Math.max(LINE * 2, Math.round(box.height * image.height)),
  };
}

function outline(canvas: Canvas, { x, y, width, height }: Frame, colour: Rgb): void {
  fill(canvas, { x, y, width, height: LINE }, colour);
  fill(canvas, { x, y: y + height - LINE, width, height: LINE }, colour);
  fill(canvas, { x, y, width: LINE, height }, colour);
  fill(canvas, { x: x + width - LINE, y, width: LINE, height }, colour);
}

/** Fills a rectangle; what lies outside the canvas is left out. */
function fill(canvas: Canvas, { x, y, width, height }: Frame, colour: Rgb): void {
  for (let row = Math.max(0, y); row < Math.min(canvas.height, y + height); row++) {
    for (let column = Math.max(0, x); column < Math.min(canvas.width, x + width); column++) {
      canvas.pixels.set(colour, (row * canvas.width + column) * 3);
    }
  }
}

/**
 * A line of text as an image, cut to a width. The font comes with the project: a server has none.
 *
 * @param background the colour behind it; none where absent
 */
async function text(line: string, maxWidth: number, background?: Rgb) {
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const ink = `<span foreground="${toHex(INK)}">${escaped}</span>`;
  const written = await sharp({
    text: {
      text: ink,
      font: `DejaVu Sans ${FONT_SIZE}px`,
      fontfile: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
      rgba: true,
      wrap: 'none',
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  const cut = Math.min(maxWidth, written.info.width);
  const image = sharp(written.data).extract({ left: 0, top: 0, width: cut, height: written.info.height });
  if (!background) return await image.png().toBuffer({ resolveWithObject: true });
  const [r, g, b] = background;
  return await image
    .extend({ top: 2, bottom: 2, left: 4, right: 4, background: { r, g, b, alpha: 1 } })
    .flatten({ background: { r, g, b } })
    .png()
    .toBuffer({ resolveWithObject: true });
}

function parseHex(hex: string): Rgb {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

function toHex(colour: Rgb): string {
  return `#${colour.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}
