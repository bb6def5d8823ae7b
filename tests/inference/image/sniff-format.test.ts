import { describe, expect, test } from 'vitest';
import type { ImageErrorCode } from '../../../src/inference/image/image-error.ts';
import { isDecided, SNIFF_BYTES, sniffFormat } from '../../../src/inference/image/sniff-format.ts';
import { expectImageError } from './expect-image-error.ts';
import { encode, FORMATS, isoMedia, quadrants } from './sample-images.ts';

const sniff = async (bytes: Uint8Array, name = 'photo.jpg') => sniffFormat(bytes, name);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('formats that are read', () => {
  test.each(FORMATS)('%s is told by its bytes, whatever its name', async format => {
    const bytes = await encode(quadrants(), format);
    expect(sniffFormat(bytes, 'page.html')).toBe(format);
    expect(sniffFormat(bytes.subarray(0, 64), 'page.html')).toBe(format);
  });

  test.each([isoMedia('avif'), isoMedia('avis', ['msf1', 'miaf']), isoMedia('mif1', ['miaf', 'avif'])])(
    'AVIF by its major or a compatible brand',
    bytes => {
      expect(sniffFormat(bytes, 'photo')).toBe('avif');
    },
  );
});

describe('formats that are refused', () => {
  const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  const prolog = '<?xml version="1.0"?>\n';
  test.each<[string, Uint8Array, ImageErrorCode, string]>([
    ['SVG', latin1(SVG), 'unsupported-format', 'SVG'],
    ['SVG after white space', latin1(`\n\t  ${SVG}`), 'unsupported-format', 'SVG'],
    ['SVG after a byte order mark', Buffer.from(`\ufeff${SVG}`), 'unsupported-format', 'SVG'],
    ['SVG in UTF-16', utf16(SVG), 'unsupported-format', 'SVG'],
    ['SVG after a prolog', latin1(`${prolog}${SVG}`), 'unsupported-format', 'SVG'],
    ['SVG after comments', latin1(`${prolog}<!-- a > b -->\n<!-- -->${SVG}`), 'unsupported-format', 'SVG'],
    ['SVG after 3 kB of comment', latin1(`<!--${'x'.repeat(3000)}-->${SVG}`), 'unsupported-format', 'SVG'],
    [
      'SVG with a document type',
      latin1(`${prolog}<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}`),
      'unsupported-format',
      'SVG',
    ],
    [
      'SVG with a prefix',
      latin1('<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>'),
      'unsupported-format',
      'SVG',
    ],
    ['HTML', latin1('<!DOCTYPE html><html><title>No</title>'), 'not-an-image', 'web page'],
    ['HTML with a byte order mark', Buffer.from('\ufeff<!doctype html>'), 'not-an-image', 'web page'],
    ['HTML after white space and a comment', latin1('\r\n <!-- hi --> <html>'), 'not-an-image', 'web page'],
    ['HTML without a document type', latin1('<body class="x">'), 'not-an-image', 'web page'],
    ['XHTML', latin1(`${prolog}<html xmlns="http://www.w3.org/1999/xhtml">`), 'not-an-image', 'web page'],
    ['XML', latin1(`${prolog}<Error><Code>AccessDenied</Code></Error>`), 'not-an-image', 'XML'],
    ['HEIC', isoMedia('heic', ['mif1', 'heic']), 'unsupported-format', 'HEIC'],
    ['HEIF', isoMedia('mif1', ['heix']), 'unsupported-format', 'HEIF'],
    ['TIFF, Intel', latin1('II*\0\x08\0\0\0'), 'unsupported-format', 'TIFF'],
    ['TIFF, Motorola', latin1('MM\0*\0\0\0\x08'), 'unsupported-format', 'TIFF'],
    ['BigTIFF', latin1('II+\0\x08\0\0\0'), 'unsupported-format', 'TIFF'],
    ['BMP', latin1('BM\x46\0\0\0\0\0\0\0\x36\0\0\0'), 'unsupported-format', 'BMP'],
    ['PDF', latin1('%PDF-1.7\n'), 'unsupported-format', 'PDF'],
    ['JPEG XL, bare', latin1('\xff\x0a\xfa\x1f'), 'unsupported-format', 'JPEG XL'],
    ['JPEG XL, boxed', latin1('\0\0\0\x0cJXL \r\n\x87\n'), 'unsupported-format', 'JPEG XL'],
    ['MP4', isoMedia('isom', ['iso2', 'mp41']), 'unsupported-format', 'video'],
    ['WebM', latin1('\x1a\x45\xdf\xa3\x01\0\0\0'), 'unsupported-format', 'video'],
    ['AVI', latin1('RIFF\x10\0\0\0AVI LIST'), 'unsupported-format', 'video'],
    ['text', latin1('BMW makes cars.'), 'not-an-image', 'text'],
    ['JSON', latin1('{"error":"not found"}'), 'not-an-image', 'text'],
    ['zero bytes', new Uint8Array(), 'empty', 'empty'],
    ['a sound', latin1('RIFF\x24\0\0\0WAVEfmt '), 'not-an-image', 'not an image'],
    ['a zip archive', latin1('PK\x03\x04\x14\0'), 'not-an-image', 'not an image'],
    ['one byte of a JPEG', latin1('\xff'), 'not-an-image', 'text'],
    ['only zeros', new Uint8Array(64), 'not-an-image', 'not an image'],
  ])('%s', async (_, bytes, code, word) => {
    await expectImageError(sniff(bytes), code, 'photo.jpg', word);
  });

  test('the name in the sentence cannot rewrite a terminal or a chat line', async () => {
    const name = `a\u001b[31m\u202egpj.exe\n${'x'.repeat(500)}.jpg`;
    const { message } = await expectImageError(
      sniff(latin1('hello'), name),
      'not-an-image',
      'a?[31m?gpj.exe?',
    );
    expect(message.length).toBeLessThan(200);
  });
});

test('hostile markup takes no time', () => {
  const start = performance.now();
  for (const piece of ['<!--', ' \n', '<?', '<!doctype svg [', '<?>', '<!-->']) {
    expect(() => sniffFormat(latin1(piece.repeat(SNIFF_BYTES)), 'x')).toThrow();
  }
  expect(performance.now() - start).toBeLessThan(500);
});

test('an accepted format is decided at once, a refusal only when enough has arrived', () => {
  expect(isDecided(latin1('\xff\xd8\xff'))).toBe(true);
  expect(isDecided(latin1('\xff\xd8'))).toBe(false);
  expect(isDecided(latin1('x'.repeat(SNIFF_BYTES - 1)))).toBe(false);
  expect(isDecided(latin1('x'.repeat(SNIFF_BYTES)))).toBe(true);
});
