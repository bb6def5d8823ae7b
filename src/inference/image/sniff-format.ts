import type { ImageFormat } from './decoded-image.ts';
import { ImageError, type ImageErrorCode, shownName } from './image-error.ts';

/** How many leading bytes decide the format. Markup may begin with a long comment; the rest needs 64 bytes. */
export const SNIFF_BYTES = 4096;

/** What is recognised in order to be refused with a sentence of its own. */
type RefusedFormat =
  | 'svg'
  | 'html'
  | 'xml'
  | 'heic'
  | 'tiff'
  | 'bmp'
  | 'pdf'
  | 'jpeg-xl'
  | 'video'
  | 'text'
  | 'empty'
  | 'unknown';

/** The code and the end of the sentence that begins with the input's name. */
const REFUSALS: Record<RefusedFormat, readonly [ImageErrorCode, string]> = {
  svg: [
    'unsupported-format',
    'is an SVG drawing, which is not read because it can run code: export it as PNG or JPEG.',
  ],
  html: [
    'not-an-image',
    'is a web page, not an image: give the address of the image itself, or save the image and give the file.',
  ],
  xml: ['not-an-image', 'is an XML document, not an image: give a JPEG, PNG, WebP, GIF or AVIF image.'],
  heic: [
    'unsupported-format',
    'is a HEIC or HEIF photo, which is not read: export it as JPEG (on an iPhone, choose "Most Compatible" under Settings, Camera, Formats).',
  ],
  tiff: [
    'unsupported-format',
    'is a TIFF image (or a camera’s raw file), which is not read: export it as PNG or JPEG.',
  ],
  bmp: ['unsupported-format', 'is a BMP image, which is not read: save it as PNG.'],
  pdf: ['unsupported-format', 'is a PDF document, which is not read: export the page as PNG or JPEG.'],
  'jpeg-xl': ['unsupported-format', 'is a JPEG XL image, which is not read: export it as JPEG, PNG or AVIF.'],
  video: ['unsupported-format', 'is a video, which is not read: give a still frame of it as PNG or JPEG.'],
  text: ['not-an-image', 'is text, not an image: give a JPEG, PNG, WebP, GIF or AVIF image.'],
  empty: ['empty', 'is empty (0 bytes): save or send the image again.'],
  unknown: ['not-an-image', 'is not an image that can be read: give a JPEG, PNG, WebP, GIF or AVIF image.'],
};

/** Leading bytes as Latin-1 text at an offset. The first match wins. Source: each format's specification. */
const SIGNATURES: readonly (readonly [offset: number, magic: string, format: ImageFormat | RefusedFormat])[] =
  [
    [0, '\xff\xd8\xff', 'jpeg'],
    [0, '\x89PNG\r\n\x1a\n', 'png'],
    [0, 'GIF87a', 'gif'],
    [0, 'GIF89a', 'gif'],
    [0, 'II*\0', 'tiff'],
    [0, 'MM\0*', 'tiff'],
    [0, 'II+\0', 'tiff'],
    [0, 'MM\0+', 'tiff'],
    [0, '%PDF-', 'pdf'],
    [0, '\xff\x0a', 'jpeg-xl'],
    [0, '\0\0\0\x0cJXL \r\n\x87\n', 'jpeg-xl'],
    [0, '\x1a\x45\xdf\xa3', 'video'], // Matroska, WebM
    [0, '\0\0\x01\xba', 'video'], // MPEG program stream
    [4, 'moov', 'video'], // QuickTime without a file type box
    [8, 'AVI ', 'video'],
  ];

/** Brands of ISO 23008-12 (HEIF) files whose pictures are not AV1. */
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);

/**
 * Tells a file's format by its leading bytes alone; names and content types are never asked.
 *
 * @param bytes the file or at least its first `SNIFF_BYTES` bytes; with fewer, an answer other than an
 *   `ImageFormat` may change as more arrive
 * @param name names the input in the error
 * @returns one of the formats that are read
 * @throws ImageError `unsupported-format`, `not-an-image` or `empty`
 */
export function sniffFormat(bytes: Uint8Array, name: string): ImageFormat {
  const format = recognise(bytes.subarray(0, SNIFF_BYTES));
  if (isRead(format)) return format;
  const [code, sentenceEnd] = REFUSALS[format];
  throw new ImageError(code, `${shownName(name)} ${sentenceEnd}`);
}

/** Whether an answer of `sniffFormat` on these first bytes could no longer change into an accepted format. */
export function isDecided(head: Uint8Array): boolean {
  return head.length >= SNIFF_BYTES || isRead(recognise(head));
}

function isRead(format: ImageFormat | RefusedFormat): format is ImageFormat {
  return !(format in REFUSALS);
}

function recognise(head: Uint8Array): ImageFormat | RefusedFormat {
  if (head.length === 0) return 'empty';
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  const signature = SIGNATURES.find(([offset, magic]) => text.startsWith(magic, offset));
  if (signature) return signature[2];
  if (text.startsWith('ftyp', 4)) return recogniseIsoMedia(head, text);
  // A bare "BM" also begins English words; a bitmap's reserved bytes are zero.
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return 'bmp';
  return recogniseText(head);
}

/** ISO 14496-12, section 4.3: a file type box lists the major brand, a version and the compatible brands. */
function recogniseIsoMedia(head: Uint8Array, text: string): ImageFormat | RefusedFormat {
  const boxLength = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const brands = [text.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxLength, text.length); at += 4) brands.push(text.slice(at, at + 4));
  if (brands.includes('avif') || brands.includes('avis')) return 'avif';
  return brands.some(brand => HEIF_BRANDS.has(brand)) ? 'heic' : 'video';
}

function recogniseText(head: Uint8Array): RefusedFormat {
  const text = decodeText(head);
  if (text === null) return 'unknown';
  // White space, an XML prolog and comments may stand before the document type and the root element.
  const root = text.replace(/^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?(?:-->|$))+/, '');
  if (/^<(?:!doctype\s+|[\w-]+:)?svg[\s>/]/i.test(root)) return 'svg';
  if (
    /^(?:<!doctype\s+html|<(?:html|head|body|title|meta|script|style|div|p|a|h1|iframe)[\s>/])/i.test(root)
  ) {
    return 'html';
  }
  return /^\s*<[?!]?[a-z]/i.test(text) ? 'xml' : 'text';
}

/** The bytes as text, or null where they are not text. */
function decodeText(head: Uint8Array): string | null {
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  // Not fatal: text in an older encoding is text all the same. What text never holds is control characters.
  const text = new TextDecoder(encoding).decode(head);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
}
