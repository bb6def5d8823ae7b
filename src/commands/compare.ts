import { Command, Option } from 'commander';
import { type PairedCaptions, pairCaptions, readCandidates, readReferences } from '../caption-files.ts';
import { NarratorError } from '../errors.ts';
import { warnAboutCaptions } from '../metrics/captions/caption-warnings.ts';
import type { CaptionSample, MetricResult } from '../metrics/captions/score-captions.ts';

import { pairedPermutation } from '../metrics/permutation.ts';
import { type Comparison, countSamples, pairedBootstrap } from '../metrics/statistics.ts';

import { addScoringOptions, formatTable, type ScoringOptions, scoreSets } from './caption-scoring.ts';
import { describeLeftOut, describeSamples } from './score.ts';
import { paint, type Terminal } from './terminal.ts';

interface CompareOptions extends ScoringOptions {
  readonly references: string;
  readonly test: 'bootstrap' | 'permutation';
}

/** Below this p-value a difference counts as shown. */
const SIGNIFICANCE = 0.05;

/** `narrator compare`: two sets of candidates on the same images. docs/caption-metrics.md describes its output. */
export function compareCommand(terminal: Terminal): Command {
  const command = new Command('compare')
    .description('say which of two sets of captions is better, and how sure that is')
    .argument('<a>', 'candidates of the first system')
    .argument('<b>', 'candidates of the second system')
    .requiredOption('--references <file>', 'COCO captions, JSON Lines, or CSV with text_gt')
    .addOption(
      new Option('--test <kind>', 'paired test').choices(['bootstrap', 'permutation']).default('bootstrap'),
    );
  return addScoringOptions(command).action((a: string, b: string, options: CompareOptions) =>
    compare([a, b], options, terminal),
  );
}

async function compare(
  files: readonly [string, string],
  options: CompareOptions,
  terminal: Terminal,
): Promise<void> {
  const references = await readReferences(options.references);
  const [a, b] = await Promise.all(
    files.map(async file => pairCaptions(await readCandidates(file), references, options.allowMissing)),
  );
  const [samplesA, samplesB] = keepShared(a!.samples, b!.samples);
  if (samplesA.length < 2) {
    throw new NarratorError(
      'usage',
      'A paired test needs at least two images. Give more images, or use narrator score.',
    );
  }
  const [resultsA, resultsB] = await scoreSets([samplesA, samplesB], options, terminal.signal);
  const rows = resultsA!.map((result, i) => compareMetric(result, resultsB![i]!, options));
  const warnings = [
    ...warnAboutCaptions(samplesA).map(warning => `A: ${warning}`),
    ...warnAboutCaptions(samplesB).map(warning => `B: ${warning}`),
  ];
  const report = { files, samples: samplesA, paired: [a!, b!], rows, options };
  if (options.json) {
    terminal.stdout.write(`${JSON.stringify(toJson(report, warnings), null, 2)}\n`);
    return;
  }
  terminal.stdout.write(toText(report));
  for (const warning of warnings)
    terminal.stderr.write(`${paint(terminal.stderr, 'yellow', 'warning:')} ${warning}\n`);
}

/** The images that both hold, in one order: all of them unless some may be missing. */
function keepShared(a: readonly CaptionSample[], b: readonly CaptionSample[]) {
  const ofB = new Map(b.map(sample => [sample.imageId, sample]));
  const shared = a.filter(({ imageId }) => ofB.has(imageId));
  return [shared, shared.map(({ imageId }) => ofB.get(imageId)!)] as const;
}

interface ComparedMetric {
  readonly name: string;
  readonly a: MetricResult;
  readonly b: MetricResult;
  /** Absent where one side was not computed. */
  readonly comparison?: Comparison;
  readonly sentence: string;
}

function compareMetric(a: MetricResult, b: MetricResult, options: CompareOptions): ComparedMetric {
  const { name } = a;
  if (a.status !== 'computed' || b.status !== 'computed' || countSamples(a.corpus) < 2) {
    const reason =
      a.status !== 'computed'
        ? a.reason
        : b.status !== 'computed'
          ? b.reason
          : 'it is defined for one image only.';
    return { name, a, b, sentence: `${name}: not computed: ${reason}` };
  }
  const test = options.test === 'bootstrap' ? pairedBootstrap : pairedPermutation;
  const comparison = test(a.corpus, b.corpus, options);
  const { difference, interval, p } = comparison;
  const size = `difference ${signed(difference)}, ${signed(interval.low)} to ${signed(interval.high)}`;
  const sentence =
    p < SIGNIFICANCE
      ? `${difference > 0 ? 'B' : 'A'} is better on ${name} (${size}), p = ${formatP(p)}.`
      : `No difference shown on ${name} (${size}), p = ${formatP(p)}.`;
  return { name, a, b, comparison, sentence };
}

const signed = (number: number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(4)}`;
const formatP = (p: number) => (p < 0.001 ? p.toPrecision(1) : p.toFixed(3));

interface Report {
  readonly files: readonly [string, string];
  readonly samples: readonly CaptionSample[];
  readonly paired: readonly PairedCaptions[];
  readonly rows: readonly ComparedMetric[];
  readonly options: CompareOptions;
}

function toText({ files, samples, paired, rows, options }: Report): string {
  const scoreOf = (result: MetricResult) =>
    result.status === 'computed' ? result.score.toFixed(4) : 'not computed';
  return [
    `A: ${files[0]}\nB: ${files[1]}\n${describeSamples(samples)}${paired.map(describeLeftOut).join('')}\n\n`,
    formatTable([['Metric', 'A', 'B'], ...rows.map(({ name, a, b }) => [name, scoreOf(a), scoreOf(b)])]),
    `\n${rows.map(({ sentence }) => `${sentence}\n`).join('')}`,
    `\nPaired ${options.test} test over images, ${options.resamples.toLocaleString('en')} resamples, seed ${options.seed}. Each p-value is for its metric alone: with several metrics some fall below ${SIGNIFICANCE} by chance.\n`,
  ].join('');
}

function toJson({ files, samples, rows, options }: Report, warnings: readonly string[]) {
  const scoreOf = (result: MetricResult) => (result.status === 'computed' ? result.score : null);
  return {
    a: files[0],
    b: files[1],
    images: samples.length,
    test: {
      kind: options.test,
      resamples: options.resamples,
      seed: options.seed,
      significance: SIGNIFICANCE,
    },
    warnings,
    metrics: rows.map(({ name, a, b, comparison, sentence }) => ({
      name,
      status: comparison ? 'computed' : 'not computed',
      a: scoreOf(a),
      b: scoreOf(b),
      ...comparison,
      sentence,
    })),
  };
}
