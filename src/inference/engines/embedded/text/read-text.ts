import { Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { Box } from '../../engine.ts';
import type { RgbPicture } from '../views.ts';
import { decodeCtc, type Reading } from './decode-ctc.ts';
import { findTextBoxes, type TextBox } from './find-text-boxes.ts';
import { fitToInk } from './fit-to-ink.ts';
import { inReadingOrder } from './reading-order.ts';
import { LINE_HEIGHT, straightenLine } from './straighten-line.ts';
import { openTextModels, type TextModels } from './text-models.ts';
import { boundsOf } from './tilted-box.ts';

/** One stretch of writing, most often a line. */
export interface TextLine extends Reading {
  readonly box: Box;
}

/** The writing in a picture. */
export interface PictureText {
  /** In reading order; none where nothing was legible. */
  readonly lines: readonly TextLine[];
  /** Share of the picture that the lines take, 0 to 1. */
  readonly share: number;
  /** False where there was more than was read. */
  readonly complete: boolean;
}

interface ReadTextOptions {
  /** Reading stops once so many characters were read: no description quotes a page. */
  readonly maxChars?: number;
  readonly signal?: AbortSignal;
}

export interface TextReader {
  /**
   * Reads the writing in a picture. Blocks the thread it is called on while a network runs, longest 0.2 seconds at a
   * time.
   *
   * @throws the signal's reason when aborted
   */
  read(picture: RgbPicture, options?: ReadTextOptions): Promise<PictureText>;
  close(): Promise<void>;
}

/** Longest side, in pixels, of the first look, which only asks whether there is any writing. */
const GLANCE_SIDE = 512;
/** Longest side of the look that finds each line. */
const CLOSE_SIDE = 1024;
/** The networks halve their input five times. */
const STRIDE = 32;
/** More lines than this are not read, however short they are: a line takes 10 to 100 milliseconds. */
const MOST_LINES = 40;
const MOST_CHARS = 600;
/** A line read with less confidence than this is as likely to be none: see docs/describe.md. */
const LEAST_CONFIDENCE = 0.6;
/** Findings of the first look that are read to tell writing from what resembles it. */
const TRIED = 3;
/** Where more of the neighbouring pixels than this are alike, the picture was drawn by a computer. */
const FLAT_SHARE = 0.6;
/** Means and deviations of ImageNet's colours, for the channels in the order blue, green, red, as PaddleOCR has it. */
const MEANS = [0.485, 0.456, 0.406];
const DEVIATIONS = [0.229, 0.224, 0.225];

/** Makes the reader of printed English (and Chinese) ready. @throws ModelError */
export async function createTextReader({ threads }: { threads: number }): Promise<TextReader> {
  const models = await openTextModels(threads);
  return {
    async read(picture, { maxChars = MOST_CHARS, signal } = {}) {
      if (!(await mayHoldText(models, picture))) return { lines: [], share: 0, complete: true };
      signal?.throwIfAborted();
      const found = await findIn(models, picture, CLOSE_SIDE);
      const stretches = inReadingOrder(found.map(box => ({ box, bounds: boundsOf(box) })));
      const lines: TextLine[] = [];
      let chars = 0;
      let examined = 0;
      for (const { box } of stretches) {
        if (examined === MOST_LINES || chars >= maxChars) break;
        signal?.throwIfAborted();
        examined++;
        const reading = await readLine(models, picture, box);
        if (reading.confidence < LEAST_CONFIDENCE) continue;
        chars += reading.text.length;
        lines.push({ ...reading, box: toShares(box, picture) });
      }
      const share = lines.reduce((sum, { box }) => sum + box.width * box.height, 0);
      return { lines, share: Math.min(1, share), complete: examined === stretches.length };
    },
    async close() {
      await Promise.all([models.detector.release(), models.recogniser.release()]);
    },
  };
}

/**
 * Tells cheaply whether a close look is worth its time. A photograph is looked at small, where writing that is large
 * enough to matter still shows, and what is found is tried; a screenshot may hold nothing but small writing.
 */
async function mayHoldText(models: TextModels, picture: RgbPicture): Promise<boolean> {
  if (isFlat(picture)) return true;
  const glimpses = (await findIn(models, picture, GLANCE_SIDE))
    .sort((one, other) => other.width * other.height - one.width * one.height)
    .slice(0, TRIED);
  for (const box of glimpses) {
    if ((await readLine(models, picture, box)).confidence >= LEAST_CONFIDENCE) return true;
  }
  return false;
}

/** Whether most pixels have the colour of their left neighbour, as in screenshots and drawings. */
function isFlat({ pixels }: RgbPicture): boolean {
  let alike = 0;
  for (let at = 3; at < pixels.length; at += 3) {
    const change =
      Math.abs(pixels[at]! - pixels[at - 3]!) +
      Math.abs(pixels[at + 1]! - pixels[at - 2]!) +
      Math.abs(pixels[at + 2]! - pixels[at - 1]!);
    if (change <= 2) alike++;
  }
  return alike > (pixels.length / 3) * FLAT_SHARE;
}

/** Looks for writing with the picture scaled to `side`. @returns boxes in the picture's own pixels */
async function findIn({ detector }: TextModels, picture: RgbPicture, side: number): Promise<TextBox[]> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(STRIDE, Math.round((picture.width * scale) / STRIDE) * STRIDE);
  const height = Math.max(STRIDE, Math.round((picture.height * scale) / STRIDE) * STRIDE);
  const scaled = await sharp(picture.pixels, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
  })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  const input = new Tensor('float32', normalise(scaled), [1, 3, height, width]);
  const outputs = await detector.run({ [detector.inputNames[0]!]: input });
  const values = outputs[detector.outputNames[0]!]!.data as Float32Array;
  const [scaleX, scaleY] = [picture.width / width, picture.height / height];
  return findTextBoxes({ values, width, height }).map(box => ({
    ...box,
    centreX: (box.centreX + 0.5) * scaleX,
    centreY: (box.centreY + 0.5) * scaleY,
    // The two scales differ by rounding alone: a tilted box stays a rectangle.
    width: box.width * scaleX,
    height: box.height * scaleY,
  }));
}

