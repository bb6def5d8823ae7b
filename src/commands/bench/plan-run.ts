import { BenchmarkError } from '../../benchmarks/benchmark-error.ts';
import type { Contender } from '../../benchmarks/contender.ts';
import { createContender } from '../../benchmarks/contenders/create-contender.ts';
import { nameOf, parseContender } from '../../benchmarks/contenders/parse-contender.ts';
import { type CaptionFile, readCaptionFile } from '../../benchmarks/contenders/recorded-contender.ts';
import type { SceneSource } from '../../benchmarks/contenders/scene-source.ts';
import type { BenchmarkDataset } from '../../benchmarks/dataset.ts';
import { makeRunId, readCircumstances, toSlug } from '../../benchmarks/identify-run.ts';
import type { RunFolder } from '../../benchmarks/run-folder.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import type { BenchmarkSettings } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import type { Style } from '../../inference/engines/engine.ts';
import type { PullProgress } from '../../inference/models/pull-model.ts';
import { PROMPT_VERSION } from '../../inference/prompts.ts';
import type { BenchRunOptions, Price } from './run-command.ts';

const DEFAULT_MAX_TOKENS = 300;
const MOST_CONTENDERS = 50;

/** What is settled when a run begins: another value would make another run of it. */
const SETTLED = ['dataset', 'split', 'images', 'seed', 'style', 'maxTokens', 'name', 'atOnce'] as const;

type ContenderRecord = RunRecord['contenders'][number];

/** @throws NarratorError `usage` where the options cannot make a run */
export async function newRecord(options: BenchRunOptions, dataset: BenchmarkDataset): Promise<RunRecord> {
  const {
    seed = 1,
    style = 'vivid',
    maxTokens = DEFAULT_MAX_TOKENS,
    captions,
    imagesFolder,
    atOnce = 1,
  } = options;
  const now = Date.now();
  const contenders = recordContenders(options);
  const rewrites = contenders.some(({ kind }) => kind === 'rewriter');
  if (captions === undefined && rewrites) {
    throw new NarratorError(
      'usage',
      'Rewriters need captions: give them with --captions, a file of COCO results.',
    );
  }
  if (captions !== undefined && !rewrites) {
    throw new NarratorError('usage', '--captions is for rewriters, and there is none among the contenders.');
  }
  const { name, split, task, hash, count, remarks } = dataset;
  return {
    schema: 1,
    id: makeRunId(options.name ?? options.dataset!.split(':')[0]!, now),
    state: 'running',
    createdAt: now,
    finishedAt: null,
    ...(await readCircumstances()),
    dataset: {
      ...{ name, split, task, hash, count, seed, spec: options.dataset!, remarks: [...remarks] },
      sampled: Math.min(options.images ?? count, count),
      ...(imagesFolder === undefined ? {} : { images: imagesFolder }),
    },
    request: {
      ...{ style, promptVersion: PROMPT_VERSION, maxTokens, atOnce },
      ...(captions === undefined
        ? {}
        : { captions: { file: captions, hash: (await readCaptionFile(captions)).hash } }),
    },
    contenders,
  };
}

/** @throws NarratorError `usage`, BenchmarkError */
function recordContenders({ contender: specs, priceIn, priceOut }: BenchRunOptions): ContenderRecord[] {
  if (specs.length === 0) {
    throw new NarratorError(
      'usage',
      'Name who is to describe, with --contender: embedded runs on any machine.',
    );
  }
  if (specs.length > MOST_CONTENDERS)
    throw new NarratorError('usage', `A run has at most ${MOST_CONTENDERS} contenders.`);
  const slugs = new Set<string>();
  const records = specs.map((spec): ContenderRecord => {
    const parsed = parseContender(spec);
    const { kind } = parsed;
    const base = toSlug(nameOf(parsed));
    let slug = base;
    for (let number = 2; slugs.has(slug); number++) slug = `${base}-${number}`;
    slugs.add(slug);
    return {
      ...{ name: nameOf(parsed), spec, slug, identity: null, loadsMs: [] },
      kind: kind === 'recorded' || kind === 'rewriter' ? kind : 'engine',
    };
  });
  const twice = records.find(({ name }, i) => records.findIndex(other => other.name === name) < i);
  if (twice) {
    throw new NarratorError(
      'usage',
      `There are two contenders called ${twice.name}: name each once; a recorded file's name follows a =, as in recorded:file.json=name.`,
    );
  }
  return withPrices(records, priceIn, priceOut);
}

