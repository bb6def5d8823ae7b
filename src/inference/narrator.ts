import { cutAtSentenceEnd } from './cut-text.ts';
import type { Engine, EngineOutput, Style } from './engines/engine.ts';
import { decodeImage } from './image/decode-image.ts';
import type { DecodedImage, ImageSource } from './image/decoded-image.ts';
import { type LoadBytesOptions, loadImageBytes, nameOf } from './image/load-image.ts';

export interface NarrateOptions extends LoadBytesOptions {
  readonly style: Style;
  /** The most characters (UTF-16 code units) that the text may have; cut at a sentence's end. */
  readonly maxChars?: number;
}

/** How long each step took, in milliseconds. */
export interface Timings {
  /** Reading or fetching the file. */
  readonly read: number;
  /** Making the engine ready: 0 where it was. */
  readonly load: number;
  readonly decode: number;
  /** The engine's own work. */
  readonly describe: number;
  readonly total: number;
}

export interface Narration extends EngineOutput {
  readonly style: Style;
  /** True where sentences were cut off to keep within `maxChars`. */
  readonly shortened: boolean;
  readonly engine: { readonly name: string; readonly model: string };
  readonly image: ImageSource;
  /** The pixels that the engine was given. */
  readonly decoded: DecodedImage;
  readonly timings: Timings;
}

/**
 * Describes one image: reads it, decodes it, and has the engine write about it.
 *
 * @param source a file's path, an http(s) URL, or `-` for standard input
 * @throws ImageError, ModelError; the signal's reason when aborted
 */
export async function narrate(engine: Engine, source: string, options: NarrateOptions): Promise<Narration> {
  const { style, maxChars, signal } = options;
  const start = performance.now();
  const bytes = await loadImageBytes(source, options);
  const afterRead = performance.now();
  // Refused before a model is loaded for it.
  const decoded = await decodeImage(bytes, { name: nameOf(source), signal });
  const afterDecode = performance.now();
  await engine.load(signal);
  const afterLoad = performance.now();
  const output = await engine.describe(decoded, { style }, signal);
  const end = performance.now();
  const text = maxChars === undefined ? output.text : cutAtSentenceEnd(output.text, maxChars);
  return {
    ...output,
    text,
    evidence: output.evidence?.filter(({ end: until }) => until <= text.length),
    // A quotation that was cut is one still.
    quotes: output.quotes
      ?.filter(({ start: from }) => from < text.length)
      .map(({ start: from, end: until }) => ({ start: from, end: Math.min(until, text.length) })),
    style,
    shortened: text !== output.text,
    engine: { name: engine.name, model: engine.model },
    image: decoded.source,
    decoded,
    timings: {
      read: afterRead - start,
      decode: afterDecode - afterRead,
      load: afterLoad - afterDecode,
      describe: end - afterLoad,
      total: end - start,
    },
  };
}
