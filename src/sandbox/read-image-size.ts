export interface ImageHeader {
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

const PNG_MAGIC = '\x89PNG\r\n\x1a\n';
/** JPEG markers that begin a frame, and so hold its size: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
const isFrameMarker = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * Reads an image's type and size in pixels from its header, as the platforms tell them of an upload. Nothing is decoded.
 *
 * @returns null for what is no PNG, JPEG, GIF or WebP
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (text: string, at = 0) => data.toString('latin1', at, at + text.length) === text;
  if (begins(PNG_MAGIC) && data.length >= 24) {
    return { contentType: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  if (begins('GIF8') && data.length >= 10) {
    return { contentType: 'image/gif', width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
  }
  if (begins('RIFF') && begins('WEBP', 8) && data.length >= 30) return readWebp(data, begins);
  if (begins('\xff\xd8\xff')) return readJpeg(data);
  return null;
}

/** The three forms of WebP (RFC 9649, sections 2.5 to 2.7). */
function readWebp(data: Buffer, begins: (text: string, at: number) => boolean): ImageHeader | null {
  const contentType = 'image/webp';
  if (begins('VP8 ', 12)) {
    return { contentType, width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
  }
  if (begins('VP8L', 12)) {
    const bits = data.readUInt32LE(21);
    return { contentType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (begins('VP8X', 12)) {
    return { contentType, width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
  }
  return null;
}

function readJpeg(data: Buffer): ImageHeader | null {
  let at = 2;
  while (at + 9 < data.length) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1]!;
    if (marker === 0xff) {
      at++;
    } else if (isFrameMarker(marker)) {
      return {
        contentType: 'image/jpeg',
        height: data.readUInt16BE(at + 5),
        width: data.readUInt16BE(at + 7),
      };
    } else {
      at += 2 + data.readUInt16BE(at + 2);
    }
  }
  return null;
}
