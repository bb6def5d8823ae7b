import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { RgbPicture } from '../src/inference/engines/embedded/views.ts';

export const FONTS = ['DejaVu Sans', 'DejaVu Serif', 'DejaVu Sans Mono'] as const;
export type Font = (typeof FONTS)[number];

export interface RenderedText {
  readonly lines: readonly string[];
  readonly font: Font;
  /** In pixels. */
  readonly size: number;
  readonly ink: string;
  /** A colour that fills the rest, or a picture that the text is laid on. */
  readonly ground: string | RgbPicture;
  /** Where the text's upper left corner lies on a picture, in pixels. */
  readonly at?: { readonly left: number; readonly top: number };
  /** Clockwise, in degrees. */
  readonly turned?: number;
}

const fonts = path.dirname(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')));
const MARGIN = 24;

/** Draws lines of text with Pango, in a font that npm brought, so that it looks the same everywhere. */
export async function renderText(text: RenderedText): Promise<RgbPicture> {
  const { ground, at = { left: MARGIN, top: MARGIN }, turned = 0 } = text;
  const words = await renderInk(text);
  const turnedWords = await sharp(words)
    .rotate(turned, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = turnedWords.info;
  const base =
    typeof ground === 'string'
      ? sharp({
          create: { width: width + 2 * MARGIN, height: height + 2 * MARGIN, channels: 3, background: ground },
        })
      : sharp(ground.pixels, { raw: { width: ground.width, height: ground.height, channels: 3 } });
  const { data, info } = await base
    .composite([{ input: turnedWords.data, ...at }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

async function renderInk({ lines, font, size, ink }: RenderedText): Promise<Buffer> {
  const escaped = lines.join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return await sharp({
    text: {
      text: `<span foreground="${ink}">${escaped}</span>`,
      font: `${font} ${size}px`,
      fontfile: path.join(fonts, `${font.replaceAll(' ', '')}.ttf`),
      rgba: true,
      dpi: 72,
    },
  })
    .png()
    .toBuffer();
}

/** Edits that turn one text into another (Levenshtein 1966), over the length of the reference. */
export function characterErrorRate(reference: string, hypothesis: string): number {
  let row = Array.from({ length: hypothesis.length + 1 }, (_, at) => at);
  for (let i = 1; i <= reference.length; i++) {
    const next = [i];
    for (let j = 1; j <= hypothesis.length; j++) {
      const change = reference[i - 1] === hypothesis[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change);
    }
    row = next;
  }
  return row[hypothesis.length]! / reference.length;
}