function normalise(rgb: Uint8Array): Float32Array {
  const plane = rgb.length / 3;
  const values = new Float32Array(rgb.length);
  for (let channel = 0; channel < 3; channel++) {
    const factor = 1 / (255 * DEVIATIONS[channel]!);
    const offset = MEANS[channel]! / DEVIATIONS[channel]!;
    for (let i = 0; i < plane; i++) values[channel * plane + i] = rgb[i * 3 + 2 - channel]! * factor - offset;
  }
  return values;
}

/** @returns a confidence of 0 where nothing was read */
async function readLine(
  { recogniser, characters }: TextModels,
  picture: RgbPicture,
  box: TextBox,
): Promise<Reading> {
  const { values, width } = straightenLine(picture, fitToInk(picture, box));
  const input = new Tensor('float32', values, [1, 3, LINE_HEIGHT, width]);
  const outputs = await recogniser.run({ [recogniser.inputNames[0]!]: input });
  const reading = decodeCtc(outputs[recogniser.outputNames[0]!]!.data as Float32Array, characters);
  const text = plainForms(reading.text);
  return text === '' ? { text, confidence: 0 } : { text, confidence: reading.confidence };
}

function toShares(box: TextBox, { width, height }: RgbPicture): Box {
  const bounds = boundsOf(box);
  const [left, right] = [Math.max(0, bounds.left / width), Math.min(1, bounds.right / width)];
  const [top, bottom] = [Math.max(0, bounds.top / height), Math.min(1, bounds.bottom / height)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Full-width punctuation beside Latin letters is the recogniser's Chinese half speaking. */
function plainForms(text: string): string {
  return (/\p{Script=Han}/u.test(text) ? text : text.normalize('NFKC')).trim();
}
