import type { Usage } from '../inference/engines/engine.ts';
import type { BenchmarkItem } from './dataset.ts';

/** What is set side by side in a run: an engine, a model that rewrites captions, or predictions that were recorded before. */
export interface Contender {
  /** Unique in a run, as tables show it: `embedded`, `vlm:HuggingFaceTB/SmolVLM-256M-Instruct`. */
  readonly name: string;
  readonly kind: 'engine' | 'rewriter' | 'recorded';
  /** What results state of it; known after `prepare`. */
  identity(): ContenderIdentity;
  /** Loads the model, so that no image's time holds it. @returns milliseconds that it took; null where there is nothing to load */
  prepare(signal: AbortSignal): Promise<number | null>;
  /**
   * One text for one item.
   *
   * @throws NarratorError where this item has no answer: the run notes it and goes on
   */
  predict(item: BenchmarkItem, signal: AbortSignal): Promise<Predicted>;
  /** How many items may be asked for at once. */
  readonly concurrency: number;
  /** For measuring what a machine makes of it; null where nothing is run here, nor asked for. */
  readonly trials: ContenderTrials | null;
  close(): Promise<void>;
}

interface ContenderTrials {
  /** One text, which is neither kept nor checked. */
  ask(item: BenchmarkItem, signal: AbortSignal): Promise<void>;
  /**
   * Ends the process of the model and starts another.
   *
   * @returns milliseconds from its start to the end of its first description
   */
  readonly coldStart: ((item: BenchmarkItem, signal: AbortSignal) => Promise<number>) | null;
  /** Whether each text costs money. */
  readonly isPaid: boolean;
}

export interface ContenderIdentity {
  readonly engine: string;
  readonly model: string;
  /** The model's revision, a file's hash, or null where nobody knows. */
  readonly revision: string | null;
  /** Null where no prompt was given (or none is known). */
  readonly promptVersion: string | null;
  readonly maxTokens: number | null;
  /** Parameters of the model in billions, where known: for ranks among models of a size. */
  readonly parametersB: number | null;
  /** What a reader has to know: "predictions recorded by others, not run here". Whole sentences. */
  readonly remarks: readonly string[];
}

export interface Predicted {
  readonly text: string;
  /** Of the description alone, without reading the file; null where it was not measured here. */
  readonly describeMs: number | null;
  /** From the request to the first words; null where nothing is streamed. */
  readonly firstTextMs: number | null;
  /** What it took, as far as is known. */
  readonly usage: Usage | null;
  /** How far the picture bears the text out; null where there is no picture. */
  readonly grounding: GroundedCounts | null;
  /** Where the text quotes writing in the picture: those words are in no figure of adjectives. */
  readonly quotes: readonly { readonly start: number; readonly end: number }[] | null;
}

/** Adjectives by verdict (docs/grounding.md). */
export interface GroundedCounts {
  readonly supported: number;
  readonly contradicted: number;
  readonly uncheckable: number;
  /** Different supported adjectives for each 100 words; null without words. */
  readonly supportedPer100Words: number | null;
}
