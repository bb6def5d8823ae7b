import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { NarratorError } from '../errors.ts';
import { loadTextEncoder } from '../inference/text-encoder.ts';
import type { BertScoreSettings } from '../metrics/captions/bertscore.ts';
import {
  CAPTION_METRICS,
  type CaptionMetric,
  type CaptionSample,
  type MetricResult,
  scoreCaptions,
} from '../metrics/captions/score-captions.ts';
import { openWordNet } from '../metrics/captions/wordnet.ts';
import { DEFAULT_RESAMPLING } from '../metrics/statistics.ts';

/** What `score` and `compare` share on the command line. */
export interface ScoringOptions {
  readonly metrics: readonly CaptionMetric[];
  readonly allowMissing: boolean;
  readonly resamples: number;
  readonly seed: number;
  readonly bertscoreModel?: string;
  readonly bertscoreLayer?: number;
  readonly bertscoreIdf: boolean;
  readonly bertscoreBaseline?: string;
  readonly json: boolean;
}

/** Adds the shared options to a command. */
export function addScoringOptions(command: Command): Command {
  const fewest = 100;
  return command
    .addOption(
      new Option('--metrics <list>', `which of ${CAPTION_METRICS.join(', ')}`)
        .argParser(parseMetrics)
        .default([...CAPTION_METRICS], 'all'),
    )
    .option(
      '--allow-missing',
      'score the images that have both a candidate and references, and say how many',
      false,
    )
    .option(
      '--resamples <number>',
      'resamples for intervals and p-values',
      wholeNumber(fewest),
      DEFAULT_RESAMPLING.resamples,
    )
    .option('--seed <number>', 'seed of the resampling', wholeNumber(0), DEFAULT_RESAMPLING.seed)
    .option('--bertscore-model <name>', 'encoder for BERTScore: a model of the Hugging Face Hub or a folder')
    .option('--bertscore-layer <number>', 'hidden layer for BERTScore (default: the last)', wholeNumber(0))
    .option('--bertscore-idf', 'weigh words by how rare they are in the references', false)
    .option('--bertscore-baseline <file>', "rescale BERTScore by bert_score's baseline file (LAYER,P,R,F)")
    .option('--json', 'print one JSON document', false);
}

function parseMetrics(list: string): CaptionMetric[] {
  const names = list.split(',').map(name => name.trim());
  const known = new Map(CAPTION_METRICS.map(metric => [metric.toLowerCase(), metric]));
  const metrics = names.map(name => known.get(name.toLowerCase()));
  const wrong = names.filter((_, i) => !metrics[i]);
  if (wrong.length > 0) {
    throw new InvalidArgumentError(
      `There is no metric ${wrong.join(', ')}. There are ${CAPTION_METRICS.join(', ')}.`,
    );
  }
  return [...new Set(metrics.filter(metric => metric !== undefined))];
}

function wholeNumber(smallest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < smallest) {
      throw new InvalidArgumentError(`It must be a whole number, ${smallest} or more.`);
    }
    return value;
  };
}

/**
 * Scores several sets of candidates with one encoder.
 *
 * @returns for each set its results, in the order of `options.metrics`
 */
export async function scoreSets(
  sets: readonly (readonly CaptionSample[])[],
  options: ScoringOptions,
  signal: AbortSignal,
): Promise<MetricResult[][]> {
  const bertScore = options.metrics.includes('bertscore') ? await loadBertScore(options) : undefined;
  const results: MetricResult[][] = [];
  for (const samples of sets) {
    results.push(await scoreCaptions(samples, options.metrics, { openWordNet, bertScore, signal }));
  }
  return results;
}

/** @returns undefined where no encoder is named: BERTScore is then not computed */
export async function loadBertScore(
  options: Pick<ScoringOptions, 'bertscoreModel' | 'bertscoreLayer' | 'bertscoreIdf' | 'bertscoreBaseline'>,
): Promise<BertScoreSettings | undefined> {
  if (!options.bertscoreModel) return undefined;
  const baseline =
    options.bertscoreBaseline && (await readBaseline(options.bertscoreBaseline, options.bertscoreLayer));
  const encoder = await loadTextEncoder({ model: options.bertscoreModel, layer: options.bertscoreLayer });
  return { encoder, idf: options.bertscoreIdf, ...(baseline && { baseline }) };
}

const Baseline = z.array(
  z.object({ LAYER: z.coerce.number(), P: z.coerce.number(), R: z.coerce.number(), F: z.coerce.number() }),
);

/** Reads the row of `layer` from a baseline file as bert_score ships them. */
async function readBaseline(path: string, layer: number | undefined): Promise<BertScoreSettings['baseline']> {
  if (layer === undefined) {
    throw new NarratorError('usage', 'A baseline belongs to one layer: say which with --bertscore-layer.');
  }
  const text = await readFile(path, 'utf8').catch(cause => {
    throw new NarratorError('bertscore-baseline', `${path} cannot be read (${cause.message}).`, { cause });
  });
  const rows = Baseline.safeParse(parseCsv(text, { columns: true, bom: true, skip_empty_lines: true }));
  const row = rows.data?.find(({ LAYER }) => LAYER === layer);
  if (!row) {
    throw new NarratorError('bertscore-baseline', `${path} has no row LAYER,P,R,F for layer ${layer}.`);
  }
  return { precision: row.P, recall: row.R, f1: row.F };
}

/** Lines up columns with two spaces between them; the last one may be of any length. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .map(line => `${line}\n`)
    .join('');
}
