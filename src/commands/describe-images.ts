import { writeFile } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { type DescriptionReport, reportDescription } from '../description-report.ts';
import { NarratorError } from '../errors.ts';
import { drawEvidence } from '../evidence-picture.ts';
import { createEngine } from '../inference/engines/create-engine.ts';
import { createSceneMeasurer, type SceneMeasurer } from '../inference/engines/embedded/measure-image.ts';
import type { Engine } from '../inference/engines/engine.ts';
import type { EngineConfig } from '../inference/engines/engine-config.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { readHubSettings } from '../inference/models/hub-settings.ts';
import { type Narration, narrate } from '../inference/narrator.ts';
import type { DescribeOptions } from './describe.ts';
import { startPullDisplay } from './pull-progress.ts';
import { ExitStatus, paint, type Terminal } from './terminal.ts';

/**
 * Describes images one after the other and prints each result as it comes.
 *
 * @throws NarratorError with the code "usage"; ExitStatus where an image failed
 */
export async function describeImages(
  terminal: Terminal,
  sources: readonly string[],
  options: DescribeOptions,
): Promise<void> {
  if (options.evidence !== undefined && sources.length > 1) {
    throw new NarratorError(
      'usage',
      '--evidence takes one image at a time: name one image, or leave it out.',
    );
  }
  if (sources.filter(source => source === '-').length > 1) {
    throw new NarratorError('usage', 'Standard input can be read once: name - once.');
  }
  const { stderr, signal } = terminal;
  const download = startPullDisplay(terminal, options.model ?? options.engine);
  const onWarning = (warning: string) => stderr.write(`${paint(stderr, 'yellow', 'narrator:')} ${warning}\n`);
  const config = chooseEngine(terminal.env, options);
  const engine = createEngine(config, { onProgress: download.show, onWarning });
  // What a language model says is checked against the picture too; the embedded engine hands out what it measured.
  const measurer = createSceneMeasurer({ cacheFolder: defaultCacheFolder(terminal.env), onWarning });
  const bar = sources.length > 1 && stderr.isTTY ? startBar(terminal, sources.length) : undefined;
  let failed = 0;
  try {
    for (const source of sources) {
      signal.throwIfAborted();
      const outcome = await describeOne(terminal, engine, measurer, source, options);
      bar?.pause();
      print(terminal, source, outcome, options, sources.length > 1);
      if (outcome instanceof NarratorError) failed++;
      bar?.resume();
    }
  } finally {
    bar?.stop();
    download.stop();
    await engine.close();
    await measurer.close();
  }
  if (failed > 0) throw new ExitStatus(1);
}

/** @throws NarratorError with the code "usage" where something is missing */
function chooseEngine(env: Terminal['env'], options: DescribeOptions): EngineConfig {
  const { engine, model, detail } = options;
  const cacheFolder = defaultCacheFolder(env);
  if (engine === 'embedded') return { engine, cacheFolder };
  if (model === undefined) {
    throw new NarratorError(
      'usage',
      engine === 'vlm'
        ? 'The vlm engine needs a model: --model with a Hub id such as HuggingFaceTB/SmolVLM-256M-Instruct, or a folder (see docs/models.md).'
        : `The ${engine} engine needs a model: name one with --model.`,
    );
  }
  if (engine === 'vlm') {
    const { revision, device, dtype, threads, maxTokens, timeLimit } = options;
    return {
      ...readHubSettings(env),
      ...{ engine, model, cacheFolder, revision, device, dtype, threads, maxTokens },
      ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit * 1000 }),
    };
  }
  if (engine === 'anthropic') {
    const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL } = env;
    if (!apiKey) throw new NarratorError('usage', 'The anthropic engine needs a key: set ANTHROPIC_API_KEY.');
    return { engine, model, apiKey, baseUrl: options.baseUrl ?? (ANTHROPIC_BASE_URL || undefined) };
  }
  const baseUrl = options.baseUrl ?? (env.OPENAI_BASE_URL || undefined);
  if (baseUrl === undefined) {
    throw new NarratorError(
      'usage',
      'The openai engine needs to know where the API lies: say so with --base-url, or set OPENAI_BASE_URL.',
    );
  }
  return { engine, model, baseUrl, detail, apiKey: env.OPENAI_API_KEY || undefined };
}