/** @throws NarratorError `usage` where one of both is missing, or a contender is not there */
function withPrices(
  records: readonly ContenderRecord[],
  priceIn: readonly Price[],
  priceOut: readonly Price[],
): ContenderRecord[] {
  for (const { contender } of [...priceIn, ...priceOut]) {
    if (contender === null || records.some(({ name }) => name === contender)) continue;
    throw new NarratorError('usage', `A price is given for ${contender}, which is no contender of this run.`);
  }
  return records.map(record => {
    const kind = parseContender(record.spec).kind;
    if (kind !== 'endpoint' && kind !== 'rewriter') return record;
    const input = priceOf(record.name, priceIn);
    const output = priceOf(record.name, priceOut);
    if (input === undefined && output === undefined) return record;
    if (input === undefined || output === undefined) {
      throw new NarratorError(
        'usage',
        `${record.name} has one price: give both, --price-in and --price-out.`,
      );
    }
    return { ...record, prices: { input, output } };
  });
}

function priceOf(name: string, prices: readonly Price[]): number | undefined {
  return (
    prices.find(({ contender }) => contender === name) ?? prices.find(({ contender }) => contender === null)
  )?.usd;
}

/**
 * The record of a run that is to go on.
 *
 * @throws NarratorError `usage` where options would make another run of it; BenchmarkError
 */
export async function oldRecord(options: BenchRunOptions, folder: RunFolder): Promise<RunRecord> {
  const changing = SETTLED.filter(key => options[key] !== undefined);
  if (changing.length > 0 || options.contender.length > 0) {
    const flags = [...changing, ...(options.contender.length > 0 ? ['contender'] : [])].map(toFlag);
    throw new NarratorError(
      'usage',
      `${flags.join(' and ')} ${flags.length === 1 ? 'was' : 'were'} settled when the run began: leave ${flags.length === 1 ? 'it' : 'them'} out, or begin a new run.`,
    );
  }
  const record =
    options.resume === 'latest' ? await latestUnfinished(folder) : await folder.read(options.resume!);
  return {
    ...record,
    contenders: withPrices(record.contenders, options.priceIn, options.priceOut),
    request: {
      ...record.request,
      ...(record.request.captions && options.captions !== undefined
        ? { captions: { ...record.request.captions, file: options.captions } }
        : {}),
    },
    dataset: {
      ...record.dataset,
      ...(options.imagesFolder === undefined ? {} : { images: options.imagesFolder }),
    },
  };
}

function toFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

async function latestUnfinished(folder: RunFolder): Promise<RunRecord> {
  const found = (await folder.list()).runs.find(({ state }) => state === 'running');
  if (found) return found;
  throw new BenchmarkError(
    'benchmark-run',
    'There is no unfinished run to go on with: narrator bench list shows all.',
  );
}

export interface ContenderContext {
  readonly settings: BenchmarkSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly scenes: SceneSource;
  readonly onWarning: (warning: string) => void;
  readonly onPull: (progress: PullProgress) => void;
}

/** @throws BenchmarkError where one cannot be made, or the captions are others than the run began with */
export async function makeContenders(record: RunRecord, context: ContenderContext): Promise<Contender[]> {
  const { style, maxTokens, captions: known } = record.request;
  const captions = known ? { ...(await readSame(known)), file: known.file } : null;
  return record.contenders.map(({ spec, prices }) =>
    createContender(spec, {
      ...context,
      ...{
        style: style as Style,
        maxTokens: maxTokens ?? DEFAULT_MAX_TOKENS,
        captions,
        prices: prices ?? null,
      },
    }),
  );
}

async function readSame({ file, hash }: { file: string; hash: string }): Promise<CaptionFile> {
  const read = await readCaptionFile(file);
  if (read.hash === hash) return read;
  throw new BenchmarkError(
    'benchmark-run',
    `${file} holds other captions than the run began with (SHA-256 ${hash.slice(0, 12)}… then, ${read.hash.slice(0, 12)}… now): put the file back, or begin a new run.`,
  );
}
