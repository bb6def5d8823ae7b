import { SIGNIFICANCE } from '../../benchmarks/compare-contenders.ts';
import { compareRuns, noContender } from '../../benchmarks/compare-runs.ts';
import { openDataset } from '../../benchmarks/datasets/open-dataset.ts';
import { formatBound, formatDifference, formatP } from '../../benchmarks/format-amount.ts';
import { openRunFolder } from '../../benchmarks/run-folder.ts';
import type { Measure, PairedComparison } from '../../benchmarks/scores.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import { DEFAULT_RESAMPLING } from '../../metrics/statistics.ts';
import { formatTable } from '../format-table.ts';
import type { Terminal } from '../terminal.ts';
import type { BenchCompareOptions } from './compare-command.ts';
import { openMeasuredRun } from './open-measured-run.ts';

interface Compared {
  readonly a: string;
  readonly b: string;
  readonly comparisons: readonly PairedComparison[];
  readonly measures: readonly Measure[];
  /** What the p-values are adjusted for: the end of a sentence. */
  readonly family: string;
  /** Undefined where the run does not say. */
  readonly permutations: number | undefined;
}

/** Prints the paired tests between two contenders. */
export async function compareInBench(
  terminal: Terminal,
  asked: { readonly run: string; readonly a: string; readonly b: string },
  options: BenchCompareOptions,
): Promise<void> {
  const other = options.with;
  if (other === undefined && asked.a === asked.b)
    throw new NarratorError('usage', 'Name two contenders: one does not differ from itself.');
  const compared =
    other === undefined
      ? await inOneRun(terminal, asked, options)
      : await ofTwoRuns(terminal, asked, other, options);
  terminal.stdout.write(options.json ? `${JSON.stringify(compared, null, 2)}\n` : toText(compared));
}

async function inOneRun(
  terminal: Terminal,
  { run, a, b }: { readonly run: string; readonly a: string; readonly b: string },
  { folder }: BenchCompareOptions,
): Promise<Compared> {
  const { record, scores } = await openMeasuredRun(terminal, run, folder);
  for (const name of [a, b]) {
    if (!record.contenders.some(contender => contender.name === name)) throw noContender(record, name);
  }
  const comparisons = scores.comparisons.flatMap(test => {
    if (test.a === a && test.b === b) return [test];
    return test.a === b && test.b === a ? [turn(test)] : [];
  });
  return {
    a,
    b,
    comparisons,
    measures: scores.measures,
    family: `all ${scores.comparisons.length} comparisons of the run`,
    permutations: scores.permutations,
  };
}

async function ofTwoRuns(
  { env, signal }: Terminal,
  { run, a, b }: { readonly run: string; readonly a: string; readonly b: string },
  other: string,
  { folder }: BenchCompareOptions,
): Promise<Compared> {
  const runs = openRunFolder(folder ?? readBenchmarkSettings(env).folder);
  const record = await runs.read(run);
  const { spec, split, images } = record.dataset;
  const compared = await compareRuns(
    runs,
    [
      { record, contender: a },
      { record: await runs.read(other), contender: b },
    ],
    await openDataset(spec, { split, images, signal }),
    DEFAULT_RESAMPLING,
    signal,
  );
  return {
    a: compared.names[0],
    b: compared.names[1],
    comparisons: compared.comparisons,
    measures: compared.measures,
    family: `the ${compared.comparisons.length} measures of this comparison`,
    permutations: compared.permutations,
  };
}

/** The same test the other way round. */
function turn(test: PairedComparison): PairedComparison {
  const { a, b, difference, interval, verdict } = test;
  const turned = { 'a-better': 'b-better', 'b-better': 'a-better', 'no-difference-shown': verdict } as const;
  return {
    ...test,
    a: b,
    b: a,
    difference: -difference,
    interval: { low: -interval.high, high: -interval.low },
    verdict: turned[verdict],
  };
}

function toText({ a, b, comparisons, measures, family, permutations }: Compared): string {
  const heading = `A: ${a}\nB: ${b}\n\n`;
  if (comparisons.length === 0)
    return `${heading}Nothing can be compared: no measure has numbers of both for two images or more.\n`;
  const rows = comparisons.map(({ measure, difference, interval, count, adjustedP, verdict }) => {
    const { label, unit } = measures.find(({ key }) => key === measure)!;
    return [
      label,
      formatDifference(difference, unit),
      `${formatBound(interval.low, unit)} to ${formatBound(interval.high, unit)}`,
      formatP(adjustedP).replace(/^= /, ''),
      String(count),
      VERDICTS[verdict],
    ];
  });
  const tosses = permutations === undefined ? '' : ` of ${permutations.toLocaleString('en')} tosses`;
  return [
    heading,
    formatTable(['Measure', 'B minus A', '95 % interval', 'Adjusted p', 'Images', ''], rows),
    `\nPaired permutation tests${tosses}, two-sided, adjusted (Holm) for ${family}. Shown below ${SIGNIFICANCE}; a difference that is not shown may be there all the same.\n`,
  ].join('');
}

const VERDICTS = {
  'a-better': 'A is better',
  'b-better': 'B is better',
  'no-difference-shown': 'no difference shown',
} as const;
