import { readGpus } from '../inference/memory.ts';
import type { Contender } from './contender.ts';
import type { BenchmarkItem } from './dataset.ts';
import type { RunRecord } from './run-record.ts';

type ContenderRecord = RunRecord['contenders'][number];
export type Efficiency = Pick<ContenderRecord, 'throughput' | 'peakGpuMemoryBytes' | 'coldStartMs'>;

export interface EfficiencyOptions {
  /** Items with an image; at least one. */
  readonly items: readonly BenchmarkItem[];
  /** How many to ask for at a time, one pass each; more than the contender allows is left out. */
  readonly concurrency: readonly number[];
}

const GPU_INTERVAL_MS = 500;

/**
 * How long a fresh process takes to its first description, and how many images a second come out with so many asked for
 * at a time. What is asked here is not stored: it would not be one description after the other.
 *
 * @throws NarratorError what the contender failed with; the signal's reason when aborted
 */
export async function measureEfficiency(
  contender: Contender,
  { items, concurrency }: EfficiencyOptions,
  signal: AbortSignal,
): Promise<Efficiency | null> {
  const { trials, concurrency: most } = contender;
  if (!trials) return null;
  // What a graphics card holds without it is not its own.
  if (trials.coldStart) await contender.close();
  const gpu = await watchGpu();
  try {
    const coldStartMs = await trials.coldStart?.(items[0]!, signal);
    const throughput: NonNullable<Efficiency['throughput']> = [];
    for (const atOnce of concurrency.filter(number => number <= most)) {
      // Enough that the first and the last, with fewer at a time, do not decide.
      const images = Math.max(items.length, 2 * atOnce);
      const ms = await timeAll(trials.ask, items, images, atOnce, signal);
      throughput.push({ concurrency: atOnce, images, ms });
    }
    // Elsewhere it is not this machine's card.
    const peakGpuMemoryBytes = trials.coldStart ? gpu.peak() : undefined;
    return { throughput, peakGpuMemoryBytes, coldStartMs };
  } finally {
    gpu.stop();
  }
}

/** @returns milliseconds for all of them, each worker taking the next when it is done */
async function timeAll(
  ask: (item: BenchmarkItem, signal: AbortSignal) => Promise<void>,
  items: readonly BenchmarkItem[],
  images: number,
  atOnce: number,
  signal: AbortSignal,
): Promise<number> {
  // Where one fails, the others are not waited for.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  const work = async () => {
    while (next < images) await ask(items[next++ % items.length]!, either);
  };
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    stop.abort();
  }
  return performance.now() - began;
}

/** The most that all graphics cards together held more than at the beginning; null where they did not, or none says it. */
async function watchGpu(): Promise<{ peak(): number | null; stop(): void }> {
  const read = async () => {
    const used = (await readGpus())?.reduce((sum, { total, free }) => sum + total - free, 0);
    return used !== undefined && Number.isFinite(used) ? used : null;
  };
  const before = await read();
  if (before === null) return { peak: () => null, stop() {} };
  let most = before;
  const look = async () => {
    most = Math.max(most, (await read()) ?? 0);
  };
  const timer = setInterval(() => void look(), GPU_INTERVAL_MS);
  return { peak: () => (most > before ? most - before : null), stop: () => clearInterval(timer) };
}
