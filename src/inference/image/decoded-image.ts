/** The formats that are read, as named in results. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** A still picture, upright, in plain memory: what every engine gets. */
export interface DecodedImage {
  /** 8-bit sRGB, three channels, row by row: `width * height * 3` bytes. Transparent parts lie on white. */
  readonly pixels: Uint8Array;
  /** Size of `pixels`, after EXIF orientation and after scaling down to the longest side asked for. */
  readonly width: number;
  readonly height: number;
  readonly source: ImageSource;
}

/** What is known of the file that the pixels came from. */
export interface ImageSource {
  readonly format: ImageFormat;
  /** Upright size in pixels, before any scaling. */
  readonly width: number;
  readonly height: number;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** SHA-256 of the file's bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  /** True where the file holds several frames; only the first is read. */
  readonly animated: boolean;
  /** True where some pixels were transparent or translucent. */
  readonly transparent: boolean;
}
