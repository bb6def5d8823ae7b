import { Command, InvalidArgumentError, Option } from 'commander';
import { CONTENDER_FORMS } from '../../benchmarks/contenders/parse-contender.ts';
import { DATASET_FORMATS } from '../../benchmarks/datasets/dataset-formats.ts';
import { STYLES, type Style } from '../../inference/engines/engine.ts';
import type { Terminal } from '../terminal.ts';
import { addFolderOption } from './folder-option.ts';

export interface BenchRunOptions {
  readonly dataset?: string;
  readonly split?: string;
  readonly imagesFolder?: string;
  readonly contender: readonly string[];
  readonly images?: number;
  readonly seed?: number;
  readonly style?: Style;
  readonly maxTokens?: number;
  readonly name?: string;
  readonly captions?: string;
  readonly budgetUsd?: number;
  readonly maxRequests?: number;
  readonly priceIn: readonly Price[];
  readonly priceOut: readonly Price[];
  readonly atOnce?: number;
  readonly concurrency?: readonly number[];
  readonly timing: boolean;
  readonly measure: boolean;
  readonly failures: number;
  readonly retryFailed: boolean;
  readonly resume?: string;
  readonly bertscoreModel?: string;
  readonly folder?: string;
}

/** In US dollars a million tokens, of one contender or of all. */
export interface Price {
  readonly contender: string | null;
  readonly usd: number;
}

/** `narrator bench run` */
export function benchRunCommand(terminal: Terminal): Command {
  const command = new Command('run')
    .summary('have contenders describe the images of a data set')
    .description(
      'Has each contender describe the same images with the same prompt and token limit, stores each text as it comes, and measures them. What was ended, however, goes on with --resume.',
    )
    .option('-d, --dataset <set>', 'samples, or <format>:<file> (docs/datasets.md)')
    .option('--split <split>', 'a split of the set')
    .option('--images-folder <folder>', 'where the set’s images lie')
    .option(
      '-c, --contender <contender>',
      `${CONTENDER_FORMS.join(', ')}; name it again for more`,
      collect,
      [],
    )
    .option('-n, --images <number>', 'so many images, drawn at random; all unless told', parseCount)
    .option('--seed <number>', 'another draw of images (default: 1)', parseSeed)
    .addOption(
      new Option('-s, --style <style>', 'how descriptions are written (default: vivid)').choices(STYLES),
    )
    .option('--max-tokens <number>', 'the most tokens of a text (default: 300)', parseCount)
    .option('--name <name>', 'what the run is called, beside its day')
    .option('--captions <file>', 'what rewriters are given: COCO results, JSON Lines or CSV')
    .option('--budget-usd <dollars>', 'the most that the run may spend; it goes on later with more', parseUsd)
    .option('--max-requests <number>', 'the most texts that paid endpoints are asked for', parseCount)
    .option('--price-in <[contender=]dollars>', 'of a million tokens that endpoints read', collectPrices, [])
    .option(
      '--price-out <[contender=]dollars>',
      'of a million tokens that endpoints write',
      collectPrices,
      [],
    )
    .option(
      '--at-once <number>',
      'texts that an endpoint is asked for at a time (default: 1); times are then those of a busy one',
      parseAtOnce,
    )
    .option(
      '--concurrency <list>',
      'measure images a second with so many at a time, as 1,2,4; asks endpoints for more texts',
      parseConcurrency,
    )
    .option('--no-timing', 'measure neither cold start nor images a second')
    .option('--failures <number>', 'failures in a row after which a contender is left', parseCount, 8)
    .option('--retry-failed', 'ask again for what failed', false)
    .option('--no-measure', 'store the texts alone; --resume measures them later')
    .option('--bertscore-model <name>', 'compute BERTScore too: an encoder of the Hub or a folder')
    .option('--resume <id>', 'go on with a run; latest is the newest that is not finished');
  return addFolderOption(command)
    .addHelpText(
      'after',
      `
Data sets:
${formatDatasets()}

Examples:
  narrator bench run --dataset samples --contender embedded
  narrator bench run --dataset coco:captions_val2017.json --images-folder val2017 --images 500 \\
    --contender embedded --contender vlm:HuggingFaceTB/SmolVLM-256M-Instruct --contender recorded:blip2.json
  narrator bench run --dataset samples --contender anthropic:M --price-in 3 --price-out 15 --budget-usd 0.5
  narrator bench run --resume latest`,
    )
    .action(async (options: BenchRunOptions) => {
      const { runBench } = await import('./run-bench.ts');
      await runBench(terminal, options);
    });
}

function formatDatasets(): string {
  const rows = DATASET_FORMATS.map(({ name, example, about }) => [`${name}:${example}`, about] as const);
  const width = Math.max(...rows.map(([spec]) => spec.length));
  return [['samples', 'Photographs that come with the project.'] as const, ...rows]
    .map(([spec, about]) => `  ${spec.padEnd(width)}  ${about}`)
    .join('\n');
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function collectPrices(value: string, before: readonly Price[]): Price[] {
  const equals = value.lastIndexOf('=');
  const contender = equals > 0 ? value.slice(0, equals) : null;
  return [...before, { contender, usd: parseUsd(value.slice(equals + 1)) }];
}

function parseUsd(value: string): number {
  const usd = Number(value);
  if (!/^\d+(?:\.\d+)?$/.test(value) || usd > 1e6)
    throw new InvalidArgumentError('It has to be an amount in US dollars, such as 0.5.');
  return usd;
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!/^\d{1,9}$/.test(value) || count < 1)
    throw new InvalidArgumentError('It has to be a whole number, 1 or more.');
  return count;
}

function parseSeed(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It has to be a whole number, 0 or more.');
  return Number(value);
}

/** As many as contenders allow: `MOST_AT_ONCE`. */
const MOST = 16;

function parseAtOnce(value: string): number {
  const count = parseCount(value);
  if (count > MOST) throw new InvalidArgumentError(`At most ${MOST} are asked for at a time.`);
  return count;
}

function parseConcurrency(value: string): number[] {
  return [...new Set(value.split(',').map(item => parseAtOnce(item.trim())))].sort((a, b) => a - b);
}
