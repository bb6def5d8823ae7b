import { Command } from 'commander';
import {
  isCsv,
  type PairedCaptions,
  pairCaptions,
  readCandidates,
  readReferences,
} from '../caption-files.ts';
import { NarratorError } from '../errors.ts';
import { count, nameSome, warnAboutCaptions } from '../metrics/captions/caption-warnings.ts';
import type { CaptionSample, MetricResult } from '../metrics/captions/score-captions.ts';
import { bootstrapInterval, CONFIDENCE, type Interval } from '../metrics/statistics.ts';
import { addScoringOptions, formatTable, type ScoringOptions, scoreSets } from './caption-scoring.ts';
import { paint, type Terminal } from './terminal.ts';

interface ScoreOptions extends ScoringOptions {
  readonly candidates: string;
  readonly references?: string;
  readonly perImage: boolean;
}

/** `narrator score`: candidate captions against reference captions. docs/caption-metrics.md describes its output. */
export function scoreCommand(terminal: Terminal): Command {
  const command = new Command('score')
    .description('score captions against reference captions')
    .requiredOption('--candidates <file>', 'COCO results, JSON Lines, or CSV with text_gen')
    .option(
      '--references <file>',
      'COCO captions, JSON Lines, or CSV with text_gt (default: the CSV of --candidates)',
    )
    .option('--per-image', "print each image's scores too", false);
  return addScoringOptions(command).action((options: ScoreOptions) => score(options, terminal));
}

async function score(options: ScoreOptions, terminal: Terminal): Promise<void> {
  if (!options.references && !isCsv(options.candidates)) {
    throw new NarratorError(
      'usage',
      'Name the reference captions with --references: only a CSV can hold both.',
    );
  }
  const candidates = await readCandidates(options.candidates);
  const references = await readReferences(options.references ?? options.candidates);
  const paired = pairCaptions(candidates, references, options.allowMissing);
  const warnings = warnAboutCaptions(paired.samples);
  const [results] = await scoreSets([paired.samples], options, terminal.signal);
  const report = {
    options,
    paired,
    warnings,
    results: results!.map(result => ({ result, interval: intervalOf(result, options) })),
  };
  terminal.stdout.write(options.json ? `${JSON.stringify(toJson(report), null, 2)}\n` : toText(report));
  if (!options.json) {
    for (const warning of warnings)
      terminal.stderr.write(`${paint(terminal.stderr, 'yellow', 'warning:')} ${warning}\n`);
  }
}

interface Report {
  readonly options: ScoreOptions;
  readonly paired: PairedCaptions;
  readonly warnings: readonly string[];
  readonly results: readonly { result: MetricResult; interval: Interval | undefined }[];
}

function intervalOf(result: MetricResult, options: ScoreOptions): Interval | undefined {
  return result.status === 'computed' ? bootstrapInterval(result.corpus, options) : undefined;
}

function toText({ options, paired, results }: Report): string {
  const { samples } = paired;
  const header = ['Metric', 'Score', `${CONFIDENCE * 100} % interval`, 'Note'];
  const rows = results.map(({ result, interval }) =>
    result.status === 'computed'
      ? [
          result.name,
          result.score.toFixed(4),
          interval ? `${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}` : 'not computed: one image',
          result.note ?? '',
        ]
      : [result.name, 'not computed', '', result.reason],
  );
  return [
    `${describeSamples(samples)}${describeLeftOut(paired)}\n\n`,
    formatTable([header, ...rows]),
    `\nIntervals: percentile bootstrap over images, ${options.resamples.toLocaleString('en')} resamples, seed ${options.seed}.\n`,
    options.perImage ? `\n${perImageTable(samples, results)}` : '',
  ].join('');
}

/** `500 images, 2,500 references`. */
export function describeSamples(samples: readonly CaptionSample[]): string {
  const references = samples.reduce((total, sample) => total + sample.references.length, 0);
  return `${count(samples.length, 'image')}, ${count(references, 'reference')}`;
}

/** What was not scored, as more sentences. */
export function describeLeftOut({ withoutCandidate, withoutReference }: PairedCaptions): string {
  const parts = [
    withoutCandidate.length > 0 &&
      `${count(withoutCandidate.length, 'image')} without a candidate left out: ${nameSome(withoutCandidate)}.`,
    withoutReference.length > 0 &&
      `${count(withoutReference.length, 'candidate')} without a reference left out: ${nameSome(withoutReference)}.`,
  ].filter(part => part !== false);
  return parts.map(part => `\n${part}`).join('');
}

function perImageTable(samples: readonly CaptionSample[], results: Report['results']): string {
  const computed = results.map(({ result }) => result).filter(result => result.status === 'computed');
  const rows = samples.map(({ imageId }, i) => [
    imageId,
    ...computed.map(({ perImage }) => perImage[i]?.toFixed(4) ?? 'not computed'),
  ]);
  return formatTable([['Image', ...computed.map(({ name }) => name)], ...rows]);
}

function toJson({ options, paired, warnings, results }: Report) {
  const { samples, withoutCandidate, withoutReference } = paired;
  return {
    images: samples.length,
    references: samples.reduce((total, sample) => total + sample.references.length, 0),
    imagesWithoutCandidate: withoutCandidate,
    candidatesWithoutReference: withoutReference,
    bootstrap: { confidence: CONFIDENCE, resamples: options.resamples, seed: options.seed },
    warnings,
    metrics: results.map(({ result, interval }) =>
      result.status === 'computed'
        ? {
            name: result.name,
            status: result.status,
            score: result.score,
            interval: interval ?? null,
            note: result.note,
          }
        : result,
    ),
    ...(options.perImage && {
      perImage: samples.map(({ imageId }, i) => ({
        image_id: imageId,
        scores: Object.fromEntries(
          results.flatMap(({ result }) =>
            result.status === 'computed' ? [[result.name, result.perImage[i]]] : [],
          ),
        ),
      })),
    }),
  };
}
