import { z } from 'zod';

const interval = z.object({ low: z.number(), high: z.number() });

/** What is measured. `better` says which way is an improvement; `neither` where more is not better in itself. */
export const measure = z.object({
  /** `bleu4`, `cider`, `supportedPer100Words`, `describeMsP50`, …: what drafts refer to. */
  key: z.string(),
  /** As tables head it: "BLEU-4". */
  label: z.string(),
  /** `''`, `ms`, `per 100 words`, `%`, `bytes`, `US$`. */
  unit: z.string(),
  better: z.enum(['higher', 'lower', 'neither']),
  family: z.enum(['adjectives', 'captions', 'audio-description', 'efficiency']),
});
export type Measure = z.output<typeof measure>;

const measureResult = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('computed'),
    score: z.number(),
    /** Bootstrap interval at 95 %; null where there is none to be had (a single value, fewer than two images). */
    interval: interval.nullable(),
    /** Items that it was computed on. */
    count: z.number(),
    note: z.string().nullable(),
  }),
  z.object({ status: z.literal('not computed'), /** A sentence. */ reason: z.string() }),
]);
export type MeasureResult = z.output<typeof measureResult>;

const comparison = z.object({
  measure: z.string(),
  /** Contenders by name. The difference is b minus a on the images that both answered. */
  a: z.string(),
  b: z.string(),
  difference: z.number(),
  interval,
  /** Two-sided, of a paired test; adjusted for the number of comparisons of the run in `adjustedP` (Holm 1979). */
  p: z.number(),
  adjustedP: z.number(),
  count: z.number(),
  verdict: z.enum(['a-better', 'b-better', 'no-difference-shown']),
});
export type PairedComparison = z.output<typeof comparison>;

/** `scores.json` of a run. */
export const runScores = z.object({
  schema: z.literal(1),
  runId: z.string(),
  computedAt: z.number(),
  resamples: z.number(),
  /** Tosses of each paired test: more than resamples where many comparisons make the adjusted p coarse. */
  permutations: z.number().optional(),
  seed: z.number(),
  measures: z.array(measure),
  contenders: z.array(
    z.object({
      name: z.string(),
      /** Items answered, and those on which it failed or which it has no text for. */
      answered: z.number(),
      failed: z.number(),
      /** By the measure's key. */
      results: z.record(z.string(), measureResult),
      /** The same by group of the data set (NoCaps' domains); empty where there are no groups. */
      groups: z.record(z.string(), z.record(z.string(), measureResult)),
    }),
  ),
  comparisons: z.array(comparison),
  /** The targets of the project, by contender. */
  targets: z.array(
    z.object({
      contender: z.string(),
      target: z.string(),
      outcome: z.enum(['met', 'not met', 'not measured']),
      detail: z.string(),
    }),
  ),
  /** Sentences on who is better, each from a paired test on a headline measure. The only comparative claims that may be published. */
  claims: z.array(z.object({ text: z.string(), measure: z.string(), a: z.string(), b: z.string() })),
});
export type RunScores = z.output<typeof runScores>;
