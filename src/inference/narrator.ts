import { shortenDescription } from './cut-text.ts';
import type { DescribeRequest, Engine, EngineOutput, Style } from './engines/engine.ts';
import { decodeImage } from './image/decode-image.ts';
import type { DecodedImage, ImageSource } from './image/decoded-image.ts';
import { type LoadBytesOptions, loadImageBytes, nameOf } from './image/load-image.ts';

export interface DescribeBytesOptions extends DescribeRequest {
  /** Names the image in errors. */
  readonly name: string;
  /** Told when decoding is over and the engine's part begins. */
  readonly onDecoded?: () => void;
  readonly signal?: AbortSignal;
}

export interface NarrateOptions extends LoadBytesOptions, DescribeRequest {
  /** The most characters (UTF-16 code units) that the text may have; cut at a sentence's end. */
  readonly maxChars?: number;
}

/** How long each step took, in milliseconds. */
export interface Timings {
  /** Waiting for its turn and for the inference process, and the way there and back; absent without such a process. */
  readonly queue?: number;
  /** Reading or fetching the file. */
  readonly read: number;
  /** Making the engine ready: 0 where it was. */
  readonly load: number;
  readonly decode: number;
  /** The engine's own work. */
  readonly describe: number;
  readonly total: number;
}

/** A description with all that is known of how it came about, without the pixels. */
export interface Description extends EngineOutput {
  readonly style: Style;
  /** True where sentences were cut off to keep within `maxChars`. */
  readonly shortened: boolean;
  readonly engine: { readonly name: string; readonly model: string };
  readonly image: ImageSource;
  readonly timings: Timings;
}

export interface Narration extends Description {
  /** The pixels that the engine was given. */
  readonly decoded: DecodedImage;
}

/**
 * Describes one image: reads it, decodes it, and has the engine write about it.
 *
 * @param source a file's path, an http(s) URL, or `-` for standard input
 * @throws ImageError, ModelError; the signal's reason when aborted
 */
export async function narrate(engine: Engine, source: string, options: NarrateOptions): Promise<Narration> {
  const { maxChars } = options;
  const start = performance.now();
  const bytes = await loadImageBytes(source, options);
  const read = performance.now() - start;
  const narration = await describeBytes(engine, bytes, { ...options, name: nameOf(source) });
  const timings = { ...narration.timings, read, total: narration.timings.total + read };
  return { ...(maxChars === undefined ? narration : shortenDescription(narration, maxChars)), timings };
}

/**
 * Describes one image file that is in memory.
 *
 * @throws ImageError, ModelError; the signal's reason when aborted
 */
export async function describeBytes(
  engine: Engine,
  bytes: Uint8Array,
  { name, onDecoded, signal, ...request }: DescribeBytesOptions,
): Promise<Narration> {
  const start = performance.now();
  // Refused before a model is loaded for it.
  const decoded = await decodeImage(bytes, { name, signal });
  onDecoded?.();
  const afterDecode = performance.now();
  await engine.load(signal);
  const afterLoad = performance.now();
  const output = await engine.describe(decoded, request, signal);
  const end = performance.now();
  return {
    ...output,
    // In kilobytes (getrusage(2)); the largest since the process began.
    ...(engine.memoryNeed && {
      usage: { ...output.usage, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 },
    }),
    style: request.style,
    shortened: false,
    engine: { name: engine.name, model: engine.model },
    image: decoded.source,
    decoded,
    timings: {
      read: 0,
      decode: afterDecode - start,
      load: afterLoad - afterDecode,
      describe: end - afterLoad,
      total: end - start,
    },
  };
}
