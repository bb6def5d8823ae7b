import type { DecodedImage } from '../image/decoded-image.ts';
import type { Scene } from '../scene/measure-scene.ts';

/** How a description is written: `alt` is one plain sentence for a screen reader. */
export const STYLES = ['vivid', 'brief', 'alt'] as const;
export type Style = (typeof STYLES)[number];

export interface DescribeRequest {
  readonly style: Style;
  /** The most tokens that a language model may write; an engine that writes none ignores it. */
  readonly maxTokens?: number;
  /** Told the whole text so far, each time that it grew; an engine that writes all at once does not call it. */
  readonly onText?: (textSoFar: string) => void;
}

/** A rectangle in the upright source picture, as shares (0 to 1) of its width and height. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Why one adjective was written: what was measured, where, and how strongly it speaks for the word. */
export interface Evidence {
  /** The adjective as it stands in the text. */
  readonly word: string;
  /** Offsets in UTF-16 code units: `text.slice(start, end) === word`. */
  readonly start: number;
  readonly end: number;
  /** The noun that it describes, as it stands in the text. */
  readonly noun: string;
  /** What was measured: `colour`, `lightness`, `chroma`, `size`, `position`, … */
  readonly measure: string;
  /** The measured value in words and numbers, with its unit. */
  readonly value: string;
  /** 0 (barely) to 1 (beyond doubt). */
  readonly strength: number;
  /** Where it was measured; absent for the whole picture. */
  readonly box?: Box;
  /** The measured colour as `#rrggbb`, where the word names one. */
  readonly colour?: string;
}

/** A thing that was found in the picture. */
export interface FoundThing {
  readonly label: string;
  /** 0 to 1, as the detector or the region measure gives it. */
  readonly confidence: number;
  readonly box: Box;
  readonly source: 'detector' | 'region';
}

export interface EngineOutput {
  /** The description. Whole sentences, one paragraph. */
  readonly text: string;
  /** One record for each adjective of `text`, in order; absent where the engine cannot tell. */
  readonly evidence?: readonly Evidence[];
  readonly things?: readonly FoundThing[];
  /** What was measured of the picture; absent where the engine measures nothing. */
  readonly scene?: Scene;
  /** Stretches of the text that quote writing in the picture: their words are not the engine's own. */
  readonly quotes?: readonly Quote[];
  /** The version of the prompt that a language model was given. */
  readonly promptVersion?: string;
  readonly usage?: Usage;
}

/** Offsets in UTF-16 code units; the quotation marks lie outside. */
export interface Quote {
  readonly start: number;
  readonly end: number;
}

/** What a description took, as far as the engine knows; what is not known is absent, never 0. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly tokensPerSecond?: number;
  /** In US dollars, as the endpoint billed it. */
  readonly costUsd?: number;
  /** The largest resident memory of the process that ran the model, in bytes. */
  readonly peakMemoryBytes?: number;
}

/** What a model takes to be loaded and run once, as estimated from its files. */
export interface MemoryNeed {
  readonly bytes: number;
  /** Whose memory: the system's, or the graphics card's. */
  readonly device: 'cpu' | 'cuda';
}

/**
 * Turns pixels into words. One model in memory an engine; `describe` is called one at a time, but where an endpoint is
 * asked (openai, anthropic) several times at once.
 */
export interface Engine {
  readonly name: string;
  /** The model's name and revision, as results state it. */
  readonly model: string;
  /** The version of the prompt that a language model is given: with another, kept results do not count. */
  readonly promptVersion?: string;
  /** True where a language model writes: `guardEngine` then checks that the image reaches it. */
  readonly isLanguageModel?: boolean;
  /** Asked before `load`; absent where the model is not in this process's memory. @throws ModelError */
  memoryNeed?(): Promise<MemoryNeed>;
  /** Makes the model ready. Calling it again does nothing. @throws ModelError */
  load(signal?: AbortSignal): Promise<void>;
  /** @throws ModelError; the signal's reason when aborted */
  describe(image: DecodedImage, request: DescribeRequest, signal?: AbortSignal): Promise<EngineOutput>;
  close(): Promise<void>;
}
