import { z } from 'zod';
import type { DescriptionReport } from '../description-report.ts';
import { STYLES } from '../inference/engines/engine.ts';
import { GOAL_STATES } from '../reach/report-goals.ts';

const HOUR_MS = 3_600_000;
/** The longest span that is given out at once, and the most samples. */
const MAX_SPAN_MS = 400 * 24 * HOUR_MS;
const MAX_SAMPLES = 1000;

const style = z
  .enum(STYLES)
  .default('brief')
  .describe('How it is written; alt is one sentence for screen readers');
const engine = z
  .string()
  .min(1)
  .max(40)
  .optional()
  .describe('The name of a configured engine; the first unless told');

/** Beside the bytes of an image, in the query. */
export const describeQuery = z.object({ style, engine });

/** In place of bytes: where the image is. */
export const describeBody = z.strictObject({
  url: z.string().min(1).max(4000).describe('An http or https address that is open to all'),
  style,
  engine,
});

const day = z.iso.datetime({ offset: true }).or(z.iso.date());
const name = z.string().min(1).max(200);
const key = {
  source: name.describe('huggingface, github, x or reddit'),
  subject: name.describe('What was measured: a repository, a post'),
  metric: name.describe('What of it: stars, likes, downloads'),
};

export const reachQuery = z
  .object({
    ...key,
    from: day.describe('From then on; 30 days before the end unless told').optional(),
    until: day.describe('Before then; now unless told').optional(),
    every: z.enum(['slot', 'day']).default('day').describe('Every sample, or the last of each day (UTC)'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_SAMPLES)
      .default(MAX_SAMPLES)
      .describe('The newest so many'),
  })
  .transform(({ from, until, ...rest }) => {
    const end = until === undefined ? Date.now() : Date.parse(until);
    return { ...rest, until: end, from: from === undefined ? end - 30 * 24 * HOUR_MS : Date.parse(from) };
  })
  .refine(({ from, until }) => from < until && until - from <= MAX_SPAN_MS, {
    path: ['from'],
    message: 'should be before until, by 400 days at most',
  });

const count = z.int().min(0);
const figure = z.number().nullable();
const share = z.number().min(0).max(1);
const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const span = { start: count, end: count };

/** What `narrator describe --json` prints, too: see docs/describe.md. */
export const descriptionReport = z
  .object({
    source: z.string(),
    text: z.string(),
    style: z.enum(STYLES),
    shortened: z.boolean(),
    adjectives: z.array(
      z.object({ word: z.string(), ...span, noun: z.string().nullable(), supported: z.boolean().nullable() }),
    ),
    density: z.object({
      adjectiveCount: count,
      distinct: count,
      words: count,
      per100Words: figure,
      perNoun: figure,
      interpretive: count,
      supported: count.nullable(),
      supportedPer100Words: figure,
    }),
    engine: z.object({ name: z.string(), model: z.string() }),
    image: z.object({
      format: z.enum(['jpeg', 'png', 'webp', 'gif', 'avif']),
      width: count,
      height: count,
      bytes: count,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      animated: z.boolean(),
      transparent: z.boolean(),
    }),
    timingsMs: z.object({
      queue: z.number().optional(),
      read: z.number(),
      load: z.number(),
      decode: z.number(),
      describe: z.number(),
      total: z.number(),
    }),
    things: z
      .array(z.object({ label: z.string(), confidence: share, box, source: z.enum(['detector', 'region']) }))
      .nullable(),
    evidence: z
      .array(
        z.object({
          word: z.string(),
          ...span,
          noun: z.string(),
          measure: z.string(),
          value: z.string(),
          strength: z.number(),
          box: box.optional(),
          colour: z.string().optional(),
        }),
      )
      .nullable(),
    grounding: z
      .object({
        pairs: z.array(
          z.object({
            word: z.string(),
            ...span,
            noun: z.string().nullable(),
            kind: z.enum(['adjective', 'number']),
            verdict: z.enum(['supported', 'contradicted', 'uncheckable']),
            measure: z.string().nullable(),
            expected: z.string().nullable(),
            measured: z.string().nullable(),
            source: z.enum(['pixels', 'reference']).nullable(),
          }),
        ),
        supported: count,
        contradicted: count,
        uncheckable: count,
        interpretive: count,
        words: count,
        supportedPer100Words: figure,
        contradictedShare: share.nullable(),
        interpretiveShare: share.nullable(),
      })
      .nullable(),
    quotes: z.array(z.object(span)).nullable(),
    promptVersion: z.string().nullable(),
    usage: z
      .object({
        inputTokens: z.number().optional(),
        outputTokens: z.number().optional(),
        tokensPerSecond: z.number().optional(),
        costUsd: z.number().optional(),
        peakMemoryBytes: z.number().optional(),
      })
      .nullable(),
  })
  .describe(
    'A described image; null where something was not measured',
  ) satisfies z.ZodType<DescriptionReport>;

const moment = z.iso.datetime();

export const reachAnswer = z.object({
  ...key,
  samples: z.array(
    z.object({
      slot: moment.describe('The beginning of the hour that the sample stands for'),
      takenAt: moment,
      value: figure.describe('Null where there is none, which is not 0'),
      outcome: z.enum(['value', 'missing', 'restricted']),
      reason: z.string().nullable().describe('Why there is no value'),
      wentDown: z.boolean().describe('Whether the value is below the one before it'),
    }),
  ),
});

const date = z.iso.date();

export const goalsAnswer = z.object({
  goals: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      target: z.number().describe('To be exceeded'),
      unit: z.string(),
      dueAt: moment.nullable(),
      state: z.enum(GOAL_STATES),
      latest: z
        .object({ value: z.number(), takenAt: moment, source: z.string() })
        .nullable()
        .describe('Null: not measured yet, which is not 0'),
      metOn: date.nullable().describe('The first day (UTC) on which more than the target was measured'),
      forecast: z
        .object({
          perDay: z.number().describe('How many a day, over the last week'),
          reachedOn: date.describe('At this rate'),
          earliest: date,
          latest: date.nullable().describe('Null: possibly never'),
          coverage: share.describe('How often such intervals hold the day'),
        })
        .nullable()
        .describe('Null where there is none: the remarks say why'),
      remarks: z.array(z.string()).describe('The pace and what is not known, in sentences'),
    }),
  ),
});

export const healthAnswer = z.object({ status: z.literal('ok') });

export const readyAnswer = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()).describe('Why not, a sentence each'),
});

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string().describe('What was wrong and what to do') }),
});
