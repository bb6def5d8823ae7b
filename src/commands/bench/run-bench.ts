import path from 'node:path';
import { createSceneSource } from '../../benchmarks/contenders/scene-source.ts';
import type { BenchmarkDataset } from '../../benchmarks/dataset.ts';
import { checkImages } from '../../benchmarks/datasets/image-folder.ts';
import { openDataset } from '../../benchmarks/datasets/open-dataset.ts';
import { sampleItems } from '../../benchmarks/datasets/sample-items.ts';
import { measureRun } from '../../benchmarks/measure-run.ts';
import { findingsOf } from '../../benchmarks/report/findings.ts';
import { summariseRun } from '../../benchmarks/report/summarise-run.ts';
import { writeReport } from '../../benchmarks/report/write-report.ts';
import { type ContenderOutcome, type RunLimits, runBenchmark } from '../../benchmarks/run.ts';
import { openRunFolder, type RunFolder } from '../../benchmarks/run-folder.ts';
import type { RunRecord } from '../../benchmarks/run-record.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import { NarratorError } from '../../errors.ts';
import { PROMPT_VERSION } from '../../inference/prompts.ts';
import { count } from '../../metrics/captions/caption-warnings.ts';
import { DEFAULT_RESAMPLING } from '../../metrics/statistics.ts';
import { loadBertScore } from '../caption-scoring.ts';
import { formatTable } from '../format-table.ts';
import { startPullDisplay } from '../pull-progress.ts';
import { ExitStatus, paint, type Terminal } from '../terminal.ts';
import { startBenchProgress } from './bench-progress.ts';
import { makeContenders, newRecord, oldRecord } from './plan-run.ts';
import type { BenchRunOptions } from './run-command.ts';

/** Images by which a machine is timed. */
const TRIAL_IMAGES = 8;

/**
 * Begins a run or goes on with one, to its end.
 *
 * @throws NarratorError; ExitStatus where a contender was left before it had answered everything
 */
export async function runBench(terminal: Terminal, options: BenchRunOptions): Promise<void> {
  const { env, signal, stderr, stdout } = terminal;
  const settings = readBenchmarkSettings(env);
  const folder = openRunFolder(options.folder ?? settings.folder);
  const before = options.resume === undefined ? null : await oldRecord(options, folder);
  const dataset = await openRecorded(before, options, signal);
  const record = before ?? (await newRecord(options, dataset));
  const note = (text: string) => stderr.write(`${paint(stderr, 'yellow', 'note:')} ${text}\n`);
  stderr.write(
    `${dataset.name}, ${dataset.split}: ${record.dataset.sampled.toLocaleString('en')} of ${count(dataset.count, 'item')}, SHA-256 ${dataset.hash.slice(0, 12)}…\n`,
  );
  for (const remark of dataset.remarks) note(remark);
  const scenes = createSceneSource(settings.cacheFolder, env, note);
  const progress = startBenchProgress(terminal);
  const download = startPullDisplay(terminal, 'model');
  try {
    const contenders = await makeContenders(record, {
      settings,
      env,
      scenes,
      onWarning: note,
      onPull: download.show,
    });
    if (record.contenders.some(({ kind }) => kind === 'engine')) {
      const { sampled, seed } = record.dataset;
      await checkImages(sampleItems(dataset, { images: sampled, seed }, signal), signal);
    }
    if (!before) await folder.write(record);
    stderr.write(`Run ${record.id}, in ${folder.pathOf(record.id)}\n`);
    const { record: written, outcomes } = await runBenchmark({
      ...{ record, dataset, contenders, folder, signal, promptVersion: PROMPT_VERSION },
      limits: limitsOf(options, record),
      onProgress: progress.show,
      onNote: note,
    });
    progress.stop();
    stdout.write(describeOutcomes(outcomes));
    if (written.state === 'finished' && options.measure)
      await measure(terminal, { folder, record: written, dataset }, options);
    reportStops(terminal, written, outcomes);
  } catch (error) {
    progress.stop();
    if (signal.aborted) stderr.write(`Go on with: narrator bench run --resume ${record.id}\n`);
    throw error;
  } finally {
    download.stop();
    await scenes.close();
  }
}

/** @throws NarratorError `usage` without a data set */
async function openRecorded(
  before: RunRecord | null,
  options: BenchRunOptions,
  signal: AbortSignal,
): Promise<BenchmarkDataset> {
  if (before) {
    const { spec, split, images } = before.dataset;
    return await openDataset(spec, { split, images, signal });
  }
  if (options.dataset === undefined)
    throw new NarratorError('usage', 'Name the images with --dataset: samples is there on any machine.');
  return await openDataset(options.dataset, { split: options.split, images: options.imagesFolder, signal });
}

function limitsOf(options: BenchRunOptions, { request }: RunRecord): RunLimits {
  const { failures, retryFailed, budgetUsd, maxRequests, concurrency, timing } = options;
  const budget = { usd: budgetUsd ?? null, requests: maxRequests ?? null };
  return {
    ...{ atOnce: request.atOnce ?? 1, retryFailed, budget, failuresInRow: failures },
    trials: {
      concurrency: concurrency ?? [1],
      images: timing ? TRIAL_IMAGES : 0,
      // Money is spent on it only where it was asked for, and never beside a budget.
      paid: concurrency !== undefined && budget.usd === null && budget.requests === null,
    },
  };
}

/** Scores a finished run, and writes its report. */
async function measure(
  { stdout, stderr, signal }: Terminal,
  run: { readonly folder: RunFolder; readonly record: RunRecord; readonly dataset: BenchmarkDataset },
  { bertscoreModel }: BenchRunOptions,
): Promise<void> {
  const { folder, record } = run;
  stderr.write('Measuring…\n');
  const bertScore = await loadBertScore({ bertscoreModel, bertscoreIdf: false });
  const scores = await measureRun({ ...run, resampling: DEFAULT_RESAMPLING, bertScore, signal });
  await folder.writeScores(scores);
  const reportFolder = path.join(folder.pathOf(record.id), 'report');
  await writeReport(record, scores, reportFolder, signal);
  const { columns, rows, notes } = summariseRun(record, scores);
  stdout.write(`\n${formatTable(columns, rows)}\n${notes.join('\n')}\n`);
  for (const finding of findingsOf(scores)) stdout.write(`${finding}\n`);
  stdout.write(`\nReport: ${path.join(reportFolder, 'report.html')}\n`);
}

function describeOutcomes(outcomes: readonly ContenderOutcome[]): string {
  return formatTable(
    ['Contender', 'Answered', 'Failed', 'Missing'],
    outcomes.map(({ contender, answered, failed, pending }) => [
      contender,
      ...[answered, failed, pending].map(String),
    ]),
  );
}

/** @throws ExitStatus where one was left */
function reportStops({ stderr }: Terminal, record: RunRecord, outcomes: readonly ContenderOutcome[]): void {
  const stopped = outcomes.flatMap(({ stoppedBy }) => stoppedBy ?? []);
  for (const { message } of stopped) stderr.write(`${paint(stderr, 'red', 'narrator:')} ${message}\n`);
  if (stopped.length === 0) return;
  if (record.state === 'running') stderr.write(`Go on with: narrator bench run --resume ${record.id}\n`);
  throw new ExitStatus(1);
}
