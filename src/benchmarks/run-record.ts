import { z } from 'zod';

/**
 * A run on disk: a folder named by its id with `run.json` (this), a `predictions/<slug>.jsonl` for each contender (one
 * `StoredPrediction` a line, appended as they come) and, once measured, `scores.json` (`RunScores`).
 */
export const runRecord = z.object({
  schema: z.literal(1),
  id: z.string(),
  /** A run is `finished` when every contender has answered, or failed on, every image. */
  state: z.enum(['running', 'finished']),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  /** The project's commit, null outside a checkout; `isDirty` where files differed from it. */
  commit: z.string().nullable(),
  isDirty: z.boolean(),
  version: z.string(),
  dataset: z.object({
    name: z.string(),
    /** How it was named on the command line, to open it again. */
    spec: z.string(),
    split: z.string(),
    task: z.enum(['caption', 'audio-description']),
    hash: z.string(),
    /** Items of the split, and those of this run. */
    count: z.number(),
    sampled: z.number(),
    /** Which items were drawn where `sampled` is below `count`. */
    seed: z.number(),
    remarks: z.array(z.string()),
    /** The folder of its images, as it was named on the command line; absent where none was. */
    images: z.string().optional(),
  }),
  /** The same for all contenders. */
  request: z.object({
    style: z.string(),
    promptVersion: z.string(),
    maxTokens: z.number().nullable(),
    /** What the rewriters were given, and the SHA-256 of it; absent where there are none. */
    captions: z.object({ file: z.string(), hash: z.string() }).optional(),
    /** How many items a contender was asked for at once, as far as it allows: 1 where absent. */
    atOnce: z.number().optional(),
  }),
  contenders: z.array(
    z.object({
      name: z.string(),
      /** How it was named on the command line, without secrets. */
      spec: z.string(),
      slug: z.string(),
      kind: z.enum(['engine', 'rewriter', 'recorded']),
      /** Null before it was first loaded. */
      identity: z
        .object({
          engine: z.string(),
          model: z.string(),
          revision: z.string().nullable(),
          promptVersion: z.string().nullable(),
          maxTokens: z.number().nullable(),
          parametersB: z.number().nullable(),
          remarks: z.array(z.string()),
        })
        .nullable(),
      /** Milliseconds from nothing to ready, of each time that it was loaded. */
      loadsMs: z.array(z.number()),
      /** In US dollars a million tokens, where they were given. */
      prices: z.object({ input: z.number(), output: z.number() }).optional(),
      /** Images in a time, model loaded and warm, by how many were asked for at once; absent where it was not measured. */
      throughput: z
        .array(
          z.object({
            concurrency: z.int().positive(),
            images: z.int().nonnegative(),
            ms: z.number().positive(),
          }),
        )
        .optional(),
      /** The most that the graphics card held for it, in bytes; null where it used none, absent where nobody looked. */
      peakGpuMemoryBytes: z.number().nullable().optional(),
      /** Milliseconds from the start of a process to the end of its first description; absent where it was not measured. */
      coldStartMs: z.number().optional(),
    }),
  ),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
    gpu: z.string().nullable(),
    platform: z.string(),
  }),
  /** Of what writes and measures: node, onnxruntime, transformers, tagger, … */
  versions: z.record(z.string(), z.string()),
});
export type RunRecord = z.output<typeof runRecord>;

/** One line of a contender's predictions. Exactly one of `text` and `error` is there. */
export const storedPrediction = z.object({
  id: z.string(),
  text: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  describeMs: z.number().nullable(),
  firstTextMs: z.number().nullable(),
  usage: z
    .object({
      inputTokens: z.number().optional(),
      outputTokens: z.number().optional(),
      tokensPerSecond: z.number().optional(),
      costUsd: z.number().optional(),
      peakMemoryBytes: z.number().optional(),
    })
    .nullable(),
  grounding: z
    .object({
      supported: z.number(),
      contradicted: z.number(),
      uncheckable: z.number(),
      supportedPer100Words: z.number().nullable(),
    })
    .nullable(),
  quotes: z.array(z.object({ start: z.number(), end: z.number() })).nullable(),
  /** When it was made, in milliseconds since the epoch. */
  at: z.number(),
});
export type StoredPrediction = z.output<typeof storedPrediction>;