/** A report, or the error that one image gave: one failure does not stop the rest. */
async function describeOne(
  terminal: Terminal,
  engine: Engine,
  measurer: SceneMeasurer,
  source: string,
  { style, maxChars, evidence }: DescribeOptions,
): Promise<DescriptionReport | NarratorError> {
  const { stdin, signal } = terminal;
  try {
    const narration = await narrate(engine, source, { style, maxChars, stdin, signal });
    if (evidence !== undefined) await saveEvidence(evidence, narration);
    const scene = narration.scene ?? (await measurer.measure(narration.decoded, signal));
    return reportDescription(source, { ...narration, scene });
  } catch (error) {
    if (error instanceof NarratorError && error.code !== 'interrupted') return error;
    throw error;
  }
}

async function saveEvidence(file: string, narration: Narration): Promise<void> {
  const picture = await drawEvidence(narration);
  try {
    await writeFile(file, picture);
  } catch (cause) {
    throw new NarratorError(
      'unwritable',
      `${file} could not be written: check that its folder exists and may be written to.`,
      { cause },
    );
  }
}

function print(
  terminal: Terminal,
  source: string,
  outcome: DescriptionReport | NarratorError,
  { json }: DescribeOptions,
  titled: boolean,
): void {
  const { stdout, stderr } = terminal;
  if (json) {
    const { code, message } =
      outcome instanceof NarratorError ? outcome : { code: undefined, message: undefined };
    stdout.write(`${JSON.stringify(code === undefined ? outcome : { source, error: { code, message } })}\n`);
    return;
  }
  if (outcome instanceof NarratorError) {
    stderr.write(`${paint(stderr, 'red', 'narrator:')} ${outcome.message}\n`);
    return;
  }
  if (titled) stdout.write(`${paint(stdout, 'bold', source)}\n`);
  stdout.write(`${highlight(terminal, outcome)}\n\n`);
  stdout.write(`${paint(stdout, 'dim', figuresLine(outcome))}\n`);
  stdout.write(`${paint(stdout, 'dim', timeLine(outcome))}\n`);
  if (titled) stdout.write('\n');
}

function highlight({ stdout }: Terminal, { text, adjectives }: DescriptionReport): string {
  let highlighted = '';
  let from = 0;
  for (const { start, end } of adjectives) {
    highlighted += text.slice(from, start) + paint(stdout, 'cyan', text.slice(start, end));
    from = end;
  }
  return highlighted + text.slice(from);
}

function figuresLine({ density }: DescriptionReport): string {
  const { adjectiveCount, distinct, words, per100Words, supported } = density;
  const parts = [
    `${adjectiveCount} ${adjectiveCount === 1 ? 'adjective' : 'adjectives'} in ${words} words`,
    ...(per100Words === null ? [] : [`${per100Words.toFixed(1)} per 100 words`]),
    `${distinct} distinct`,
    ...(supported === null ? [] : [`${supported} supported by the picture`]),
  ];
  return parts.join(' · ');
}

function timeLine({ timingsMs, engine, image }: DescriptionReport): string {
  const { total, load } = timingsMs;
  const loading = load >= 1 ? ` (${Math.round(load)} of them to load the model)` : '';
  const size = `${image.width}×${image.height} ${image.format.toUpperCase()}`;
  return `${Math.round(total)} ms${loading} · ${size} · ${engine.name}, ${engine.model}`;
}

/** A bar that makes room for each result: the library goes back to where the bar began when it stops. */
function startBar({ stderr }: Terminal, total: number) {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} images · {left} left',
    stream: stderr as NodeJS.WritableStream,
    clearOnComplete: true,
    hideCursor: true,
  });
  const began = performance.now();
  let done = 0;
  const draw = () => {
    const seconds = ((performance.now() - began) / 1000 / done) * (total - done);
    bar.start(total, done, { left: done === 0 ? '…' : `${Math.ceil(seconds)} s` });
  };
  draw();
  return {
    pause: () => bar.stop(),
    resume: () => {
      done++;
      if (done < total) draw();
    },
    stop: () => {
      if (bar.isActive) bar.stop();
    },
  };
}
